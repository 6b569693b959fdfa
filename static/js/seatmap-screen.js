// What the drawing does with fingers, mice and keys: the house, then the seats of one section.

import { announce } from "./announce.js";
import { nextInDirection, rowEnd } from "./seatmap-keys.js";
import { sectionName } from "./seatmap-model.js";
import { Overview } from "./seatmap-overview.js";
import { Seats } from "./seatmap-seats.js";
import { boundsOf, node } from "./seatmap-shapes.js";
import { Tip } from "./seatmap-tip.js";
import { Viewport } from "./seatmap-viewport.js";

const LARGEST = 60; // pixels between seats at which a section of a few is large enough
const TAP = 24; // pixels between seats below which a tap looks closer instead of choosing

export class SeatMapScreen {
  constructor({ root, svg, model, list, onToggle }) {
    Object.assign(this, { root, svg, model, list, onToggle, section: null, wanted: null });
    this.viewport = new Viewport(svg, wholeOf(model));
    const house = node("g", { class: "map-house" }, svg);
    this.seats = new Seats(node("g", { class: "map-seats" }, svg), model);
    this.overview = new Overview(house, model, { onOpen: (section, how) => this.open(section, how) });
    this.tip = new Tip(root.querySelector("[data-tip]"), model);
    this.viewport.addEventListener("change", () => this.#viewed());
    svg.addEventListener("click", (event) => this.#click(event));
    svg.addEventListener("keydown", (event) => this.#key(event));
    svg.addEventListener("focusin", ({ target }) => this.#focused(target));
    svg.addEventListener("focusout", () => this.#point(null));
    svg.addEventListener("pointermove", (event) => this.#hover(event));
    svg.addEventListener("pointerleave", () => this.#point(null));
    this.#tools();
    this.viewport.fit(this.viewport.whole, { room: 0.02 });
  }

  open(section, { byKey = false } = {}) {
    if (section.kind === "standing") return this.#standing(section);
    this.wanted = this.model.isKnown ? null : { section, byKey };
    if (this.wanted) return; // it opens with the first feed
    this.section = section;
    this.svg.dataset.view = "seats";
    this.seats.show(section);
    this.overview.open(section);
    const around = this.#whereFree(section);
    this.viewport.fit(section.bounds, { room: 0.08, least: 26 / section.gap, most: LARGEST / section.gap, around });
    this.svg.setAttribute("aria-label", `Seats of ${sectionName(section)}. Arrow keys move, Space chooses, Escape goes back to the sections.`);
    this.root.querySelector("[data-back]").hidden = this.model.sections.length === 1;
    this.root.querySelector("[data-where]").textContent = sectionName(section);
    this.list.show(section);
    if (byKey && this.seats.current) this.seats.focus(this.seats.current);
    announce(`${sectionName(section)}: ${section.freeCount} seats free.`);
  }

  // The seat in the middle of the free ones, so that a phone, which shows a part, shows these.
  #whereFree(section) {
    const free = section.seats.filter((seat) => this.model.isFree(seat));
    const seats = free.length ? free : section.seats;
    const mean = (key) => seats.reduce((sum, seat) => sum + seat[key], 0) / seats.length;
    const start = this.seats.nearest(mean("x"), mean("y"), Infinity, seats);
    return [start.x, start.y];
  }

  close() {
    const left = this.section;
    this.section = this.wanted = null;
    this.svg.dataset.view = "house";
    this.#point(null);
    this.#showList(false);
    this.seats.clear();
    this.overview.open(null);
    this.viewport.fit(this.viewport.whole, { room: 0.02 });
    this.svg.setAttribute("aria-label", "Sections. Arrow keys move, Enter opens one.");
    this.root.querySelector("[data-back]").hidden = true;
    this.root.querySelector("[data-where]").textContent = "All sections";
    if (left) this.overview.focus(left);
    this.#point(null); // the house still moves under the sign
  }

  refresh(sections) {
    this.overview.refresh(sections);
    this.overview.scaleTo(this.viewport.scale);
    if (sections.includes(this.section)) this.seats.refresh();
    if (this.wanted && this.model.isKnown) this.open(this.wanted.section, this.wanted);
  }

  refreshChoice() {
    this.seats.refresh();
    this.overview.refreshMine();
  }

  #standing(section) {
    const field = this.root.querySelector(`[data-standing="${section.id}"] input`);
    field?.scrollIntoView({ block: "center" });
    field?.focus();
  }

  #click(event) {
    if (this.viewport.dragged) return;
    const [x, y] = this.viewport.toDrawing(event.clientX, event.clientY);
    const seat = this.section ? this.seats.nearest(x, y) : null;
    if (seat && this.section.gap * this.viewport.scale < TAP && event.pointerType === "touch") {
      return this.viewport.zoom(30 / (this.section.gap * this.viewport.scale), [x, y]);
    }
    if (seat) {
      this.seats.focus(seat);
      if (event.pointerType === "touch") this.tip.show(null); // the bar says it, and a sign would lie under the finger
      return this.onToggle(seat);
    }
    const section = this.#sectionOf(event.target);
    if (section && section !== this.section && section.onSale) this.open(section);
  }

  #key(event) {
    const zoom = { "+": 1.4, "=": 1.4, "-": 1 / 1.4 }[event.key];
    if (zoom) this.viewport.zoom(zoom);
    else if (event.key === "0") this.#fit();
    else if (this.section) return this.#seatKey(event);
    else {
      const from = this.#sectionOf(event.target);
      const next = from && nextInDirection(event.key, middleOf(from), this.model.sections.map(middleOf));
      if (!next) return;
      this.overview.focus(next.section);
    }
    event.preventDefault();
  }

  #sectionOf(target) {
    return this.model.byId.get(Number(target.closest("[data-section]")?.dataset.section));
  }

  #seatKey(event) {
    const seat = this.seats.seatOf(event.target);
    if (event.key === "Escape") this.close();
    else if (!seat) return;
    else if (event.key === " " || event.key === "Enter") this.onToggle(seat);
    else {
      const next = rowEnd(event.key, seat) ?? nextInDirection(event.key, seat, this.section.seats);
      if (!next) return;
      this.seats.focus(next);
      this.viewport.reveal(next.x, next.y);
      this.#point(next);
    }
    event.preventDefault();
  }

  #hover(event) {
    if (event.pointerType === "touch") return;
    if (!this.section) return this.#pointSection(this.#sectionOf(event.target));
    this.#point(this.seats.nearest(...this.viewport.toDrawing(event.clientX, event.clientY)));
  }

