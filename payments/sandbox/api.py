"""Runs one call of the API: key, parameters, idempotency, faults, one transaction, the answer."""

import asyncio
import json
import logging
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from payments.sandbox.authentication import key_of
from payments.sandbox.desk import Desk
from payments.sandbox.endpoints import Call, Endpoint
from payments.sandbox.errors import Forbidden, InvalidParameter, ServerFailure, StripeError
from payments.sandbox.forms import parse_form
from payments.sandbox.idempotency import Answer, fingerprint_of
from payments.sandbox.ids import random_text
from payments.sandbox.rendering import expanded, for_browser, public
from payments.sandbox.schema import read_parameters
from payments.sandbox.sessions import line_items_of
from payments.sandbox.site import Site
from payments.sandbox.store import StripeObject
from payments.sandbox.versions import ACCOUNT_VERSION, check_retired

logger = logging.getLogger("sandbox.api")
LONGEST_KEY = 255
MADE_UP = "An error occurred with our connection to Stripe's servers (asked for through /_chaos)."


@dataclass
class Exchange:
    """A request on its way to an answer."""

    site: Site
    endpoint: Endpoint
    request: web.Request
    request_id: str = field(default_factory=lambda: "req_" + random_text(14))
    key: str | None = None
    fingerprint: str = ""

    @property
    def version(self) -> str:
        """The version of Stripe's API that the request speaks."""
        return self.request.headers.get("Stripe-Version", ACCOUNT_VERSION)

    @property
    def where(self) -> dict[str, str]:
        return {"method": self.request.method, "path": self.request.path}


def handler(site: Site, endpoint: Endpoint) -> Any:
    """The aiohttp handler of one endpoint."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return await answer(Exchange(site, endpoint, request))

    return handle


async def answer(exchange: Exchange) -> web.StreamResponse:
    """The response to a request; nothing else of the sandbox speaks for the API."""
    chaos = exchange.site.chaos
    if chaos.in_outage():
        return cut(exchange.request)
    held: str | None = None
    try:
        call = await read_call(exchange)
        if exchange.key:
            replay = exchange.site.idempotency.begin(
                exchange.key, path=exchange.request.path, fingerprint=exchange.fingerprint
            )
            if replay:
                return respond(exchange, replay, replayed=True)
            held = exchange.key
        if chaos.uses("fail_before", **exchange.where):
            exchange.site.keep_chaos()
            raise ServerFailure(MADE_UP)
        result = perform(exchange, call)
        lateness = chaos.lateness(**exchange.where)
        if lateness:
            await asyncio.sleep(lateness)
        if chaos.uses("act_then_cut", **exchange.where):
            exchange.site.keep_chaos()
            return cut(exchange.request)
        return respond(exchange, result)
    except StripeError as error:
        return respond(exchange, refusal(error, exchange.request_id))
    finally:
        if held:
            exchange.site.idempotency.end(held)


async def read_call(exchange: Exchange) -> Call:
    """Who asks for what. Raises StripeError for a wrong key or parameter."""
    request, endpoint = exchange.request, exchange.endpoint
    pairs = list(request.query.items())
    if request.method == "POST":
        text = (await request.read()).decode("utf-8", "replace")
        pairs += web_form(request, text)
        exchange.key = key_from(request)
    raw = parse_form(pairs)
    key = key_of(request.headers.get("Authorization", ""), raw)
    from_browser = key.startswith("pk_")
    if from_browser and not endpoint.browser:
        raise Forbidden(
            "This API call cannot be made with a publishable API key. Please use a secret API key.",
            code="secret_key_required",
        )
    exchange.fingerprint = fingerprint_of(raw)
    wanted = read_parameters(raw, endpoint.takes, required=endpoint.required)
    check_retired(wanted, path=request.path, version=exchange.version)
    identifier = request.match_info.get("id", "")
    return Call(identifier, wanted, request.path, from_browser)


def key_from(request: web.Request) -> str | None:
    """The idempotency key. Raises InvalidParameter for one that cannot be kept."""
    key = request.headers.get("Idempotency-Key")
    if key and (len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable())):
        raise InvalidParameter(f"Idempotency-Key must be at most {LONGEST_KEY} plain characters.")
    return key or None


def web_form(request: web.Request, text: str) -> list[tuple[str, str]]:
    """The pairs of a form-encoded body."""
    from_form = request.content_type in ("application/x-www-form-urlencoded", "", "text/plain")
    if text and not from_form and request.content_type != "application/octet-stream":
        raise InvalidParameter(
            "Invalid request (check that your POST content type is"
            " application/x-www-form-urlencoded)."
        )
    return parse_qsl(text, keep_blank_values=True)


def perform(exchange: Exchange, call: Call) -> Answer:
    """Do it in one transaction with its remembered answer, and get that answer."""
    site = exchange.site
    desk = site.desk(request_id=exchange.request_id, idempotency_key=exchange.key)
    try:
        with site.store.transaction():
            result = act(exchange, desk, call)
            failure = site.chaos.uses("fail_after", **exchange.where)
            if failure:
                failed = refusal(ServerFailure(MADE_UP), exchange.request_id)
                remember(exchange, failed if failure.get("remembered", True) else result)
                result = failed
            else:
                remember(exchange, result)
    except StripeError as error:
        result = refusal(error, exchange.request_id)
        if error.remembered and exchange.key:
            with site.store.transaction():
                remember(exchange, result)
    site.keep_chaos()
    site.webhooks.wake()
    return result


def act(exchange: Exchange, desk: Desk, call: Call) -> Answer:
    """The answer of the endpoint's action; a decline is one too, and its facts stay."""
    expand = call.wanted.pop("expand", [])
    try:
        done = exchange.endpoint.action(desk, call)
        shown = expanded(done, expand, find=desk.store.find, children=children_finder(desk))
    except StripeError as error:
        if error.keeps_changes:
            return refusal(error, exchange.request_id)
        raise
    shown = public(shown)
    if call.from_browser and shown["object"] == "payment_intent":
        shown = for_browser(shown)
    return Answer(200, json.dumps(shown), exchange.request_id)


