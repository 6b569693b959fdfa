// Which part of the drawing is on the screen: fit, zoom and pan by wheel, pinch, drag and call.

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const DRAG = 6; // pixels a finger may slip and still mean a tap

export class Viewport extends EventTarget {
  constructor(svg, whole) {
    super();
    this.svg = svg;
    this.whole = whole;
    this.box = { ...whole };
    this.dragged = false;
    this.pointers = new Map();
    svg.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.#down(event));
    svg.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) {
      svg.addEventListener(name, (event) => this.pointers.delete(event.pointerId));
    }
    new ResizeObserver(() => this.#show(this.box)).observe(svg);
  }

  // Screen pixels per unit of the drawing.
  get scale() {
    const { width, height } = this.svg.getBoundingClientRect();
    return Math.min(width / this.box.w, height / this.box.h) || 1;
  }

  toDrawing(clientX, clientY) {
    const point = new DOMPoint(clientX, clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return [point.x, point.y];
  }

  // `least` and `most` are screen pixels per unit: a large place is shown in part, around a point
  // of it, and a small one with what surrounds it.
  fit({ x, y, w, h }, { room = 0.06, least = 0, most = Infinity, around = null } = {}) {
    const grown = { x: x - w * room, y: y - h * room, w: w * (1 + 2 * room), h: h * (1 + 2 * room) };
    const { width, height } = this.svg.getBoundingClientRect();
    const scale = Math.min(width / grown.w, height / grown.h);
    if (least > scale && around) return this.#glide(boxAround(around, width / least, height / least));
    const middle = [x + w / 2, y + h / 2];
    this.#glide(scale > most ? boxAround(middle, width / most, height / most) : grown);
  }

  zoom(factor, [x, y] = this.#middle()) {
    const { width } = this.svg.getBoundingClientRect();
    const w = Math.min(Math.max(this.box.w / factor, width / 90), this.whole.w * 1.3);
    const k = w / this.box.w;
    this.#show({ x: x - (x - this.box.x) * k, y: y - (y - this.box.y) * k, w, h: this.box.h * k });
  }

  pan(dx, dy) {
    this.#show({ ...this.box, x: this.box.x + dx, y: this.box.y + dy });
  }

  // Moves just far enough that this place is on the screen, with some room around it.
  reveal(x, y) {
    const { width, height } = this.svg.getBoundingClientRect();
    const [left, top] = this.toDrawing(...this.#corner(0, 0));
    const [right, foot] = this.toDrawing(...this.#corner(width, height));
    const room = 48 / this.scale;
    const short = (at, low, high) => Math.min(0, at - low - room) + Math.max(0, at + room - high);
    const [dx, dy] = [short(x, left, right), short(y, top, foot)];
    if (dx || dy) this.pan(dx, dy);
  }

  #corner(x, y) {
    const { left, top } = this.svg.getBoundingClientRect();
    return [left + x, top + y];
  }

  #middle() {
    return [this.box.x + this.box.w / 2, this.box.y + this.box.h / 2];
  }

  #show(box) {
    const { whole } = this;
    const hold = (at, size, from, span) => Math.min(Math.max(at, from - size * 0.5), from + span - size * 0.5);
    this.box = { ...box, x: hold(box.x, box.w, whole.x, whole.w), y: hold(box.y, box.h, whole.y, whole.h) };
    const { x, y, w, h } = this.box;
    this.svg.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
    this.dispatchEvent(new Event("change"));
  }

  #glide(to) {
    cancelAnimationFrame(this.frame);
    if (STILL.matches || document.hidden) return this.#show(to);
    const from = this.box;
    const start = performance.now();
    const step = (now) => {
      const t = Math.min(1, (now - start) / 200);
      const eased = 1 - (1 - t) ** 3;
      const mix = (key) => from[key] + (to[key] - from[key]) * eased;
      this.#show({ x: mix("x"), y: mix("y"), w: mix("w"), h: mix("h") });
      if (t < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  #wheel(event) {
    event.preventDefault();
    const factor = Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0018));
    this.zoom(factor, this.toDrawing(event.clientX, event.clientY));
  }

  #down(event) {
    if (this.pointers.size === 0) this.dragged = false;
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY, fromX: event.clientX, fromY: event.clientY });
  }

  #move(event) {
    const pointer = this.pointers.get(event.pointerId);
    if (!pointer) return;
    const before = { x: pointer.x, y: pointer.y };
    Object.assign(pointer, { x: event.clientX, y: event.clientY });
    if (this.pointers.size === 2) return this.#pinch(pointer, before);
    if (Math.hypot(pointer.x - pointer.fromX, pointer.y - pointer.fromY) > DRAG && !this.dragged) {
      this.dragged = true;
      this.svg.setPointerCapture(event.pointerId);
    }
    if (this.dragged) this.pan((before.x - pointer.x) / this.scale, (before.y - pointer.y) / this.scale);
  }

  #pinch(pointer, before) {
    this.dragged = true;
    const other = [...this.pointers.values()].find((one) => one !== pointer);
    const apart = (one) => Math.hypot(one.x - other.x, one.y - other.y);
    const [x, y] = this.toDrawing((pointer.x + other.x) / 2, (pointer.y + other.y) / 2);
    this.zoom(apart(pointer) / Math.max(1, apart(before)), [x, y]);
    this.pan((before.x - pointer.x) / 2 / this.scale, (before.y - pointer.y) / 2 / this.scale);
  }
}

function boxAround([x, y], w, h) {
  return { x: x - w / 2, y: y - h / 2, w, h };
}
