// The bar at the foot: what is chosen, what it comes to, and the one button. It fills the plain form.

import { moneyLike } from "./money.js";
import { seatName } from "./seatmap-model.js";

export class Bar {
  constructor(root, model) {
    this.model = model;
    this.money = moneyLike(model.config.price_levels[0]?.display ?? "");
    this.list = root.querySelector("[data-chosen]");
    this.sum = root.querySelector("[data-sum]");
    this.count = root.querySelector("[data-count]");
    this.button = root.querySelector("[data-hold]");
    this.note = root.querySelector("[data-note]");
    this.form = this.button.form;
    this.form.addEventListener("submit", (event) => this.#submit(event));
    addEventListener("pageshow", () => this.#ready());
    this.refresh();
  }

  refresh() {
    const lines = [...this.model.chosen.values()].map((seat) => this.#seatLine(seat));
    for (const [id, n] of this.model.standing) lines.push(this.#standingLine(this.model.byId.get(id), n));
    this.list.replaceChildren(...lines);
    this.list.hidden = lines.length === 0;
    const count = this.model.count();
    this.count.textContent = count ? `${count} ${count === 1 ? "ticket" : "tickets"}` : "No seats chosen yet";
    this.sum.textContent = count ? this.money(this.model.total()) : "";
    this.button.disabled = count === 0 || "closed" in this.button.dataset;
  }

  say(sentence) {
    this.note.textContent = sentence;
    this.note.hidden = !sentence;
  }

  #seatLine(seat) {
    const line = document.createElement("li");
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "ticket", value: seat.ticket });
    const back = document.createElement("button");
    Object.assign(back, { type: "button", className: "chosen-seat" });
    back.setAttribute("aria-label", `Give back ${seatName(seat)} in ${seat.section.name}`);
    const name = document.createElement("span");
    name.textContent = `${seat.section.name} · ${seat.row} ${seat.number}`;
    const price = document.createElement("span");
    price.className = "price";
    price.textContent = this.model.level(seat.section)?.display ?? "";
    back.append(name, price);
    back.addEventListener("click", () => this.model.toggle(seat));
    line.append(input, back);
    return line;
  }

  #standingLine(section, n) {
    const line = document.createElement("li");
    line.className = "chosen-standing";
    line.textContent = `${section.name} · ${n} standing`;
    return line;
  }

  #submit(event) {
    event.preventDefault();
    if (this.form.dataset.sent) return;
    this.form.dataset.sent = "1";
    this.button.setAttribute("aria-disabled", "true");
    this.button.textContent = "Holding…";
    holdAtOnce(this.form).finally(() => this.form.submit());
  }

  // Also when the fan comes back with the browser's back button.
  #ready() {
    delete this.form.dataset.sent;
    this.form.method = "get";
    this.form.querySelector("[name=csrfmiddlewaretoken]")?.remove();
    this.button.removeAttribute("aria-disabled");
    this.button.textContent = "Hold seats";
  }
}

// The public page has no token. Who is signed in gets one now, and the seats without a step between;
// anybody else, or a failing answer, leaves the plain way: the private page asks to sign in.
async function holdAtOnce(form) {
  const answer = await fetch("/me", { credentials: "same-origin", headers: { Accept: "application/json" } });
  const { email, csrf_token: token } = await answer.json();
  if (!email || !token) return;
  const input = Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken", value: token });
  form.append(input);
  form.method = "post";
}
