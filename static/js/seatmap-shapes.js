// SVG nodes, and the outlines of a seat: its price level's shape, a dot when taken, a ticked disc when yours.

const NS = "http://www.w3.org/2000/svg";

export function node(name, attributes = {}, parent = null) {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.append(made);
  return made;
}

const n = (value) => Math.round(value * 100) / 100;

export function disc(x, y, r) {
  return `M${n(x - r)} ${n(y)}a${n(r)} ${n(r)} 0 1 0 ${n(2 * r)} 0a${n(r)} ${n(r)} 0 1 0 ${n(-2 * r)} 0z`;
}

const OUTLINES = {
  circle: disc,
  square: (x, y, r) => {
    const half = r * 0.88;
    return `M${n(x - half)} ${n(y - half)}h${n(2 * half)}v${n(2 * half)}h${n(-2 * half)}z`;
  },
  diamond: (x, y, r) => {
    const half = r * 1.2;
    return `M${n(x)} ${n(y - half)}l${n(half)} ${n(half)}l${n(-half)} ${n(half)}l${n(-half)} ${n(-half)}z`;
  },
  triangle: (x, y, r) => {
    const half = r * 1.12;
    return `M${n(x)} ${n(y - half)}l${n(half)} ${n(half * 1.85)}h${n(-2 * half)}z`;
  },
};

export function outline(shape, x, y, r) {
  return (OUTLINES[shape] ?? disc)(x, y, r);
}

// One path with the tick cut out of the disc (fill-rule evenodd), so that yours is one node as well.
export function tickedDisc(x, y, r) {
  const at = (dx, dy) => `${n(x + dx * r)} ${n(y + dy * r)}`;
  const tick = [[-0.55, 0.02], [-0.36, -0.2], [-0.12, 0.04], [0.38, -0.48], [0.58, -0.27], [-0.12, 0.48]];
  return `${disc(x, y, r)}M${tick.map(([dx, dy]) => at(dx, dy)).join("L")}z`;
}

// The wheelchair symbol, drawn for a box of 20 by 20 around the middle of the seat.
export function accessSymbol(x, y, r) {
  const k = r / 11;
  const at = (dx, dy) => `${n(x + dx * k)} ${n(y + dy * k)}`;
  return {
    head: disc(x - 1 * k, y - 6.4 * k, 1.7 * k),
    body: `M${at(-1, -3.4)}L${at(-1, 1.4)}L${at(3.2, 1.4)}L${at(5, 6)}M${at(-1, -1)}L${at(2.6, -1)}M${at(-3, -0.4)}` +
      `a${n(4.2 * k)} ${n(4.2 * k)} 0 1 0 ${n(5 * k)} ${n(5.6 * k)}`,
    width: n(1.5 * k),
  };
}

export function polygonPath(points) {
  return `M${points.map(([x, y]) => `${n(x)} ${n(y)}`).join("L")}z`;
}

export function boundsOf(points) {
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, w: Math.max(...xs) - x, h: Math.max(...ys) - y };
}