def children_finder(desk: Desk) -> Any:
    """Finds the lists that some objects include on request."""

    def children(thing: StripeObject, name: str) -> StripeObject:
        if name == "line_items":
            return line_items_of(thing)
        refunds = desk.store.children("refund", charge=thing["id"])[::-1]
        url = f"/v1/charges/{thing['id']}/refunds"
        return {"object": "list", "data": refunds, "has_more": False, "url": url}

    return children


def remember(exchange: Exchange, result: Answer) -> None:
    if exchange.key:
        exchange.site.idempotency.remember(
            exchange.key,
            path=exchange.request.path,
            fingerprint=exchange.fingerprint,
            answer=result,
        )


def refusal(error: StripeError, request_id: str) -> Answer:
    """An error as an answer."""
    body = error.body()
    body["error"]["request_log_url"] = f"https://dashboard.stripe.com/test/logs/{request_id}"
    return Answer(error.status, json.dumps(body), request_id)


def respond(exchange: Exchange, result: Answer, *, replayed: bool = False) -> web.Response:
    """The HTTP response with Stripe's headers."""
    headers = {"Request-Id": exchange.request_id, "Stripe-Version": exchange.version}
    if exchange.key:
        headers["Idempotency-Key"] = exchange.key
    if replayed:
        headers |= {"Idempotent-Replayed": "true", "Original-Request": result.request_id}
    level = logging.INFO if result.status >= 500 else logging.DEBUG
    request = exchange.request
    logger.log(
        level, "%s %s %s %s", request.method, request.path, result.status, exchange.request_id
    )
    return web.Response(
        status=result.status,
        text=result.body,
        headers=headers,
        content_type="application/json",
    )


def cut(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=502)
