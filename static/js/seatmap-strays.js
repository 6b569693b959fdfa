// A single seat left between taken ones is hard to sell. The page says so and leaves the choice.

import { AISLE_FOLLOWS } from "./seatmap-model.js";

export function straySeats(model, section) {
  const strays = [];
  for (const block of blocksOf(section)) {
    block.forEach((seat, i) => {
      const [left, right] = [block[i - 1], block[i + 1]];
      const open = (one) => one && model.isFree(one) && !model.chosen.has(one.ticket);
      const yours = (one) => one && model.chosen.has(one.ticket);
      if (open(seat) && !open(left) && !open(right) && (yours(left) || yours(right))) strays.push(seat);
    });
  }
  return strays;
}

// Runs of neighbours: a row is cut where an aisle lies between.
function blocksOf(section) {
  const blocks = [];
  let before = null;
  for (const seat of section.seats) {
    const near = before && before.row === seat.row && !(before.flags & AISLE_FOLLOWS) &&
      Math.hypot(seat.x - before.x, seat.y - before.y) < section.gap * 1.6;
    if (near) blocks.at(-1).push(seat);
    else blocks.push([seat]);
    before = seat;
  }
  return blocks;
}
