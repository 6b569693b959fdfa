"""Working on stored Stripe events: re-read the object they name, move our rows forward.

What an event says is never believed, only that something happened to an object. An event is
leased for a while before it is worked on, because asking Stripe inside its lock would keep a
transaction open; whoever dies leaves the lease to run out.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Now

from payments import stripe_gateway
from payments.attempts import OPEN
from payments.inquiry import pursue
from payments.locks import lock_due_events, lock_known_events
from payments.mirror import follow_refund, mirror_refunds
from payments.models import PaymentAttempt, StripeEvent
from payments.news import KNOWN, is_news, named_in, sender_is_at_work
from payments.refunds import ENDS_BADLY
from payments.settlement import settle
from payments.stripe_calls import StripeRefused, StripeUnreachable
from payments.stripe_states import IntentState
from ticketmaster.core import audit
from ticketmaster.core.clock import database_now
from ticketmaster.core.errors import DomainError

logger = logging.getLogger(__name__)

AT_ONCE, MOST = 10, 500
CRASHES_ALLOWED = 5
LEASE = timedelta(seconds=60)
LEFT_ALONE_AFTER = timedelta(hours=24)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=10)

NOT_OURS = "not ours"
FOLLOWED = "followed"


class NotYetKnown(Exception):
    """The event is about an object that we cannot place yet; perhaps our own commit is late."""


def process_due_events() -> int:
    """Work on what is due and say how many events were dealt with. Any number may run at once."""
    done = _end_known()
    for _ in range(MOST // AT_ONCE):
        events = _lease()
        done += sum(_work_on(event) for event in events)
        if len(events) < AT_ONCE:
            break
    return done


def _end_known() -> int:
    """End the events that tell nothing new: most of them, since the fan's request knows first."""
    with transaction.atomic(durable=True):
        known = lock_known_events(limit=MOST)
        if known:
            rows = StripeEvent.objects.filter(pk__in=known)
            rows.update(processed_at=Now(), outcome=KNOWN)
    return len(known)


def _lease() -> list[StripeEvent]:
    """Due events, ours for a minute. Each try counts as a crash until it ends in good order."""
    with transaction.atomic(durable=True):
        due = list(lock_due_events(limit=AT_ONCE))
        poison = [event for event in due if event.tries >= CRASHES_ALLOWED]
        for event in poison:
            logger.error("Stripe event %s crashed %s times: parked", event.event_id, event.tries)
            _end(event, parked_at=Now())
        leased = [event for event in due if event not in poison]
        StripeEvent.objects.filter(pk__in=[event.pk for event in leased]).update(
            tries=F("tries") + 1, due_at=Now() + LEASE
        )
    return leased


def _work_on(event: StripeEvent) -> int:
    try:
        outcome = _follow(event)
    except NotYetKnown:
        _wait(event, "not yet known here")
    except (StripeUnreachable, DomainError, OperationalError) as error:
        _wait(event, f"put off: {error}")
    except Exception as error:  # a poison event must not stop the others
        logger.exception("Stripe event %s failed", event.event_id)
        _fail(event, repr(error))
    else:
        _end(event, processed_at=Now(), outcome=outcome[:500])
        return 1
    return 0


def _follow(event: StripeEvent) -> str:
    """What became of it. Raises NotYetKnown for one that names an attempt that is not here."""
    thing = event.payload["data"]["object"]
    intent_id, metadata = named_in(thing)
    known = PaymentAttempt.objects.filter(intent_id=intent_id).first() if intent_id else None
    attempt = known or _attempt_named(metadata)
    if attempt is not None:
        if not is_news(event, attempt):
            return KNOWN
        if sender_is_at_work(attempt):
            raise NotYetKnown
    if thing.get("object") == "checkout.session":
        return _follow_session(attempt)
    if not intent_id:
        return NOT_OURS
    try:
        state = stripe_gateway.look_up(intent_id)
    except StripeRefused:
        return NOT_OURS  # signed for this account, but gone: a sandbox that began anew
    outcome = _follow_intent(state)
    if thing.get("object") == "refund" and thing.get("status") in ENDS_BADLY:
        follow_refund(thing["id"])
    return outcome


def _follow_intent(state: IntentState) -> str:
    attempt = PaymentAttempt.objects.filter(intent_id=state.id).first()
    if attempt is None:
        attempt = _attempt_named(state.metadata)
    if attempt is None:
        return NOT_OURS
    if attempt.kind == PaymentAttempt.Kind.HOSTED and not state.has_money:
        pursue(attempt.pk)
    elif attempt.status != PaymentAttempt.Status.CREATED:
        settle(attempt.pk, state)
    mirror_refunds(attempt.pk, state)
    return FOLLOWED


def _follow_session(attempt: PaymentAttempt | None) -> str:
    if attempt is None:
        return NOT_OURS
    if attempt.status in OPEN and attempt.status != PaymentAttempt.Status.CREATED:
        pursue(attempt.pk)
    return FOLLOWED


def _attempt_named(metadata: dict[str, Any]) -> PaymentAttempt | None:
    """The attempt that the object carries the name of, by id and booking; None when not ours."""
    named = str(metadata.get("attempt", ""))
    if metadata.get("site") != settings.SITE_URL or not named.isdecimal():
        return None
    attempt = PaymentAttempt.objects.filter(
        pk=int(named), booking__reference=metadata.get("booking", "")
    ).first()
    if attempt is None:
        raise NotYetKnown
    return attempt


def try_again(event_id: int, *, actor_id: int) -> None:
    """Take a dead letter up again, as if it had just come: its day and its tries begin anew."""
    with transaction.atomic():
        taken = StripeEvent.objects.filter(pk=event_id, parked_at__isnull=False).update(
            parked_at=None, tries=0, received_at=Now(), due_at=Now(), outcome="taken up by staff"
        )
        if taken:
            audit.record(
                subject="stripe event", subject_id=event_id, action="try again", actor_id=actor_id
            )


def _wait(event: StripeEvent, outcome: str) -> None:
    """Not a crash: try again later, the later the older it is; after a day it is left alone."""
    now = database_now()
    age = now - event.received_at
    if age > LEFT_ALONE_AFTER:
        _end(event, parked_at=Now(), outcome=outcome[:500])
        return
    StripeEvent.objects.filter(pk=event.pk).update(
        tries=F("tries") - 1, due_at=now + _pause(age), outcome=outcome[:500]
    )


def _fail(event: StripeEvent, outcome: str) -> None:
    StripeEvent.objects.filter(pk=event.pk).update(
        due_at=Now() + min(SHORTEST_PAUSE * 2**event.tries, LONGEST_PAUSE), outcome=outcome[:500]
    )


def _pause(age: timedelta) -> timedelta:
    return max(SHORTEST_PAUSE, min(age / 2, LONGEST_PAUSE))


def _end(event: StripeEvent, **fields: datetime | str | Now) -> None:
    StripeEvent.objects.filter(pk=event.pk).update(**fields)
