// The waiting room asks how the line stands when it was told to, and not more often.
// The figures are shown as they are; whatever changes the page itself (one's turn, the draw, a pause)
// loads it anew, so that the server has one set of words.

import { announce } from "./announce.js";

const room = document.querySelector("[data-waiting]");
const figures = Object.fromEntries(
  [...room.querySelectorAll("[data-figure]")].map((element) => [element.dataset.figure, element]),
);

// The visitor's part of the draw, chosen here and not by the server.
const nonce = room.querySelector("[data-nonce]");
if (nonce) nonce.value = crypto.randomUUID?.() ?? String(Math.random()).slice(2);

async function ask() {
  const answer = await fetch(room.dataset.poll, { credentials: "same-origin", cache: "no-store" });
  const isTooSoon = answer.status === 429 || answer.status === 503; // the place is kept
  if (isTooSoon) return Number(answer.headers.get("Retry-After")) || 5;
  if (!answer.ok) return again();
  const told = await answer.json();
  const hasPlace = told.place !== null && told.state !== "closed";
  const isNew = told.state !== room.dataset.state || hasPlace !== Boolean(figures.place);
  if (isNew) return again();
  showMessage(told.message ?? "");
  show(told);
  return told.retry_after;
}

function again() {
  location.replace(room.dataset.page);
  return 30; // in case that fails
}

function showMessage(text) {
  const message = room.querySelector("[data-message]");
  const shown = message.querySelector("span");
  if (shown.textContent === text) return;
  shown.textContent = text;
  message.hidden = !text;
  if (text) announce(`From the box office: ${text}`);
}

function show({ place, ahead, wait }) {
  if (place === null || !figures.place) return;
  const [before, now] = [figures.ahead.textContent, ahead.toLocaleString("en")];
  figures.place.textContent = place.toLocaleString("en");
  figures.ahead.textContent = now;
  const isNext = ahead === 0 && room.dataset.state === "waiting"; // a pause keeps its own words
  if (isNext) room.querySelector("[data-headline]").textContent = "You are next";
  showBand(wait);
  if (before !== now && ahead < 10) announce(isNext ? "You are next" : `${now} ahead of you`);
}

function showBand({ min_s: least, max_s: most }) {
  const band = room.querySelector("[data-band]");
  band.parentElement.hidden = least === null || most === null;
  if (band.parentElement.hidden) return;
  const [lower, upper] = [Math.max(1, Math.floor(least / 60)), Math.ceil(most / 60)];
  if (most < 120) band.textContent = "Less than two minutes";
  else if (upper > 120) band.textContent = hours(Math.floor(least / 3600), Math.ceil(most / 3600));
  else if (lower < upper) band.textContent = `Between ${lower} and ${upper} minutes`;
  else band.textContent = `About ${upper} minutes`;
}

function hours(first, last) {
  return first ? `Between ${first} and ${last} hours` : `Less than ${last} hours`;
}

async function keepAsking(seconds) {
  let wait = seconds;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    // Offline, or a page that is being left: the place is kept, and the next try follows.
    wait = (await ask().catch(() => 5)) || 5;
  }
}

keepAsking(Number(room.dataset.retry) || 5);
