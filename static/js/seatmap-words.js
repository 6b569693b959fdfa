// Fits a section's name and price into its outline, at one size on the screen whatever the zoom.

import { node } from "./seatmap-shapes.js";

export const NAME = 14; // pixels
const SMALL = 11;
const PRICE = 12;
const LINE = 1.15;

// Name and price; name in two lines; upright; small; or nothing: the first that fits.
export function planWords(section, { x, y, scale, price }) {
  const across = (offset) => chord(section.outline, x, y + offset / scale) * scale;
  const turned = section.outline.map(([a, b]) => [b, a]);
  const fits = (lines, size, room) => {
    const top = (-(lines.length - 1) / 2) * size * LINE;
    return lines.every((line, i) => {
      const middle = top + i * size * LINE;
      const least = Math.min(room(middle - size / 2), room(middle + size / 2));
      return least > line.length * size * 0.6 + 4;
    });
  };
  const one = [section.name];
  const two = inTwo(section.name);
  if (price && fits([section.name, price], NAME, across)) return { lines: one, size: NAME, price: true };
  if (fits(one, NAME, across)) return { lines: one, size: NAME };
  if (two && fits(two, NAME, across)) return { lines: two, size: NAME };
  if (fits(one, SMALL, across)) return { lines: one, size: SMALL };
  if (two && fits(two, SMALL, across)) return { lines: two, size: SMALL };
  const along = (offset) => chord(turned, y, x + offset / scale) * scale;
  if (fits(one, SMALL, along)) return { lines: one, size: SMALL, upright: true };
  return { lines: [], size: SMALL };
}

export function placeWords({ name, price, x, y }, plan, scale) {
  const step = (plan.size * LINE) / scale;
  const start = plan.price ? y - step / 2 : y - ((plan.lines.length - 1) / 2) * step;
  name.replaceChildren();
  plan.lines.forEach((line, i) => {
    node("tspan", { x, y: start + i * step }, name).textContent = line;
  });
  name.setAttribute("font-size", plan.size / scale);
  if (plan.upright) name.setAttribute("transform", `rotate(-90 ${x} ${y})`);
  else name.removeAttribute("transform");
  price.setAttribute("x", x);
  price.setAttribute("y", y + step / 2);
  price.setAttribute("font-size", PRICE / scale);
  price.classList.toggle("is-out", !plan.price);
}

function inTwo(name) {
  const spaces = [...name.matchAll(/ /g)].map((match) => match.index);
  if (!spaces.length) return null;
  const cut = spaces.reduce((a, b) => (Math.abs(b - name.length / 2) < Math.abs(a - name.length / 2) ? b : a));
  return [name.slice(0, cut), name.slice(cut + 1)];
}

// How wide the outline is on the level line through this point, twice the shorter side of it.
function chord(outline, x, y) {
  let [left, right] = [-Infinity, Infinity];
  outline.forEach(([x1, y1], i) => {
    const [x2, y2] = outline[(i + 1) % outline.length];
    if (y1 > y === y2 > y) return;
    const at = x1 + ((y - y1) / (y2 - y1)) * (x2 - x1);
    if (at <= x) left = Math.max(left, at);
    else right = Math.min(right, at);
  });
  return Number.isFinite(right - left) ? 2 * Math.min(x - left, right - x) : 0;
}
