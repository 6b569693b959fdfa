// Arrow keys over anything that has a place: the nearest thing in that direction, sideways counting more.

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function nextInDirection(key, from, candidates) {
  const way = WAYS[key];
  if (!way) return null;
  let best = null;
  let least = Infinity;
  for (const place of candidates) {
    const [dx, dy] = [place.x - from.x, place.y - from.y];
    const along = dx * way[0] + dy * way[1];
    if (along <= 0.5) continue;
    const cost = along + 2.5 * Math.abs(dx * way[1] - dy * way[0]);
    if (cost < least) [best, least] = [place, cost];
  }
  return best;
}

export function rowEnd(key, seat) {
  const row = seat.section.seats.filter((one) => one.row === seat.row);
  if (key === "Home") return row[0];
  return key === "End" ? row.at(-1) : null;
}
