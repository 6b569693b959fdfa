// Suggestions under a search field: performers, events, venues and cities, while somebody types.
// Without this script, and whenever the server has nothing to say, the field is a plain form's.

import { announce } from "./announce.js";

const PAUSE_MS = 120;
const GROUPS = [
  ["performers", "Performers"],
  ["events", "Events"],
  ["venues", "Venues"],
  ["cities", "Cities"],
];
const known = new Map();
let fields = 0;

// Fields come with parts of the page that are put in later, so they are taken up when first used.
document.addEventListener("focusin", ({ target }) => takeUp(target));
document.addEventListener("input", ({ target }) => takeUp(target)?.changed());
takeUp(document.activeElement);

function takeUp(input) {
  const box = input?.closest?.("[data-suggest]");
  if (!box) return null;
  box.field ??= new Field(box, input);
  return box.field;
}

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

class Field {
  constructor(box, input) {
    this.input = input;
    this.address = box.dataset.suggest;
    this.id = `suggestions-${(fields += 1)}`;
    this.list = make("div", { id: this.id, className: "suggest-list", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Suggestions");
    this.options = [];
    this.active = -1;
    box.append(this.list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": this.id, "aria-haspopup": "listbox",
    })) input.setAttribute(name, value);
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("blur", () => this.close());
    input.form?.addEventListener("submit", () => this.close());
    // A finger or mouse on a suggestion must not take the focus, which would close the list.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({ target }) => this.follow(target.closest("[role=option]")));
  }

  changed() {
    clearTimeout(this.timer);
    this.asking?.abort();
    const text = this.input.value.trim();
    if (!text) return this.close();
    this.timer = setTimeout(() => this.ask(text), known.has(text) ? 0 : PAUSE_MS);
  }

  async ask(text) {
    this.asking = new AbortController();
    try {
      if (!known.has(text)) {
        const address = `${this.address}?term=${encodeURIComponent(text)}`;
        const answer = await fetch(address, { signal: this.asking.signal });
        if (!answer.ok) return this.close();
        known.set(text, await answer.json());
      }
      if (document.activeElement === this.input) this.show(known.get(text));
    } catch (error) {
      if (error.name !== "AbortError") this.close(); // offline: the plain form still works
    }
  }

  show(found) {
    this.options = [];
    this.list.replaceChildren(...GROUPS.filter(([group]) => found[group]?.length).map(
      ([group, heading]) => this.group(group, heading, found[group]),
    ));
    this.mark(-1);
    const count = this.options.length;
    this.list.hidden = count === 0;
    this.list.scrollTop = 0;
    this.input.setAttribute("aria-expanded", String(count > 0));
    if (count) announce(count === 1 ? "1 suggestion" : `${count} suggestions`);
  }

  group(name, heading, items) {
    const title = make("div", { id: `${this.id}-${name}`, className: "suggest-heading", textContent: heading });
    const group = make("div", {}, title, ...items.map((item) => this.option(name, item)));
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", title.id);
    return group;
  }

  option(group, item) {
    const option = make("div", { id: `${this.id}-${this.options.length}` },
      make("span", { className: "suggest-name", dir: "auto", textContent: item.name }));
    const detail = details(group, item);
    if (detail) option.append(make("span", { className: "suggest-detail", dir: "auto", textContent: detail }));
    option.setAttribute("role", "option");
    option.dataset.href = item.url;
    this.options.push(option);
    return option;
  }

  pressed(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    const last = this.options.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return this.changed();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = this.active + step;
      this.mark(next > last ? -1 : next < -1 ? last : next);
    } else if (event.key === "Enter" && open && this.active >= 0) {
      event.preventDefault();
      this.follow(this.options[this.active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault(); // the first Esc closes the list, the next clears the field
      this.close();
    }
  }

  mark(index) {
    this.active = index;
    this.options.forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    const chosen = this.options[index];
    if (!chosen) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  follow(option) {
    if (!option) return;
    this.close();
    location.assign(option.dataset.href);
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.mark(-1);
    this.input.setAttribute("aria-expanded", "false");
  }
}

function details(group, item) {
  if (group === "events") return [day(item), item.venue, item.city].filter(Boolean).join(" · ");
  if (group === "venues") return item.city;
  if (group === "cities") return [item.region, country(item.country)].filter(Boolean).join(", ");
  return "";
}

function day({ starts_at: starts, time_zone: timeZone }) {
  return new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone })
    .format(new Date(starts));
}

function country(code) {
  try {
    return new Intl.DisplayNames(["en"], { type: "region" }).of(code.toUpperCase());
  } catch {
    return code;
  }
}