  #point(seat) {
    this.seats.ringAround(seat);
    this.tip.show(seat, this.viewport);
  }

  #focused(target) {
    const seat = this.seats.seatOf(target);
    const section = this.section || seat ? null : this.#sectionOf(target);
    if (section && target.matches(":focus-visible")) this.#pointSection(section);
    else this.#point(seat);
  }

  #pointSection(section) {
    if (section) this.tip.showSection(section, this.viewport);
    else this.tip.show(null);
  }

  #viewed() {
    const { scale } = this.viewport;
    if (Math.abs(scale / this.wordsFor - 1) < 0.01) return; // a pan moves words without resizing them
    this.wordsFor = scale;
    clearTimeout(this.settling); // while zooming, words grow with the map; they are set anew once it rests
    this.settling = setTimeout(() => this.overview.scaleTo(scale), 100);
  }

  #tools() {
    const on = (name, act) => this.root.querySelector(`[data-${name}]`).addEventListener("click", act);
    on("zoom-in", () => this.viewport.zoom(1.5));
    on("zoom-out", () => this.viewport.zoom(1 / 1.5));
    on("fit", () => this.#fit());
    on("back", () => this.close());
    on("as-list", ({ currentTarget }) => this.#showList(currentTarget.getAttribute("aria-pressed") !== "true"));
  }

  #showList(shown) {
    if (shown && !this.section) {
      this.open(this.model.sections.find((one) => one.freeCount && one.kind !== "standing") ?? this.model.sections[0]);
    }
    this.root.querySelector("[data-as-list]").setAttribute("aria-pressed", String(shown));
    this.root.querySelector("[data-list]").hidden = !shown;
    this.svg.classList.toggle("is-out", shown);
  }

  #fit() {
    if (this.section) this.viewport.fit(this.section.bounds, { room: 0.08, most: LARGEST / this.section.gap });
    else this.viewport.fit(this.viewport.whole, { room: 0.02 });
  }
}

function middleOf(section) {
  const { x, y, w, h } = section.bounds;
  return { x: x + w / 2, y: y + h / 2, section };
}

function wholeOf(model) {
  const points = model.sections.flatMap((section) => section.outline);
  return boundsOf([...points, ...(model.drawing.stage?.shape ?? [])]);
}
