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

function show(told) {
  if (told.place !== null && figures.place) showPlace(told);
  if (told.state === "waiting") showWait(told);
  else if (told.wait.min_s !== null) countDown(told.wait.min_s);
}

function showPlace({ place, ahead }) {
  const [before, now] = [figures.ahead.textContent, ahead.toLocaleString("en")];
  figures.place.textContent = place.toLocaleString("en");
  figures.ahead.textContent = now;
  const isNext = ahead === 0 && room.dataset.state === "waiting"; // a pause keeps its own words
  if (before !== now && ahead < 10 && !isNext) announce(`${now} ahead of you`);
}

const box = room.querySelector("[data-box]");
const parts = ["label", "band", "note"].map((name) => box.querySelector(`[data-${name}]`));

function showBox(words) {
  box.hidden = words.every((part) => !part);
  for (const [index, part] of parts.entries()) {
    if (part.textContent !== words[index]) part.textContent = words[index];
  }
}

// As `words.py` has it for the page: headline and sentence; then label, figure and note.
function showWait(told) {
  const isNone = told.tickets_left === 0;
  const [headline, sentence] = isNone ? wordsOfNone(told.tickets_held) : wordsOfLine(told);
  say("headline", headline);
  say("sentence", sentence);
  showBox(isNone ? ["", "", ""] : wordsOfWait(told));
}

function say(name, words) {
  const part = room.querySelector(`[data-${name}]`);
  if (part.textContent === words) return;
  part.textContent = words;
  if (name === "headline") announce(words);
}

function wordsOfNone(held) {
  if (!held) return ["Sold out", GIVEN_BACK];
  return ["No tickets free right now", `${count(held, "ticket is", "tickets are")} ${COMES_BACK}`];
}

function wordsOfLine({ ahead }) {
  const order = (of) => `People go in one after another, in the order of ${of}.`;
  if (ahead === null) return ["Join the line", order("joining")];
  return [ahead === 0 ? "You are next" : "You are in line", order("the line")];
}

function wordsOfWait({ ahead, wait, tickets_left: left }) {
  const some = left === null ? "" : `${count(left, "ticket", "tickets")} left`;
  if (ahead === null) return ["", some, ""];
  const band = bandText(wait);
  const note = left !== null && ahead >= left ? `${some}: there may be none when it is your turn.` : some;
  return [band && "Your wait", band, note];
}

const COMES_BACK = "held by people who are choosing or paying. What they do not buy comes back, and people go in again then.";
const GIVEN_BACK = "Every ticket is sold. If one is given back, whoever is first in line goes in. You need not keep this page open.";

function count(number, one, many) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

function bandText({ min_s: least, max_s: most }) {
  if (least === null) return "";
  if (most === null) return `At least ${duration(least)}`;
  const [lower, upper] = [Math.max(1, Math.floor(least / 60)), Math.ceil(most / 60)];
  if (most < 120) return "Less than two minutes";
  if (upper > 120) return hours(Math.floor(least / 3600), Math.ceil(most / 3600));
  return lower < upper ? `Between ${lower} and ${upper} minutes` : `About ${upper} minutes`;
}

function hours(first, last) {
  return first ? `Between ${first} and ${last} hours` : `Less than ${last} hours`;
}

function duration(seconds) {
  if (seconds < 120) return count(seconds, "second", "seconds");
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} hours${rest ? ` ${rest} minutes` : ""}`;
}

// The time to the opening runs on between two answers, by how long this page has been open.
let opensAt = null;

function countDown(seconds) {
  const moment = performance.now() + seconds * 1000;
  if (opensAt === null) setInterval(tick, 1000);
  else if (Math.abs(moment - opensAt) > 10_000) again(); // staff have moved the opening
  opensAt = moment;
  tick();
}

function tick() {
  const seconds = Math.ceil((opensAt - performance.now()) / 1000);
  const what = room.dataset.state === "closed" ? "You can join in" : "Opens in";
  if (seconds > 0) parts[1].textContent = `${what} ${duration(seconds)}`;
  else if (room.dataset.state === "pre_queue") drawing();
}

function drawing() {
  say("headline", "The draw is being made");
  showBox(["", "", ""]);
}

if (room.dataset.opens) countDown(Number(room.dataset.opens));

async function keepAsking(seconds) {
  let wait = seconds;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    // Offline, or a page that is being left: the place is kept, and the next try follows.
    wait = (await ask().catch(() => 5)) || 5;
  }
}

keepAsking(Number(room.dataset.retry) || 5);
