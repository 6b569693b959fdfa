"""The pages that a buyer sees: 3-D Secure and hosted Checkout. They work without JavaScript."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from payments.sandbox.api import cut
from payments.sandbox.checkout_page import card_from_form, render_checkout
from payments.sandbox.errors import CardDeclined, InvalidParameter, StripeError
from payments.sandbox.html import page
from payments.sandbox.money import written
from payments.sandbox.sessions import pay_session
from payments.sandbox.site import Site
from payments.sandbox.store import StripeObject
from payments.sandbox.three_d_secure import challenged_intent, finish, way_back

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Pages:
    """The hosted pages of one sandbox."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def routes(self) -> list[web.RouteDef]:
        challenge, checkout = "/3ds/{intent}/{token}", "/c/pay/{session}"
        return [
            web.get(challenge, self._guarded(self.show_challenge)),
            web.post(challenge, self._guarded(self.finish_challenge)),
            web.get(checkout, self._guarded(self.show_checkout)),
            web.post(checkout, self._guarded(self.pay_checkout)),
            web.get(checkout + "/return", self._guarded(self.return_to_checkout)),
        ]

    async def show_challenge(self, request: web.Request) -> web.StreamResponse:
        intent = self._challenged(request)
        embedded = "1" if request.query.get("embedded") else ""
        if intent["status"] != "requires_action":
            return self._after_challenge(intent, embedded=bool(embedded))
        return page(
            "challenge.html",
            title="Confirm it is you",
            amount=written(intent["amount"], intent["currency"]),
            description=intent["description"] or "Your purchase",
            embedded=embedded,
        )

    async def finish_challenge(self, request: web.Request) -> web.StreamResponse:
        """`outcome=succeed` or `fail`: a redirect for browsers, JSON for everybody else."""
        form = await request.post()
        intent = self._challenged(request)
        with self.site.store.transaction():
            intent = finish(self.site.desk(), intent, str(form.get("outcome", "")))
        self.site.webhooks.wake()
        if "text/html" in request.headers.get("Accept", ""):
            return self._after_challenge(intent, embedded=bool(form.get("embedded")))
        shown = ("id", "object", "status", "amount", "currency")
        answer = {name: intent[name] for name in shown} | {"return_url": way_back(intent)}
        return web.json_response(answer)

    async def show_checkout(self, request: web.Request) -> web.StreamResponse:
        session = self._session(request)
        if session["status"] == "complete":
            return see_other(success_url(session))
        if session["status"] == "expired":
            return message(
                "This payment page has expired", "Go back to the shop and start again.", status=410
            )
        return render_checkout(session, values={"email": session["customer_email"] or ""})

    async def pay_checkout(self, request: web.Request) -> web.StreamResponse:
        values = {name: str(text) for name, text in (await request.post()).items()}
        session = self._session(request)
        if session["status"] != "open":
            return await self.show_checkout(request)
        try:
            intent = self._pay(session, values)
        except StripeError as error:
            return render_checkout(session, values=values, error=error.message, status=402)
        if intent["status"] == "requires_action":
            return see_other(intent["next_action"]["redirect_to_url"]["url"])
        return see_other(success_url(session))

    async def return_to_checkout(self, request: web.Request) -> web.StreamResponse:
        """Back from 3-D Secure: on to the shop, or the form again with what went wrong."""
        session = self._session(request)
        intent_id = session["payment_intent"]
        if session["status"] != "open" or not intent_id:
            return await self.show_checkout(request)
        intent = self.site.desk().get("payment_intent", intent_id)
        error = (intent["last_payment_error"] or {}).get("message", "")
        values = {"email": session["customer_details"]["email"] or ""}
        return render_checkout(session, values=values, error=error, status=402 if error else 200)

    def _pay(self, session: StripeObject, values: dict[str, str]) -> StripeObject:
        """Raises StripeError; what a declined card leaves behind is kept."""
        email = values.get("email", "").strip()
        if "@" not in email:
            raise InvalidParameter("Give the e-mail address for your receipt.")
        card = card_from_form(values)
        declined: CardDeclined | None = None
        with self.site.store.transaction():
            try:
                intent = pay_session(self.site.desk(), session, card=card, email=email)
            except CardDeclined as error:
                if not error.keeps_changes:
                    raise
                declined = error
        self.site.webhooks.wake()
        if declined:
            raise declined
        return intent

    def _challenged(self, request: web.Request) -> StripeObject:
        desk = self.site.desk()
        return challenged_intent(desk, request.match_info["intent"], request.match_info["token"])

    def _session(self, request: web.Request) -> StripeObject:
        return self.site.desk().get("checkout.session", request.match_info["session"])

    def _after_challenge(self, intent: StripeObject, *, embedded: bool) -> web.StreamResponse:
        back = way_back(intent)
        if embedded or not back:
            return page("challenge_done.html", title="Thank you")
        return see_other(back)

    def _guarded(self, act: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            if self.site.chaos.in_outage():
                return cut(request)
            try:
                return await act(request)
            except StripeError as error:
                return problem(request, error)

        return handle


def success_url(session: StripeObject) -> str:
    """The shop's address for afterwards, with the session's id where it asked for it."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def see_other(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address})


def message(title: str, text: str, *, status: int) -> web.Response:
    """A page that only says something."""
    return page("message.html", title=title, status=status, text=text)


def problem(request: web.Request, error: StripeError) -> web.Response:
    """A refusal as a page, or as JSON for programs."""
    if "text/html" in request.headers.get("Accept", ""):
        return message("This page does not exist", error.message, status=error.status)
    body: dict[str, Any] = error.body()
    return web.json_response(body, status=error.status)
