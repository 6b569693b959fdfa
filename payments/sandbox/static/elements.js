// stripe.elements(): the Payment Element, a card form in a frame of the sandbox.

/** One form field group in a frame; only `payment` (and `card`, which is the same) exists. */
class PaymentElement {
  constructor(elements, options) {
    this.elements = elements;
    this.options = options || {};
    this.complete = false;
    this.channel = null;
    this.listeners = new Map();
  }

  /** Put the form into the page at a selector or element. */
  mount(place) {
    const parent = typeof place === "string" ? document.querySelector(place) : place;
    if (!parent) throw new Error(`The selector you specified (${place}) applies to no DOM elements.`);
    this.channel = new Channel("element.html", { title: "Secure payment input frame" });
    const { frame } = this.channel;
    frame.name = "stripe-payment-element";
    style(frame, { width: "100%", height: "300px", border: "0", display: "block" });
    this.channel.on("resize", ({ height }) => style(frame, { height: `${height}px` }));
    this.channel.on("change", (detail) => this.changed(detail));
    this.channel.on("focus", () => this.emit("focus", { elementType: "payment" }));
    this.channel.on("blur", () => this.emit("blur", { elementType: "payment" }));
    parent.replaceChildren(frame);
    this.channel.ask("setup", this.setup()).then(() => {
      this.emit("ready", { elementType: "payment" });
      this.emit("loaderstart", { elementType: "payment" });
    });
  }

  setup() {
    const { appearance, locale } = this.elements.options;
    const scheme = isDark(appearance) ? "dark" : "light";
    // a frame of another scheme than its page would be painted on an opaque ground
    style(this.channel.frame, { "color-scheme": scheme });
    return { key: this.elements.key, appearance: appearance || {}, locale, scheme, fields: this.options.fields || {} };
  }

  on(name, listener) {
    this.listeners.set(name, [...(this.listeners.get(name) || []), listener]);
    return this;
  }

  once(name, listener) {
    return this.on(name, (detail) => { this.off(name, listener); listener(detail); });
  }

  off(name, listener) {
    this.listeners.set(name, (this.listeners.get(name) || []).filter((one) => listener && one !== listener));
    return this;
  }

  emit(name, detail) {
    for (const listener of this.listeners.get(name) || []) listener(detail);
  }

  changed({ complete, empty, brand }) {
    this.complete = complete;
    this.emit("change", { elementType: "payment", complete, empty, collapsed: false, value: { type: "card", brand } });
  }

  update(options) { this.options = { ...this.options, ...options }; }
  focus() { if (this.channel) this.channel.ask("focus"); }
  clear() { if (this.channel) this.channel.ask("clear"); }

  unmount() {
    if (this.channel) this.channel.close();
    this.channel = null;
  }

  destroy() { this.unmount(); this.elements.element = null; }
}

/** What stripe.elements() gives: one element and what belongs to the payment. */
class Elements {
  constructor(key, options) {
    this.key = key;
    this.options = options || {};
    this.element = null;
    this.submitted = false;
  }

  create(type, options) {
    if (type !== "payment" && type !== "card") throw new Error(`The sandbox has no ${type} element.`);
    this.element = new PaymentElement(this, options);
    return this.element;
  }

  getElement() { return this.element; }

  update(options) {
    this.options = { ...this.options, ...options };
    if (this.element?.channel && options.appearance) this.element.channel.ask("setup", this.element.setup());
  }

  async fetchUpdates() { return {}; }

  /** Validates the form; resolves with {} or {error}, and shows what is wrong beside the fields. */
  async submit() {
    if (!this.element?.channel) return { error: integrationError("elements.submit() needs a mounted Payment Element.") };
    const result = await this.element.channel.ask("validate");
    this.submitted = !result.error;
    return result.error ? { error: result.error } : { selectedPaymentMethod: "card" };
  }
}

/** Whether the fields are to be light on dark: by their ground, else by the theme. */
function isDark(appearance) {
  const ground = /^#([0-9a-f]{6})$/i.exec(appearance?.variables?.colorBackground || "");
  if (!ground) return appearance?.theme === "night";
  const [red, green, blue] = ground[1].match(/../g).map((part) => parseInt(part, 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

function integrationError(message) {
  return { type: "invalid_request_error", code: "integration_error", message };
}
