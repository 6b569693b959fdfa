// The open section as a plain list of rows: the same seats, the same choice, no drawing.

import { seatLabel, sectionName } from "./seatmap-model.js";

export class SeatList {
  constructor(root, model, { onToggle }) {
    this.root = root;
    this.model = model;
    this.onToggle = onToggle;
    this.boxes = [];
  }

  show(section) {
    this.section = section;
    this.boxes = [];
    const heading = document.createElement("h2");
    heading.textContent = sectionName(section);
    const rows = [];
    let start = 0;
    for (const row of section.rows ?? []) {
      const seats = section.seats.slice(start, start + row.seats.length);
      start += row.seats.length;
      rows.push(this.#row(row, seats));
    }
    this.root.replaceChildren(heading, ...rows);
    this.refresh();
  }

  #row(row, seats) {
    const group = document.createElement("fieldset");
    group.className = "seat-row";
    const legend = document.createElement("legend");
    legend.textContent = `Row ${row.name}`;
    group.append(legend);
    for (const seat of seats) {
      const label = document.createElement("label");
      label.className = "seat-choice";
      const box = document.createElement("input");
      box.type = "checkbox";
      box.addEventListener("change", () => {
        this.onToggle(seat);
        this.refresh();
      });
      const number = document.createElement("span");
      number.textContent = seat.number;
      label.append(box, number);
      group.append(label);
      this.boxes.push({ seat, box });
    }
    return group;
  }

  refresh() {
    for (const { seat, box } of this.boxes) {
      const yours = this.model.chosen.has(seat.ticket);
      box.checked = yours;
      box.disabled = !yours && !this.model.isFree(seat);
      box.setAttribute("aria-label", seatLabel(this.model, seat));
    }
  }
}
