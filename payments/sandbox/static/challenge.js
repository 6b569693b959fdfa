// The 3-D Secure challenge in a layer over the shop's page.

/** Shows the bank's page and resolves when the buyer has answered it. */
function showChallenge(address) {
  const url = new URL(address);
  if (url.origin !== ORIGIN) return Promise.reject(new Error("The challenge is not the sandbox's."));
  url.searchParams.set("embedded", "1");
  const before = document.activeElement;
  const layer = document.createElement("div");
  layer.setAttribute("role", "dialog");
  layer.setAttribute("aria-modal", "true");
  layer.setAttribute("aria-label", "Confirm the payment with your bank");
  style(layer, {
    position: "fixed", inset: "0", "z-index": "2147483647", display: "grid",
    "place-items": "center", background: "rgba(19, 17, 25, 0.6)", padding: "16px",
  });
  const frame = document.createElement("iframe");
  frame.src = url.href;
  frame.name = "stripe-challenge";
  frame.title = "Confirm the payment with your bank";
  style(frame, {
    width: "min(480px, 100%)", height: "min(520px, 100%)", border: "0",
    "border-radius": "6px", background: "#fff",
  });
  layer.append(frame);
  document.body.append(layer);
  frame.focus();
  return new Promise((resolve) => {
    window.addEventListener("message", function done(event) {
      if (event.origin !== ORIGIN || event.source !== frame.contentWindow) return;
      if (event.data?.stripeSandbox !== "challenge-done") return;
      window.removeEventListener("message", done);
      layer.remove();
      if (before instanceof HTMLElement) before.focus();
      resolve();
    });
  });
}
