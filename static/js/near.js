// What is on near the visitor: asked for by a press, rounded to about a kilometre, kept nowhere.

const MILES = ["US", "GB", "LR", "MM"];
const MOST = 8;
const box = document.querySelector("[data-near]");
const words = box?.querySelector("[data-near-words]");
const button = box?.querySelector("button");

function unit() {
  return MILES.includes(new Intl.Locale(navigator.language).region) ? "mi" : "km";
}

function position() {
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(resolve, reject, { timeout: 10_000, maximumAge: 600_000 });
  });
}

// The whole search as an address, with the point instead of any other place.
function address({ coords }, sort) {
  const form = document.querySelector("form.finder");
  const asked = new URLSearchParams(new FormData(form));
  for (const name of ["location", "radius", "unit", "sort", "cursor"]) asked.delete(name);
  for (const [name, value] of [...asked]) if (!value) asked.delete(name);
  asked.set("location", `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`);
  asked.set("radius", "50");
  asked.set("unit", unit());
  asked.set("sort", sort);
  return `${form.getAttribute("action")}?${asked}`;
}

async function showPopular(where) {
  const list = document.querySelector("[data-near-list]");
  const answer = await fetch(address(where, "popularity"));
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const cards = page.querySelector("#cards");
  if (!cards) {
    words.textContent = `Nothing is on within 50 ${unit()} of you yet.`;
    return;
  }
  [...cards.children].slice(MOST).forEach((card) => card.remove());
  cards.removeAttribute("data-columns");
  cards.removeAttribute("data-dense");
  cards.removeAttribute("id");
  list.querySelector(".cards")?.remove();
  list.append(document.importNode(cards, true));
  list.querySelector("[data-near-all]").href = address(where, "distance");
  list.hidden = false;
  list.querySelector("h2").focus();
}

function why(error) {
  if (error.code === 1) return "Your browser did not share a position. Type a city instead.";
  if (error.code) return "Your browser could not find a position. Type a city instead.";
  return "That did not work just now. Type a city instead.";
}

button?.addEventListener("click", async () => {
  button.disabled = true;
  try {
    const where = await position();
    if (box.dataset.near === "popular") await showPopular(where);
    else location.assign(address(where, "distance"));
  } catch (error) {
    words.textContent = why(error);
  } finally {
    button.disabled = false;
  }
});

if (box && !navigator.geolocation) box.hidden = true;
