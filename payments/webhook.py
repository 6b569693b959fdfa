"""Stripe's notifications: verify the signature over the raw body, store the event, answer.

Nothing is asked of Stripe here and nothing else is written: a worker takes the row from there.
"""

import json
import logging
from http import HTTPStatus
from typing import Any

import stripe
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payments.models import StripeEvent
from payments.news import is_followed
from payments.tasks import process_stripe_events

logger = logging.getLogger(__name__)

LARGEST_BODY = 256 * 1024
TOLERANCE_SECONDS = 300
LONGEST_NAME = 255
LONGEST_KIND = 80
# Postgres' JSON cannot hold a NUL: text that has one is kept without it.
NUL = "\\u0000"


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """200 once stored, or known before, or not for us; 400 without a valid signature; 413."""
    body = _body_of(request)
    if body is None:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    event = _verified(body, request.headers.get("Stripe-Signature", ""))
    if event is None:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    if bool(event.get("livemode")) != ("_live_" in settings.STRIPE_SECRET_KEY):
        logger.warning("webhook %s is of the other mode: ignored", event["id"])
        return HttpResponse()
    _store(event)
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
    except ValueError:
        return None
    if not isinstance(event, dict):
        return None
    known = all(
        isinstance(event.get(name), str) and 0 < len(event[name]) <= longest
        for name, longest in (("id", LONGEST_NAME), ("type", LONGEST_KIND))
    )
    return event if known and isinstance(_object_of(event), dict) else None


def _object_of(event: dict[str, Any]) -> Any:
    inside = event.get("data")
    return inside.get("object") if isinstance(inside, dict) else None


def _store(event: dict[str, Any]) -> None:
    """Store it under its unique id and wake the worker; a repetition changes nothing."""
    followed = is_followed(event["type"])
    with transaction.atomic():
        StripeEvent.objects.bulk_create(
            [
                StripeEvent(
                    event_id=event["id"],
                    kind=event["type"],
                    object_id=str(_object_of(event).get("id") or "")[:LONGEST_NAME],
                    payload=event,
                    processed_at=None if followed else timezone.now(),
                    outcome="" if followed else "kept only",
                )
            ],
            ignore_conflicts=True,
        )
        if followed:
            transaction.on_commit(process_stripe_events.delay, robust=True)
