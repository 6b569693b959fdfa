"""A small shop with a strict Content-Security-Policy, for trying the Stripe.js stand-in."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import stripe

from tests.sandbox.process import PUBLISHABLE_KEY, Sandbox

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<script src="{js}" defer></script><script src="/shop.js" defer></script></head>
<body><h1>Pay</h1><form id="pay"><div id="element"></div>
<button id="go">Pay $50.00</button></form><p id="result" role="status"></p></body></html>"""

SCRIPT = """
const result = document.getElementById("result");
const say = (text) => { result.textContent = text; };
const stripe = Stripe("PUBLISHABLE_KEY");
const elements = stripe.elements({
  mode: "payment", amount: 5000, currency: "usd", captureMethod: "manual",
  appearance: { variables: { colorPrimary: "#c8371f", borderRadius: "2px", fontSizeBase: "18px" } },
});
const element = elements.create("payment");
element.on("ready", () => { document.body.dataset.ready = "yes"; });
element.on("change", (event) => { document.body.dataset.complete = String(event.complete); });
element.mount("#element");
document.getElementById("pay").addEventListener("submit", async (event) => {
  event.preventDefault();
  say("");
  const checked = await elements.submit();
  if (checked.error) return say(`invalid: ${checked.error.message}`);
  const made = await stripe.createConfirmationToken({ elements });
  if (made.error) return say(`refused: ${made.error.message}`);
  const response = await fetch("/pay", { method: "POST", body: made.confirmationToken.id });
  const answer = await response.json();
  if (answer.error) return say(`declined: ${answer.error}`);
  const done = await stripe.handleNextAction({ clientSecret: answer.client_secret });
  say(done.error ? `failed: ${done.error.message}` : `status: ${done.paymentIntent.status}`);
});
""".replace("PUBLISHABLE_KEY", PUBLISHABLE_KEY)


class Shop:
    """Serves the page, and confirms on the server as the site does."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.intents: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def policy(self) -> str:
        return (
            f"default-src 'none'; script-src 'self' {self.sandbox.url}; style-src 'self';"
            f" frame-src {self.sandbox.url}; connect-src 'self'; base-uri 'none'"
        )

    def pay(self, token: str) -> dict[str, Any]:
        wanted: Any = {
            "amount": 5000,
            "currency": "usd",
            "capture_method": "manual",
            "confirm": True,
            "confirmation_token": token,
            "allowed_payment_method_types": ["card"],
        }
        try:
            intent = self.sandbox.client().v1.payment_intents.create(wanted)
        except stripe.CardError as error:
            return {"error": str(error.user_message)}
        self.intents.append(intent.id)
        return {"client_secret": intent.client_secret}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/shop.js":
                    self.answer("text/javascript", SCRIPT)
                else:
                    page = PAGE.format(js=f"{shop.sandbox.url}/v3/")
                    self.answer("text/html; charset=utf-8", page)

            def do_POST(self) -> None:
                token = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.answer("application/json", json.dumps(shop.pay(token)))

            def answer(self, kind: str, text: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Security-Policy", shop.policy())
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
