// Paying on the page: Stripe's Payment Element, a confirmation token, our server's answer.
// https://docs.stripe.com/payments/build-a-two-step-confirmation
/* global Stripe */

const form = document.querySelector("[data-checkout]");
const button = form.querySelector("[data-pay]");
const message = form.querySelector("[data-message]");
const settings = form.dataset;
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const payWords = button.textContent;
let hosted = false; // the plain form goes to Stripe's own page, as without scripts
let stripe;
let elements;

// Stripe's form sits in a frame and cannot read our tokens, so it is told the values.
function appearance() {
  const tokens = getComputedStyle(document.documentElement);
  const value = (name) => tokens.getPropertyValue(name).trim();
  return {
    theme: "flat",
    variables: {
      colorPrimary: value("--support"),
      colorBackground: value("--paper-raised"),
      colorText: value("--ink"),
      colorTextSecondary: value("--ink-soft"),
      colorDanger: value("--signal"),
      fontFamily: getComputedStyle(document.body).fontFamily,
      borderRadius: value("--radius"),
      spacingUnit: "4px",
    },
    rules: { ".Input": { border: `1px solid ${value("--ink-soft")}`, boxShadow: "none" } },
  };
}

function mount() {
  if (!globalThis.Stripe) return leadElsewhere(); // its script was blocked on the way
  stripe = Stripe(settings.publishableKey);
  elements = stripe.elements({
    mode: "payment",
    amount: Number(settings.amount),
    currency: settings.currency,
    captureMethod: "manual",
    paymentMethodCreation: "manual",
    appearance: appearance(),
  });
  const card = elements.create("payment", { layout: "tabs" });
  card.on("ready", () => {
    form.dataset.ready = "true";
    button.disabled = false;
  });
  card.on("loaderror", leadElsewhere);
  card.mount(form.querySelector("[data-payment-element]"));
}

function leadElsewhere() {
  hosted = true;
  say("The card form did not load. The button takes you to Stripe’s own page to pay there.");
}

function say(sentence) {
  message.textContent = sentence;
  message.hidden = !sentence;
}

function busy(paying) {
  button.disabled = paying;
  button.textContent = paying ? "Paying…" : payWords;
  form.setAttribute("aria-busy", String(paying));
  if (paying) document.documentElement.dataset.paying = "1";
  else delete document.documentElement.dataset.paying;
}

async function pay() {
  const submitted = await elements.submit();
  if (submitted.error) return submitted.error.message;
  const created = await stripe.createConfirmationToken({
    elements,
    params: { return_url: new URL(settings.returnUrl, location.href).href },
  });
  if (created.error) return created.error.message;
  return settle({ booking: settings.booking, confirmation_token: created.confirmationToken.id }, 0);
}

// Asks our server, sees the bank's question through if there is one, and asks again.
async function settle(body, questions) {
  const answer = await fetch(settings.confirmUrl, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 200) {
    location.assign(said.location);
    return null;
  }
  if (answer.status === 202 && said.client_secret && questions < 3) {
    const action = await stripe.handleNextAction({ clientSecret: said.client_secret });
    if (action.error) say(action.error.message);
    return settle({ booking: settings.booking }, questions + 1);
  }
  if (said.location) location.assign(said.location);
  if (answer.status === 402) return `${said.message} Nothing was charged and your seats are still held: try another card.`;
  return said.message || "The payment did not go through, and nothing was charged. Your seats are still held.";
}

form.addEventListener("submit", async (event) => {
  if (hosted) return;
  event.preventDefault();
  if (document.documentElement.dataset.paying) return;
  busy(true);
  say("");
  try {
    const problem = await pay();
    if (problem === null) return; // on the way to the tickets: the button stays shut
    say(problem);
    message.focus();
  } catch {
    say("The connection broke while paying. Reload this page to see how it stands: nothing is charged twice.");
  }
  busy(false);
});

mount();
