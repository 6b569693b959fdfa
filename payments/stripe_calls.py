"""One call to Stripe: never inside a transaction, through the breaker, errors in our own words."""

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import requests
import stripe
from django.conf import settings
from django.db import connection
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from payments.breaker import SharedBreaker
from payments.stripe_states import IntentState, Stage, read_intent

logger = logging.getLogger(__name__)

CONNECT_SECONDS, READ_SECONDS, RETRIES = 2, 7, 1
SERVER_ERROR = 500

breaker = SharedBreaker("stripe")


class StripeUnreachable(Exception):
    """No definite answer: Stripe is away, too slow, or still busy with the same key.

    `replayed` says that this failure itself is what Stripe remembers under the idempotency key,
    so that asking again with it leads nowhere; `sent` is False when the call never went out.
    """

    def __init__(self, message: str, *, replayed: bool = False, sent: bool = True) -> None:
        super().__init__(message)
        self.replayed = replayed
        self.sent = sent


class StripeRefused(Exception):
    """A definite no that is not the bank's. Nothing was charged by this call."""

    def __init__(
        self, message: str, *, code: str = "", param: str = "", intent: IntentState | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.param = param
        self.intent = intent


class CallInsideTransaction(RuntimeError):
    """A call to Stripe with a database transaction open: locks would wait for the network."""


@lru_cache(maxsize=4)
def client_for(key: str, base: str) -> stripe.StripeClient:
    """The client, with timeouts and retries of our own choosing, not the library's (80 s, none)."""
    addresses: Any = {"api": base} if base else {}
    return stripe.StripeClient(
        key,
        base_addresses=addresses,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            session=_session(base or stripe.DEFAULT_API_BASE),
        ),
    )


def _session(address: str) -> requests.Session:
    """Kept connections for all that work at once. The environment's proxy is looked up once, not
    each call: that was a fifth of a call's time."""
    session = requests.Session()
    session.proxies.update(get_environ_proxies(address))
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=settings.WORK_SLOTS))
    return session


def client() -> stripe.StripeClient:
    """The client of the account in the settings."""
    return client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


def ask(call: Callable[[Any], Any]) -> dict[str, Any]:
    """What `call` gets from the client's `v1`, as plain dicts.

    Raises StripeUnreachable without a definite answer and StripeRefused after a no; a bank's no
    is a StripeRefused whose `intent` is at stage refused.
    """
    return _answer(lambda: call(client().v1).to_dict())


def post(path: str, params: dict[str, Any], *, key: str) -> dict[str, Any]:
    """The same for a POST of which only the JSON is wanted, under this idempotency key.

    Each purchase makes two: the client's objects, made to be dicts again, were a third of them.
    """
    return _answer(lambda: client().raw_request("post", path, **params, idempotency_key=key).data)


def _answer(call: Callable[[], Any]) -> dict[str, Any]:
    if connection.in_atomic_block:
        raise CallInsideTransaction
    if not breaker.admits():
        raise StripeUnreachable("the circuit is open", sent=False)
    try:
        answer: dict[str, Any] = call()
    except stripe.StripeError as error:
        raise _in_our_words(error) from error
    breaker.succeeded()
    return answer


def _in_our_words(error: stripe.StripeError) -> StripeUnreachable | StripeRefused:
    status = error.http_status or 0
    if isinstance(error, stripe.APIConnectionError) or status >= SERVER_ERROR or not status:
        breaker.failed()
        return StripeUnreachable(str(error), replayed=_is_replay(error))
    breaker.succeeded()
    if isinstance(error, stripe.RateLimitError) or status in {409, 429}:
        return StripeUnreachable(str(error))
    if isinstance(error, (stripe.AuthenticationError, stripe.PermissionError)):
        logger.error("Stripe refuses our key: %s", error)
        return StripeUnreachable(str(error), sent=False)
    return _refusal(error)


def _refusal(error: stripe.StripeError) -> StripeRefused:
    body = error.json_body if isinstance(error.json_body, dict) else {}
    told = body.get("error") or {}
    intent = read_intent(told["payment_intent"]) if told.get("payment_intent") else None
    if isinstance(error, stripe.CardError) and intent is None:
        intent = IntentState(
            id="",
            stage=Stage.REFUSED,
            decline_code=told.get("decline_code") or told.get("code") or "",
            decline_message=told.get("message") or "",
        )
    if isinstance(error, stripe.IdempotencyError):
        logger.error("An idempotency key met other parameters: %s", error)
    code = told.get("code") or ""
    return StripeRefused(str(error), code=code, param=told.get("param") or "", intent=intent)


def _is_replay(error: stripe.StripeError) -> bool:
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    return headers.get("idempotent-replayed") == "true"
