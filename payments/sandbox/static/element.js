// The card form inside the Payment Element's frame. The shop's page never sees what is typed here.

const form = document.getElementById("card");
const fields = Object.fromEntries(["number", "expiry", "cvc", "country", "postal"].map((id) => [id, document.getElementById(id)]));
const CHECKS = {
  number: () => numberProblem(fields.number.value),
  expiry: () => expiryProblem(fields.expiry.value),
  cvc: () => codeProblem(fields.cvc.value, fields.number.value),
};
const COUNTRIES = "AT AU BE BR CA CH CZ DE DK ES FI FR GB HK IE IN IT JP KR LU MX NL NO NZ PL PT RO SE SG US ZA".split(" ");
let key = "";

function listCountries() {
  const names = new Intl.DisplayNames([navigator.language || "en"], { type: "region" });
  const here = (navigator.language.split("-")[1] || "US").toUpperCase();
  for (const code of COUNTRIES) {
    fields.country.add(new Option(names.of(code), code, code === here, code === here));
  }
}

/** Takes the shop's appearance: variables only, as custom properties. */
function setup({ key: publishableKey, appearance, scheme }) {
  key = publishableKey;
  const variables = appearance?.variables || {};
  for (const [name, value] of Object.entries(variables)) {
    if (/^[A-Za-z]+$/.test(name)) document.documentElement.style.setProperty(`--${name}`, String(value));
  }
  document.documentElement.style.setProperty("color-scheme", scheme);
  tellSize();
  return {};
}

function tellSize() {
  tellParent("resize", { height: Math.ceil(form.getBoundingClientRect().height) + 8 });
}

function show(name, problem) {
  document.getElementById(`${name}-error`).textContent = problem ? problem[1] : "";
  if (problem) fields[name].setAttribute("aria-invalid", "true");
  else fields[name].removeAttribute("aria-invalid");
  tellSize();
}

/** Checks all fields, shows what is wrong, and goes to the first one that is. */
function validate() {
  const problems = Object.entries(CHECKS).map(([name, check]) => [name, check()]);
  for (const [name, problem] of problems) show(name, problem);
  const first = problems.find(([, problem]) => problem);
  if (!first) return {};
  fields[first[0]].focus();
  return { error: { type: "validation_error", code: first[1][0], message: first[1][1] } };
}

function tellChange() {
  const problems = Object.values(CHECKS).map((check) => check());
  tellParent("change", {
    complete: problems.every((problem) => !problem),
    empty: !fields.number.value && !fields.expiry.value && !fields.cvc.value,
    brand: brandOf(digitsOf(fields.number.value)).name,
  });
}

function paymentMethodData(extra = {}) {
  const expiry = digitsOf(fields.expiry.value);
  const address = { country: fields.country.value, postal_code: fields.postal.value || undefined };
  const billing = extra.billing_details || {};
  return {
    type: "card",
    card: {
      number: digitsOf(fields.number.value), exp_month: expiry.slice(0, 2), exp_year: `20${expiry.slice(2)}`,
      cvc: digitsOf(fields.cvc.value),
    },
    billing_details: { ...billing, address: { ...address, ...(billing.address || {}) } },
    metadata: extra.metadata,
  };
}

function reformat(input, spaced) {
  const atEnd = input.selectionStart === input.value.length;
  const text = spaced(input.value);
  if (atEnd && text !== input.value) input.value = text;
}

fields.number.addEventListener("input", () => reformat(fields.number, spacedNumber));
fields.expiry.addEventListener("input", () => reformat(fields.expiry, spacedExpiry));
for (const name of Object.keys(CHECKS)) {
  fields[name].addEventListener("blur", () => { if (fields[name].value) show(name, CHECKS[name]()); });
  fields[name].addEventListener("input", () => { if (fields[name].hasAttribute("aria-invalid")) show(name, CHECKS[name]()); });
}
form.addEventListener("input", tellChange);
form.addEventListener("submit", (event) => { event.preventDefault(); validate(); });
form.addEventListener("focusin", () => tellParent("focus", {}));
form.addEventListener("focusout", () => tellParent("blur", {}));
new ResizeObserver(tellSize).observe(form);
listCountries();

answerParent({
  setup,
  validate,
  focus: () => { fields.number.focus(); return {}; },
  clear: () => { form.reset(); tellChange(); return {}; },
  createPaymentMethod: ({ params }) =>
    callApi("paymentMethod", key, "POST", "/v1/payment_methods", paymentMethodData(params)),
  createConfirmationToken: ({ params }) =>
    callApi("confirmationToken", key, "POST", "/v1/confirmation_tokens", {
      payment_method_data: paymentMethodData(params.payment_method_data),
      return_url: params.return_url,
      shipping: params.shipping,
    }),
});
