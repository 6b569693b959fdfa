// What is on the map, what is free and what is chosen. Knows nothing of drawing; tells others by events.

import { boundsOf } from "./seatmap-shapes.js";

export const ACCESSIBLE = 1;
export const COMPANION = 2;
export const RESTRICTED = 4;
export const AISLE_FOLLOWS = 8;

const ONE_KIND = "Seats and standing places are held one after the other: hold these first.";

export class SeatMapModel extends EventTarget {
  constructor(drawing, config) {
    super();
    this.drawing = drawing;
    this.config = config;
    this.levels = new Map(config.price_levels.map((level) => [level.id, level]));
    this.sections = drawing.sections.map((section) => sectionOf(section, config));
    this.byId = new Map(this.sections.map((section) => [section.id, section]));
    this.chosen = new Map(); // ticket id -> seat
    this.standing = new Map(); // section id -> how many
    this.shownLevels = new Set(); // empty: all
    this.isKnown = false; // until the first feed only the page's counts are known, no single seat
  }

  level(section) {
    return this.levels.get(section.priceLevel);
  }

  isShown(section) {
    return this.shownLevels.size === 0 || this.shownLevels.has(section.priceLevel);
  }

  isFree(seat) {
    return seat.section.free[seat.index] === "1";
  }

  // How many of one's own are in a section.
  countIn(section) {
    const seats = [...this.chosen.values()].filter((seat) => seat.section === section).length;
    return seats + (this.standing.get(section.id) ?? 0);
  }

  count() {
    return this.chosen.size + [...this.standing.values()].reduce((sum, n) => sum + n, 0);
  }

  total() {
    let sum = 0;
    for (const seat of this.chosen.values()) sum += this.level(seat.section)?.amount ?? 0;
    for (const [id, n] of this.standing) sum += n * (this.level(this.byId.get(id))?.amount ?? 0);
    return sum;
  }

  // Chooses or gives back; says why not, or nothing when it did.
  toggle(seat) {
    if (this.chosen.delete(seat.ticket)) return this.#tell("choice", { seat, taken: false });
    if (!this.isFree(seat)) return `${seatName(seat)} is taken.`;
    if (this.standing.size) return ONE_KIND;
    if (this.count() >= this.config.max_tickets) return limitSentence(this.config.max_tickets);
    this.chosen.set(seat.ticket, seat);
    return this.#tell("choice", { seat, taken: true });
  }

  setStanding(id, wanted) {
    const section = this.byId.get(id);
    const mixed = this.chosen.size || [...this.standing.keys()].some((other) => other !== id);
    if (wanted && mixed) return this.#tell("choice", { standing: section }) || ONE_KIND;
    const others = this.count() - (this.standing.get(id) ?? 0);
    const most = Math.max(0, Math.min(section.freeCount, this.config.max_tickets - others));
    const count = Math.min(Math.max(0, wanted), most);
    if (count) this.standing.set(id, count);
    else this.standing.delete(id);
    this.#tell("choice", { standing: section });
    return count < wanted && most === this.config.max_tickets - others
      ? limitSentence(this.config.max_tickets)
      : "";
  }

  showLevel(id, shown) {
    if (shown) this.shownLevels.add(id);
    else this.shownLevels.delete(id);
    this.#tell("filter", {});
  }

  // Takes in a feed; tells which chosen seats have gone.
  update(feed) {
    this.isKnown = true;
    const changed = [];
    for (const section of this.sections) {
      const before = section.freeCount;
      if (section.kind === "standing") {
        section.freeCount = feed.standing[section.id] ?? 0;
        if (section.freeCount !== before) changed.push(section);
        continue;
      }
      const free = feed.sections[section.id] ?? "";
      if (free === section.free) continue;
      section.free = free;
      section.freeCount = free.split("1").length - 1;
      changed.push(section);
    }
    const lost = [...this.chosen.values()].filter((seat) => !this.isFree(seat));
    for (const seat of lost) this.chosen.delete(seat.ticket);
    if (changed.length) this.#tell("availability", { changed });
    if (lost.length) this.#tell("lost", { lost });
    for (const [id, n] of this.standing) {
      if (n > this.byId.get(id).freeCount) this.setStanding(id, n);
    }
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
    return "";
  }
}

function sectionOf(drawn, config) {
  const [first] = config.ticket_ids[drawn.id] ?? [0, 0];
  const section = {
    ...drawn,
    priceLevel: config.sections[drawn.id]?.price_level,
    onSale: drawn.id in config.ticket_ids,
    free: "",
    freeCount: config.sections[drawn.id]?.free ?? 0,
    seats: [],
  };
  for (const row of drawn.rows ?? []) {
    for (const [number, x, y, flags = 0] of row.seats) {
      const index = section.seats.length;
      section.seats.push({ section, index, ticket: first + index, row: row.name, number, x, y, flags });
    }
  }
  const places = section.seats.map((seat) => [seat.x, seat.y]);
  section.bounds = boundsOf(drawn.outline?.length ? drawn.outline : places);
  section.outline = drawn.outline?.length ? drawn.outline : cornersOf(section.bounds);
  section.gap = gapOf(section.seats);
  return section;
}

const cornersOf = ({ x, y, w, h }) => [[x - 8, y - 8], [x + w + 8, y - 8], [x + w + 8, y + h + 8], [x - 8, y + h + 8]];

// The usual distance between neighbours of a row: what a seat's size and an aisle are measured by.
function gapOf(seats) {
  const gaps = [];
  for (let i = 1; i < seats.length; i += 1) {
    const [a, b] = [seats[i - 1], seats[i]];
    if (a.row === b.row) gaps.push(Math.hypot(a.x - b.x, a.y - b.y));
  }
  gaps.sort((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? 20;
}

// "Upper 316", but "Box B" and not "Boxes Box B".
export function sectionName(section) {
  const start = (section.level ?? "").slice(0, 3).toLowerCase();
  return section.name.toLowerCase().includes(start) ? section.name : `${section.level} ${section.name}`;
}

export function seatName(seat) {
  return `Row ${seat.row} seat ${seat.number}`;
}

function limitSentence(most) {
  return `${most} tickets are the most one person can have for this event.`;
}

// "Row B seat 12, $45.00, free", and what else a buyer must know before choosing.
export function seatLabel(model, seat) {
  const words = [seatName(seat), model.level(seat.section)?.display];
  if (seat.flags & ACCESSIBLE) words.push("wheelchair space");
  if (seat.flags & COMPANION) words.push("companion seat");
  if (seat.flags & RESTRICTED) words.push("restricted view");
  if (model.chosen.has(seat.ticket)) words.push("yours");
  else words.push(model.isFree(seat) ? "free" : "taken");
  return words.filter(Boolean).join(", ");
}
