"""Events that never reached our webhook: Stripe's own list is read for them, each hour.

They go into the same inbox under the same unique ids, so that nothing is done twice. How far the
list has been read is kept, so that a site that was away reads all that happened meanwhile.
"""

import logging
from datetime import datetime, timedelta
from itertools import islice

from payments import stripe_gateway
from payments.intake import is_well_formed, take_in
from payments.models import StripeEvent
from payments.news import FOLLOWED
from payments.stripe_calls import StripeRefused, StripeUnreachable
from ticketmaster.core.clock import database_now
from ticketmaster.core.models import RelayHeartbeat

logger = logging.getLogger(__name__)

READ = "stripe_event_list"
# Stripe keeps events for 30 days; a site that never read the list begins a day ago.
FURTHEST, FIRST = timedelta(days=30), timedelta(days=1)
# Events appear in the list a little after their time; the webhook has its minute before.
OVERLAP, LATEST = timedelta(minutes=10), timedelta(minutes=1)
STEP = timedelta(hours=1)
AT_ONCE = 100


def fetch_missed_events() -> int:
    """Store what the webhook missed since the last look, and say how many events that were.

    Each hour of the list is noted as it is done: a run that is cut short goes on from there.
    """
    now = database_now()
    start, end = _read_until(now) - OVERLAP, now - LATEST
    missed = 0
    try:
        while start < end:
            until = min(start + STEP, end)
            missed += _store_missed(start, until)
            _note(until)
            start = until
    except (StripeUnreachable, StripeRefused) as error:
        logger.warning("Stripe's list of events: put off (%s)", error)
    if missed:
        logger.warning("%s Stripe events had not reached the webhook", missed)
    return missed


def _read_until(now: datetime) -> datetime:
    row = RelayHeartbeat.objects.filter(name=READ).first()
    return now - FIRST if row is None else max(row.seen_at, now - FURTHEST)


def _store_missed(start: datetime, end: datetime) -> int:
    listed = stripe_gateway.events_between(
        int(start.timestamp()), int(end.timestamp()), types=FOLLOWED
    )
    missed = 0
    while some := list(islice(listed, AT_ONCE)):
        known = set(
            StripeEvent.objects.filter(event_id__in=[event["id"] for event in some]).values_list(
                "event_id", flat=True
            )
        )
        new = [event for event in some if event["id"] not in known and is_well_formed(event)]
        missed += take_in(new).followed
    return missed


def _note(until: datetime) -> None:
    RelayHeartbeat.objects.update_or_create(
        name=READ, defaults={"seen_at": until}, create_defaults=_first(until)
    )


def _first(until: datetime) -> dict[str, datetime]:
    return {"started_at": until, "seen_at": until}
