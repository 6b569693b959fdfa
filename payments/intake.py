"""What we take in of what Stripe tells: by its webhook, or from its own list of events.

An event is kept under its unique id and worked on later (`payments.inbox`). What is not for us is
counted and leaves no row: another mode's, and another application's on the same account.
"""

import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone
from prometheus_client import Counter

from payments.models import StripeEvent
from payments.news import is_followed
from ticketmaster.core import metrics

logger = logging.getLogger(__name__)

LONGEST_NAME = 255
LONGEST_KIND = 80
# Whatever we make carries our address in its metadata; refunds and disputes may be made elsewhere.
ALWAYS_NAMED = frozenset({"payment_intent", "checkout.session"})

notices = Counter(
    f"{metrics.PREFIX}_stripe_notices_total",
    "Stripe's notifications, by what was done with them.",
    ["outcome"],
    registry=metrics.registry,
)


def is_well_formed(event: Any) -> bool:
    """Whether this has what we need of an event: an id, a type and an object."""
    if not isinstance(event, dict):
        return False
    known = all(
        isinstance(event.get(name), str) and 0 < len(event[name]) <= longest
        for name, longest in (("id", LONGEST_NAME), ("type", LONGEST_KIND))
    )
    return known and isinstance(_object_of(event), dict)


def take_in(events: Iterable[dict[str, Any]]) -> int:
    """Keep those that are for us, once each, and say how many of them the worker has to look at."""
    rows = [_row(event) for event in events if _is_for_us(event)]
    StripeEvent.objects.bulk_create(rows, ignore_conflicts=True)
    return sum(row.processed_at is None for row in rows)


def _is_for_us(event: dict[str, Any]) -> bool:
    """Counts and logs what is not."""
    if bool(event.get("livemode")) != ("_live_" in settings.STRIPE_SECRET_KEY):
        outcome = "other mode"
    elif _is_foreign(_object_of(event)):
        outcome = "other application"
    else:
        outcome = "kept"
    notices.labels(outcome).inc()
    if outcome != "kept":
        logger.warning("Stripe event %s is of the %s: ignored", event["id"], outcome)
    return outcome == "kept"


def _is_foreign(thing: dict[str, Any]) -> bool:
    metadata = thing.get("metadata")
    site = metadata.get("site") if isinstance(metadata, dict) else None
    if site is None:
        return thing.get("object") in ALWAYS_NAMED
    return bool(site != settings.SITE_URL)


def _row(event: dict[str, Any]) -> StripeEvent:
    followed = is_followed(event["type"])
    return StripeEvent(
        event_id=event["id"],
        kind=event["type"],
        object_id=str(_object_of(event).get("id") or "")[:LONGEST_NAME],
        payload=event,
        processed_at=None if followed else timezone.now(),
        outcome="" if followed else "kept only",
    )


def _object_of(event: dict[str, Any]) -> Any:
    inside = event.get("data")
    return inside.get("object") if isinstance(inside, dict) else None
