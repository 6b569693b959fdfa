// Price levels with their colours and shapes. Pressing one shows only it; pressing again shows all.

import { node, outline } from "./seatmap-shapes.js";

export function drawLegend(root, model) {
  const buttons = [...model.levels.values()].map((level) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "level";
    button.setAttribute("aria-pressed", "false");
    const key = node("svg", { viewBox: "0 0 20 20", class: "level-key", "aria-hidden": "true" });
    node("path", { class: "seat", "data-state": "free", "data-level": level.colour, d: outline(level.shape, 10, 10, 7.5) }, key);
    const name = document.createElement("span");
    name.textContent = level.name;
    const price = document.createElement("span");
    price.className = "price";
    price.textContent = level.display;
    button.append(key, name, price);
    button.addEventListener("click", () => {
      const pressed = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(pressed));
      model.showLevel(level.id, pressed);
    });
    return button;
  });
  root.replaceChildren(...buttons);
  root.hidden = buttons.length === 0;
}
