// The house from above: every section in its price level's colour, the paler the fewer seats are free.

import { sectionName } from "./seatmap-model.js";
import { node, polygonPath } from "./seatmap-shapes.js";
import { NAME, placeWords, planWords } from "./seatmap-words.js";

export class Overview {
  constructor(layer, model, { onOpen }) {
    this.model = model;
    this.onOpen = onOpen;
    this.marks = new Map();
    this.#stage(layer);
    for (const section of model.sections) this.#draw(layer, section);
    const badges = node("g", { class: "map-badges", "aria-hidden": "true" }, layer); // above every section
    for (const mark of this.marks.values()) drawBadge(mark, badges);
    const first = model.sections.find((section) => section.onSale) ?? model.sections[0];
    this.marks.get(first?.id)?.shape.setAttribute("tabindex", "0");
    this.refresh(model.sections);
  }

  #stage(layer) {
    const stage = this.model.drawing.stage;
    if (!stage?.shape?.length) return;
    node("path", { class: "map-stage", d: polygonPath(stage.shape) }, layer);
    const xs = stage.shape.map((point) => point[0]);
    const ys = stage.shape.map((point) => point[1]);
    const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
    const width = Math.max(...xs) - Math.min(...xs);
    const text = node("text", { class: "map-stage-name", x: middle(xs), y: middle(ys) }, layer);
    text.textContent = stage.label;
    this.stageName = { text, width };
  }

  #draw(layer, section) {
    const group = node("g", { class: "map-section", "data-section": section.id }, layer);
    const shape = node("path", { class: "map-outline", d: polygonPath(section.outline), tabindex: "-1", role: "button" }, group);
    const [x, y] = section.label ?? [section.bounds.x + section.bounds.w / 2, section.bounds.y + section.bounds.h / 2];
    const name = node("text", { class: "map-name", x, y }, group);
    const price = node("text", { class: "map-price", x, y }, group);
    this.marks.set(section.id, { group, shape, name, price, x, y });
    shape.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.onOpen(section, { byKey: true });
    });
  }

  refresh(sections) {
    for (const section of sections) {
      const { group, shape, price } = this.marks.get(section.id);
      const share = section.freeCount / (section.seats.length || section.capacity || 1);
      const level = this.model.level(section);
      if (level) group.dataset.level = level.colour;
      group.dataset.share = section.freeCount ? String(Math.max(1, Math.ceil(share * 4))) : "0";
      group.dataset.shown = this.model.isShown(section);
      price.textContent = section.freeCount ? roundPrice(level?.display) : "";
      shape.setAttribute("aria-label", this.#label(section, level));
    }
  }

  // Where one's own are, for whoever has gone back to the whole house.
  refreshMine() {
    for (const section of this.model.sections) {
      const { group, shape, badge, count } = this.marks.get(section.id);
      const mine = this.model.countIn(section);
      group.toggleAttribute("data-mine", mine > 0);
      badge.classList.toggle("is-out", mine === 0);
      count.textContent = mine;
      shape.setAttribute("aria-label", this.#label(section, this.model.level(section)));
    }
  }

  #label(section, level) {
    const mine = this.model.countIn(section);
    return `${this.#freeWords(section, level)}${mine ? `, ${mine} chosen by you` : ""}`;
  }

  #freeWords(section, level) {
    const place = section.level ? sectionName(section) : `Section ${section.name}`;
    if (!section.freeCount) return `${place}: nothing free`;
    const unit = section.kind === "standing" ? "standing places" : "seats";
    return `${place}: ${section.freeCount} ${unit} free, ${level?.display ?? ""}`;
  }

  // Words keep their size on the screen, and leave where there is no room for them.
  scaleTo(scale) {
    for (const section of this.model.sections) {
      const mark = this.marks.get(section.id);
      const plan = planWords(section, { x: mark.x, y: mark.y, scale, price: mark.price.textContent });
      placeWords(mark, plan, scale);
      mark.badge.setAttribute("transform", `translate(${mark.x} ${mark.y - heightAbove(plan) / scale}) scale(${1 / scale})`);
    }
    if (!this.stageName) return;
    const { text, width } = this.stageName;
    text.setAttribute("font-size", Math.min(NAME / scale, width / (text.textContent.length * 0.75)));
  }

  focus(section) {
    for (const { shape } of this.marks.values()) shape.setAttribute("tabindex", "-1");
    const { shape } = this.marks.get(section.id);
    shape.setAttribute("tabindex", "0");
    shape.focus({ preventScroll: true });
  }

  // While seats are shown, sections are scenery: not in the tab order, the open one without a name.
  open(section) {
    for (const [id, { group, shape }] of this.marks) {
      group.dataset.open = section ? id === section.id : "";
      if (section) shape.setAttribute("tabindex", "-1");
      shape.setAttribute("aria-hidden", section ? "true" : "false");
    }
  }
}

const BADGE = 10; // pixels

function drawBadge(mark, layer) {
  mark.badge = node("g", { class: "map-badge is-out" }, layer);
  node("circle", { r: BADGE }, mark.badge);
  mark.count = node("text", { "font-size": 12 }, mark.badge);
}

// How far above its middle a section's words leave off, in pixels; without words the badge has the middle.
function heightAbove({ lines, size, price, upright }) {
  if (!lines.length) return 0;
  const words = upright ? lines[0].length * size * 0.6 : (lines.length + (price ? 1 : 0)) * size * 1.15;
  return words / 2 + BADGE + 1;
}

// "$64.00" says no more than "$64" where room is short.
function roundPrice(display = "") {
  return display.replace(/[.,]00(?=\D*$)/, "");
}
