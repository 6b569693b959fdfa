// Talks with the sandbox's frames. The shop's page itself makes no request, so that its
// Content-Security-Policy needs script-src and frame-src for the sandbox and no connect-src.

const ORIGIN = new URL(document.currentScript.src).origin;

/** A frame of the sandbox that answers questions; `ready` resolves when it listens. */
class Channel {
  constructor(page, { title, hidden }) {
    this.waiting = new Map();
    this.listeners = new Map();
    this.frame = document.createElement("iframe");
    this.frame.src = `${ORIGIN}/static/${page}`;
    this.frame.title = title;
    if (hidden) hide(this.frame);
    this.ready = new Promise((resolve) => { this.resolveReady = resolve; });
    this.receive = (event) => this.onMessage(event);
    window.addEventListener("message", this.receive);
  }

  /** Ask the frame to do something; resolves with its answer. */
  async ask(action, payload = {}) {
    await this.ready;
    return this.askNow(action, payload);
  }

  askNow(action, payload) {
    const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.frame.contentWindow.postMessage({ stripeSandbox: "ask", id, action, payload }, ORIGIN);
    });
  }

  on(name, listener) {
    this.listeners.set(name, [...(this.listeners.get(name) || []), listener]);
  }

  tell(name, detail) {
    for (const listener of this.listeners.get(name) || []) listener(detail);
  }

  onMessage(event) {
    if (event.origin !== ORIGIN || event.source !== this.frame.contentWindow) return;
    const message = event.data || {};
    if (message.stripeSandbox === "ready") this.resolveReady();
    if (message.stripeSandbox === "answer") {
      const resolve = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (resolve) resolve(message.result);
    }
    if (message.stripeSandbox === "event") this.tell(message.name, message.detail);
  }

  close() {
    window.removeEventListener("message", this.receive);
    this.frame.remove();
  }
}

/** Styles are set through the CSSOM, which a strict style-src allows. */
function style(element, rules) {
  for (const [name, value] of Object.entries(rules)) element.style.setProperty(name, value);
}

function hide(frame) {
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  style(frame, { position: "fixed", width: "1px", height: "1px", border: "0", opacity: "0", "pointer-events": "none", top: "0", left: "0" });
}
