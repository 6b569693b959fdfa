// The small sign beside the seat under the mouse or the focus. Touch has the bar instead.

import { ACCESSIBLE, COMPANION, RESTRICTED, seatName, sectionName } from "./seatmap-model.js";

export class Tip {
  constructor(root, model) {
    this.root = root;
    this.model = model;
  }

  show(seat, viewport) {
    if (!seat) {
      this.root.hidden = true;
      return;
    }
    const lines = [["strong", seatName(seat)], ["span", this.#state(seat)]];
    if (seat.flags & ACCESSIBLE) lines.push(["span", "Wheelchair space"]);
    if (seat.flags & COMPANION) lines.push(["span", "Companion seat"]);
    if (seat.flags & RESTRICTED) lines.push(["span", "Restricted view"]);
    this.root.replaceChildren(
      ...lines.map(([tag, words]) => Object.assign(document.createElement(tag), { textContent: words })),
    );
    this.root.hidden = false;
    this.#place(seat, viewport);
  }

  showSection(section, viewport) {
    const level = this.model.level(section);
    const free = section.freeCount ? `${section.freeCount.toLocaleString("en")} free, ${level?.display ?? ""}` : "Nothing free";
    this.root.replaceChildren(
      Object.assign(document.createElement("strong"), { textContent: sectionName(section) }),
      Object.assign(document.createElement("span"), { textContent: free }),
    );
    this.root.hidden = false;
    const { x, y, w, h } = section.bounds;
    this.#place({ x: x + w / 2, y: y + h / 2 }, viewport);
  }

  #state(seat) {
    if (this.model.chosen.has(seat.ticket)) return "Yours";
    return this.model.isFree(seat) ? (this.model.level(seat.section)?.display ?? "Free") : "Taken";
  }

  #place(seat, viewport) {
    const at = new DOMPoint(seat.x, seat.y).matrixTransform(viewport.svg.getScreenCTM());
    const frame = this.root.parentElement.getBoundingClientRect();
    const [x, y] = [at.x - frame.left, at.y - frame.top];
    const below = y < this.root.offsetHeight + 32;
    const half = this.root.offsetWidth / 2;
    const left = Math.min(Math.max(x, half + 4), frame.width - half - 4);
    this.root.style.setProperty("left", `${left - half}px`);
    this.root.style.setProperty("top", `${below ? y + 20 : y - this.root.offsetHeight - 20}px`);
  }
}
