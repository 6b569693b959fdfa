// The seats of one section: one path each, so that 1,500 of them stay quick on a phone.

import { ACCESSIBLE, RESTRICTED, seatLabel } from "./seatmap-model.js";
import { accessSymbol, disc, node, outline, tickedDisc } from "./seatmap-shapes.js";

export class Seats {
  constructor(layer, model) {
    this.layer = layer;
    this.model = model;
    this.section = null;
    this.nodes = [];
  }

  show(section) {
    this.clear();
    this.section = section;
    this.radius = section.gap * 0.39;
    this.layer.setAttribute("stroke-width", this.radius * 0.25);
    const all = document.createDocumentFragment();
    this.#rowNames(section, all);
    for (const seat of section.seats) this.nodes.push(this.#draw(seat, all));
    this.mine = node("g", { class: "map-mine" }, all);
    this.ring = node("path", { class: "map-ring", d: "" }, all);
    this.layer.append(all);
    this.refresh();
    this.current = section.seats.find((seat) => this.model.isFree(seat)) ?? section.seats[0];
    if (this.current) this.nodes[this.current.index].seat.setAttribute("tabindex", "0");
  }

  clear() {
    this.layer.replaceChildren();
    this.nodes = [];
    this.section = null;
  }

  #draw(seat, parent) {
    const made = node("path", { class: "seat", role: "checkbox", tabindex: "-1", "data-index": seat.index }, parent);
    if (seat.flags & RESTRICTED) made.dataset.view = "restricted";
    if (!(seat.flags & ACCESSIBLE)) return { seat: made };
    const { head, body, width } = accessSymbol(seat.x, seat.y, this.radius);
    const symbol = node("g", { class: "seat-symbol" }, parent);
    node("path", { d: head }, symbol);
    node("path", { d: body, fill: "none", "stroke-width": width }, symbol);
    return { seat: made, symbol };
  }

  // Row names at both ends, a seat's width outside.
  #rowNames(section, parent) {
    let start = 0;
    for (const row of section.rows ?? []) {
      const seats = section.seats.slice(start, start + row.seats.length);
      start += row.seats.length;
      if (!seats.length) continue;
      const ends = [[seats[0], seats[1]], [seats.at(-1), seats.at(-2)]];
      for (const [end, inner] of ends) {
        const [dx, dy] = inner ? [end.x - inner.x, end.y - inner.y] : [-section.gap, 0];
        const far = Math.hypot(dx, dy) || 1;
        const at = { x: end.x + (dx / far) * section.gap * 1.1, y: end.y + (dy / far) * section.gap * 1.1 };
        const name = node("text", { class: "map-row", "font-size": section.gap * 0.55, ...at }, parent);
        name.textContent = row.name;
      }
    }
  }

  refresh() {
    if (!this.section) return;
    const level = this.model.level(this.section);
    for (const seat of this.section.seats) this.#paint(seat, level);
    this.#nameMine();
  }

  #paint(seat, level) {
    const { seat: made, symbol } = this.nodes[seat.index];
    const yours = this.model.chosen.has(seat.ticket);
    const state = yours ? "yours" : this.model.isFree(seat) ? "free" : "taken";
    const label = seatLabel(this.model, seat);
    if (made.dataset.state === state && made.getAttribute("aria-label") === label) return;
    made.dataset.state = state;
    made.dataset.level = level?.colour ?? 0;
    made.setAttribute("d", this.#outlineOf(seat, state, level));
    made.setAttribute("aria-label", label);
    made.setAttribute("aria-checked", String(yours));
    made.setAttribute("aria-disabled", String(state === "taken"));
    symbol?.classList.toggle("is-out", state !== "free");
  }

  #outlineOf(seat, state, level) {
    if (state === "yours") return tickedDisc(seat.x, seat.y, this.radius * 1.15);
    if (state === "taken") return disc(seat.x, seat.y, this.radius * 0.34);
    return outline(level?.shape, seat.x, seat.y, this.radius);
  }

  // Yours carry row and number beside the tick.
  #nameMine() {
    this.mine.replaceChildren();
    for (const seat of this.model.chosen.values()) {
      if (seat.section !== this.section) continue;
      const at = { x: seat.x, y: seat.y - this.radius * 1.55, "font-size": this.radius * 0.95 };
      node("text", at, this.mine).textContent = `${seat.row}${seat.number}`;
    }
  }

  // The seat that a finger meant: the nearest one within a seat's reach.
  nearest(x, y, reach = this.section.gap * 0.8, among = this.section.seats) {
    let best = null;
    let least = reach;
    for (const seat of among) {
      const far = Math.hypot(seat.x - x, seat.y - y);
      if (far < least) [best, least] = [seat, far];
    }
    return best;
  }

  seatOf(target) {
    const index = target?.dataset?.index;
    return index === undefined ? null : this.section?.seats[Number(index)];
  }

  focus(seat) {
    this.nodes[this.current?.index]?.seat.setAttribute("tabindex", "-1");
    this.current = seat;
    const made = this.nodes[seat.index].seat;
    made.setAttribute("tabindex", "0");
    made.focus({ preventScroll: true });
  }

  ringAround(seat) {
    this.ring?.setAttribute("d", seat ? disc(seat.x, seat.y, this.radius * 1.5) : "");
  }
}
