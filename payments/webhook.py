"""Stripe's notifications: verify the signature over the raw body, store the event, answer.

Nothing is asked of Stripe here and nothing else is written: a worker takes the row from there.
"""

import json
from http import HTTPStatus
from typing import Any

import stripe
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payments.intake import is_well_formed, notices, take_in
from payments.tasks import process_stripe_events

LARGEST_BODY = 256 * 1024
TOLERANCE_SECONDS = 300
# Postgres' JSON cannot hold a NUL: text that has one is kept without it.
NUL = "\\u0000"


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """200 once stored, or known before, or not for us; 400 without a valid signature; 413.

    While the database is away it is 503, and Stripe sends the event again for three days.
    """
    body = _body_of(request)
    if body is None:
        notices.labels("too large").inc()
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    event = _verified(body, request.headers.get("Stripe-Signature", ""))
    if event is None:
        notices.labels("refused").inc()
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    if take_in([event]).due:
        transaction.on_commit(process_stripe_events.delay, robust=True)
    return HttpResponse()


def _body_of(request: HttpRequest) -> bytes | None:
    """The raw body, None when it is larger than we read."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > LARGEST_BODY:
        return None
    body = request.read(LARGEST_BODY + 1)
    return body if len(body) <= LARGEST_BODY else None


def _verified(body: bytes, signature: str) -> dict[str, Any] | None:
    """The event, if one of our secrets signed these very bytes within five minutes."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(text, signature, secret, TOLERANCE_SECONDS)
        except stripe.SignatureVerificationError:
            continue
        return _event_in(text)
    return None


def _event_in(text: str) -> dict[str, Any] | None:
    try:
        event = json.loads(text.replace(NUL, ""))
    except (ValueError, RecursionError):  # no JSON, or nested deeper than anybody reads
        return None
    return event if is_well_formed(event) else None
