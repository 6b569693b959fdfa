// What a card number, a date and a code look like. Sentences are Stripe's.

const BRANDS = [
  ["amex", /^3[47]/, [15], 4], ["diners", /^3(0|6|8)/, [14, 16], 3], ["mastercard", /^(5[1-5]|2[2-7])/, [16], 3],
  ["discover", /^6(011|4[4-9]|5)/, [16], 3], ["unionpay", /^62/, [16, 17, 18, 19], 3], ["jcb", /^35/, [16], 3],
  ["visa", /^4/, [16], 3],
];

const digitsOf = (text) => text.replace(/\D/g, "");

function brandOf(number) {
  const found = BRANDS.find(([, pattern]) => pattern.test(number));
  return found ? { name: found[0], lengths: found[2], code: found[3] } : { name: "unknown", lengths: [16], code: 3 };
}

function passesLuhn(number) {
  let sum = 0;
  [...number].reverse().forEach((digit, position) => {
    const value = Number(digit) * (position % 2 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
}

/** "4242 4242 …", or 4-6-5 for American Express. */
function spacedNumber(text) {
  const number = digitsOf(text).slice(0, 19);
  const pattern = brandOf(number).name === "amex" ? /^(\d{1,4})(\d{1,6})?(\d{1,5})?/ : null;
  if (pattern) return (number.match(pattern) || []).slice(1).filter(Boolean).join(" ");
  return (number.match(/\d{1,4}/g) || []).join(" ");
}

/** "12 / 34" as it is typed. */
function spacedExpiry(text) {
  let digits = digitsOf(text).slice(0, 4);
  if (/^[2-9]/.test(digits)) digits = `0${digits}`.slice(0, 4);
  return digits.length > 2 ? `${digits.slice(0, 2)} / ${digits.slice(2)}` : digits;
}

function numberProblem(text) {
  const number = digitsOf(text);
  const longest = Math.max(...brandOf(number).lengths);
  if (!number || (number.length < longest && !brandOf(number).lengths.includes(number.length))) {
    return ["incomplete_number", "Your card number is incomplete."];
  }
  return passesLuhn(number) ? null : ["invalid_number", "Your card number is invalid."];
}

function expiryProblem(text) {
  const digits = digitsOf(text);
  if (digits.length < 4) return ["incomplete_expiry", "Your card's expiration date is incomplete."];
  const month = Number(digits.slice(0, 2));
  const year = 2000 + Number(digits.slice(2));
  const today = new Date();
  if (month < 1 || month > 12) return ["invalid_expiry_month", "Your card's expiration month is invalid."];
  if (year < today.getFullYear() || (year === today.getFullYear() && month < today.getMonth() + 1)) {
    return ["invalid_expiry_year_past", "Your card's expiration date is in the past."];
  }
  if (year > today.getFullYear() + 50) return ["invalid_expiry_year", "Your card's expiration year is invalid."];
  return null;
}

function codeProblem(text, number) {
  const needed = brandOf(digitsOf(number)).code;
  return digitsOf(text).length < needed ? ["incomplete_cvc", "Your card's security code is incomplete."] : null;
}
