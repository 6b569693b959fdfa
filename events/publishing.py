"""Moving an event through its life: scheduled, on sale, postponed, cancelled, ended.

Every step has the event alone (`events.locks.own_event`), moves the status by compare-and-set,
leaves an audit row and sends `event_changed` in its own transaction.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from events.ending import USUAL_LENGTH
from events.errors import WrongEventStatus
from events.locks import own_event
from events.models import Event
from events.moments import event_cancelled, event_changed
from events.ticket_making import make_tickets
from ticketmaster.core import audit
from ticketmaster.core.clock import database_now
from ticketmaster.core.errors import InvalidInput, NotFound

Status = Event.Status

# What may end, be put off or be called off.
COMING = (Status.SCHEDULED, Status.ON_SALE)


@transaction.atomic
def schedule_event(*, event_id: int, actor_id: int | None = None) -> None:
    """Show a draft to the public. Raises WrongEventStatus, NotFound."""
    own_event(event_id)
    _move(event_id, from_any_of=[Status.DRAFT], to=Status.SCHEDULED, actor_id=actor_id)
    event_changed.send(sender=__name__, event_id=event_id)


@transaction.atomic
def put_on_sale(*, event_id: int, actor_id: int | None = None) -> int:
    """Make the tickets of a scheduled event, freeze its seat map, and say how many there are.

    Raises WrongEventStatus, NothingToSell, SectionsWithoutPrice, NotFound.
    """
    own_event(event_id)
    _move(event_id, from_any_of=[Status.SCHEDULED], to=Status.ON_SALE, actor_id=actor_id)
    made = make_tickets(event_id)
    Event.objects.filter(pk=event_id).update(ticket_total=made)
    event_changed.send(sender=__name__, event_id=event_id)
    return made


@transaction.atomic
def postpone_event(*, event_id: int, actor_id: int | None = None) -> None:
    """Stop selling until `reschedule_event` gives a new date; what is sold stays valid.

    Raises WrongEventStatus, NotFound.
    """
    own_event(event_id)
    _move(event_id, from_any_of=COMING, to=Status.POSTPONED, actor_id=actor_id)
    event_changed.send(sender=__name__, event_id=event_id)


@transaction.atomic
def reschedule_event(
    *,
    event_id: int,
    starts_at: datetime,
    ends_at: datetime | None = None,
    doors_at: datetime | None = None,
    actor_id: int | None = None,
) -> None:
    """Give an event a new date; a postponed one is on sale again if it was.

    An ended one comes back, too: its listed date was wrong. A date in the past ends it anew.
    Doors and end are what is given here: nothing is kept of the old date.
    Raises InvalidInput for an end before the start, WrongEventStatus, NotFound.
    """
    if ends_at is not None and ends_at < starts_at:
        raise InvalidInput("An event cannot end before it starts.", attr="ends_at")
    own_event(event_id)
    event = _event(event_id)
    selling = event.status == Status.ON_SALE or event.ticket_total > 0
    was = event.starts_at
    Event.objects.filter(pk=event_id).update(
        starts_at=starts_at, ends_at=ends_at, doors_at=doors_at
    )
    _move(
        event_id,
        from_any_of=[Status.POSTPONED, Status.ENDED, *COMING],
        to=Status.ON_SALE if selling else Status.SCHEDULED,
        actor_id=actor_id,
        action="reschedule",
        details={"from": was.isoformat(), "to": starts_at.isoformat()},
    )
    event_changed.send(sender=__name__, event_id=event_id)


@transaction.atomic
def cancel_event(*, event_id: int, actor_id: int | None = None, reason: str = "") -> None:
    """Call the event off. `event_cancelled` is sent, so that those who sold give money back.

    Raises WrongEventStatus, NotFound.
    """
    own_event(event_id)
    _move(
        event_id,
        from_any_of=[Status.POSTPONED, *COMING],
        to=Status.CANCELLED,
        actor_id=actor_id,
        details={"reason": reason} if reason else None,
    )
    event_changed.send(sender=__name__, event_id=event_id)
    event_cancelled.send(sender=__name__, event_id=event_id)


def end_past_events() -> int:
    """End every coming event that is over, each in its own transaction, and say how many.

    Over is `ends_at`, or six hours after the start where no end is stated. Safe to run twice.
    """
    now = database_now()
    over = _over_at(now).order_by("pk").values_list("pk", flat=True)
    return sum(_end(event_id) for event_id in list(over))


def announce_change(event_id: int) -> None:
    """Note that something of the event changed, for those who keep copies of it.

    For forms that edit the catalogue; inside the transaction of the change.
    """
    Event.objects.filter(pk=event_id).update(changed_at=database_now())
    event_changed.send(sender=__name__, event_id=event_id)


@transaction.atomic
def _end(event_id: int) -> int:
    own_event(event_id)
    # Somebody may have given it a new date since it was listed.
    if not _over_at(database_now()).filter(pk=event_id).exists():
        return 0
    _move(event_id, from_any_of=COMING, to=Status.ENDED, actor_id=None)
    event_changed.send(sender=__name__, event_id=event_id)
    return 1


def _over_at(now: datetime) -> QuerySet[Event]:
    end = Coalesce("ends_at", F("starts_at") + USUAL_LENGTH)
    return Event.objects.filter(status__in=COMING).alias(over_at=end).filter(over_at__lte=now)


def _move(
    event_id: int,
    *,
    from_any_of: Collection[str],
    to: str,
    actor_id: int | None,
    action: str = "",
    details: dict[str, str] | None = None,
) -> None:
    """Compare and set the status, with an audit row. The caller owns the event."""
    event = _event(event_id)
    allowed = Q(pk=event_id, status=event.status, status__in=list(from_any_of))
    moved = Event.objects.filter(allowed).update(status=to, changed_at=database_now())
    if not moved:
        raise WrongEventStatus(
            f"“{event.name}” is {event.get_status_display().lower()}.", status=event.status
        )
    audit.record(
        subject="event",
        subject_id=event_id,
        action=action or to,
        before=event.status,
        after=to,
        actor_id=actor_id,
        details=details,
    )


def _event(event_id: int) -> Event:
    event = Event.objects.filter(pk=event_id).first()
    if event is None:
        raise NotFound("No such event.")
    return event
