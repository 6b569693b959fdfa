// The seat map: fetches the drawing, follows the availability, and lets people choose.

import { announce } from "./announce.js";
import { Bar } from "./seatmap-bar.js";
import { pollFeed } from "./seatmap-feed.js";
import { drawLegend } from "./seatmap-legend.js";
import { SeatList } from "./seatmap-list.js";
import { SeatMapModel, seatName } from "./seatmap-model.js";
import { SeatMapScreen } from "./seatmap-screen.js";
import { node } from "./seatmap-shapes.js";
import { wireStanding } from "./seatmap-standing.js";
import { straySeats } from "./seatmap-strays.js";

const root = document.querySelector("[data-seatmap]");
const config = JSON.parse(document.querySelector("#seatmap-config").textContent);

async function start() {
  const answer = await fetch(config.drawing_url);
  if (!answer.ok) throw new Error(`drawing answered ${answer.status}`);
  const model = new SeatMapModel(await answer.json(), config);
  takeOver();
  const bar = new Bar(root, model);
  const say = (sentence) => {
    bar.say(sentence);
    if (sentence) announce(sentence);
  };
  const toggle = (seat) => say(model.toggle(seat));
  const list = new SeatList(root.querySelector("[data-list]"), model, { onToggle: toggle });
  const svg = node("svg", { class: "map", role: "group", "aria-label": "Seat map" });
  root.querySelector("[data-canvas]").append(svg);
  const screen = new SeatMapScreen({ root, svg, model, list, onToggle: toggle });
  drawLegend(root.querySelector("[data-legend]"), model);
  wireStanding(root, model, say);
  follow(model, { bar, screen, list, say });
  await pollFeed(config.feed_url, {
    onFeed: (feed) => {
      root.querySelector("[data-looking-up]")?.remove();
      model.update(feed);
    },
    onStale: (stale) => showStale(stale),
  });
  if (model.sections.length === 1 && model.sections[0].kind !== "standing") screen.open(model.sections[0]);
  chooseFromAddress(model, screen);
}

// The plain list served its purpose once the map stands.
function takeOver() {
  for (const plain of root.querySelectorAll("[data-plain]")) plain.remove();
  for (const part of root.querySelectorAll("[data-enhanced]")) part.hidden = false;
  root.dataset.ready = "true";
}

function follow(model, { bar, screen, list, say }) {
  model.addEventListener("availability", ({ detail }) => {
    screen.refresh(detail.changed);
    list.refresh();
  });
  model.addEventListener("filter", () => screen.refresh(model.sections));
  model.addEventListener("choice", ({ detail }) => {
    bar.refresh();
    screen.refreshChoice();
    list.refresh();
    if (detail.seat) afterChoice(model, detail, say);
  });
  model.addEventListener("lost", ({ detail }) => {
    bar.refresh();
    screen.refreshChoice();
    say(lostSentence(detail.lost, model.count()));
  });
}

function afterChoice(model, { seat, taken }, say) {
  announce(taken ? `${seatName(seat)} chosen.` : `${seatName(seat)} given back.`);
  const [stray] = straySeats(model, seat.section);
  const advice = stray
    ? `That leaves seat ${stray.row} ${stray.number} on its own. If you can, move along by one.`
    : "";
  setTimeout(() => say(advice), 0);
}

function lostSentence(lost, left) {
  const names = lost.map((seat) => `${seat.row} ${seat.number}`).join(", ");
  const gone = lost.length === 1 ? `Seat ${names} has just gone.` : `Seats ${names} have just gone.`;
  return left ? `${gone} Your other ${left === 1 ? "seat is" : "seats are"} still free.` : gone;
}

function showStale(stale) {
  const note = root.querySelector("[data-stale]");
  note.hidden = !stale;
  if (stale) announce(note.textContent);
}

// A fan who comes back from signing in, or from a refusal, finds the seats still chosen.
function chooseFromAddress(model, screen) {
  const wanted = new Set(new URLSearchParams(location.search).getAll("ticket").map(Number));
  if (!wanted.size) return;
  const seats = model.sections.flatMap((section) => section.seats);
  const found = seats.filter((seat) => wanted.has(seat.ticket) && model.isFree(seat));
  for (const seat of found) model.toggle(seat);
  if (found.length) screen.open(found[0].section);
}

start().catch(() => {
  root.dataset.ready = "plain"; // the list below still sells every seat
});
