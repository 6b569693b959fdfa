"""What staff do with an event, each one call of the domain."""

from typing import Any

from events.admin.blocking import BlockForm, block_or_release
from events.admin.event_forms import ReasonForm, RescheduleForm
from events.models import Event
from events.publishing import (
    cancel_event,
    postpone_event,
    put_on_sale,
    reschedule_event,
    schedule_event,
)
from ticketmaster.core.admin.steps import Step

MAY = "events.change_event"
Status = Event.Status


def _schedule(event: Event, asked: dict[str, Any], actor_id: int) -> str:
    schedule_event(event_id=event.pk, actor_id=actor_id)
    return f"“{event.name}” is on the public pages."


def _put_on_sale(event: Event, asked: dict[str, Any], actor_id: int) -> str:
    made = put_on_sale(event_id=event.pk, actor_id=actor_id)
    return f"“{event.name}” is on sale with {made:,} tickets."


def _postpone(event: Event, asked: dict[str, Any], actor_id: int) -> str:
    postpone_event(event_id=event.pk, actor_id=actor_id)
    return f"“{event.name}” is postponed. Nothing is sold until it has a new date."


def _reschedule(event: Event, asked: dict[str, Any], actor_id: int) -> str:
    reschedule_event(
        event_id=event.pk,
        starts_at=asked["starts_at"],
        doors_at=asked["doors_at"],
        ends_at=asked["ends_at"],
        actor_id=actor_id,
    )
    return f"“{event.name}” has a new date."


def _cancel(event: Event, asked: dict[str, Any], actor_id: int) -> str:
    cancel_event(event_id=event.pk, actor_id=actor_id, reason=asked["reason"])
    return f"“{event.name}” is cancelled. Its buyers are told by mail."


EVENT_STEPS = (
    Step(
        name="schedule",
        label="Publish",
        explain="Shows the event on the public pages and in search. Nothing is sold yet.",
        run=_schedule,
        permission=MAY,
        possible=lambda event: event.status == Status.DRAFT,
        is_next=True,
    ),
    Step(
        name="on-sale",
        label="Put on sale",
        explain="Makes a ticket for every place of the map at its section’s price and lets the"
        " sale windows decide who may buy. The map and the prices are fixed from then on.",
        run=_put_on_sale,
        permission=MAY,
        possible=lambda event: event.status == Status.SCHEDULED,
        is_next=True,
    ),
    Step(
        name="block",
        label="Block or release seats",
        explain="Takes free places out of sale, or puts blocked ones back: all that you name,"
        " or none.",
        run=block_or_release,
        permission=MAY,
        form=BlockForm,
        possible=lambda event: event.ticket_total > 0,
    ),
    Step(
        name="reschedule",
        label="Change the date",
        explain="Gives the event a new date. What is sold stays valid; a postponed event is on"
        " sale again if it was.",
        run=_reschedule,
        permission=MAY,
        form=RescheduleForm,
        possible=lambda event: event.status not in {Status.DRAFT, Status.CANCELLED},
    ),
    Step(
        name="postpone",
        label="Postpone",
        explain="Stops selling until the event has a new date. What is sold stays valid.",
        run=_postpone,
        permission=MAY,
        possible=lambda event: event.status in {Status.SCHEDULED, Status.ON_SALE},
    ),
    Step(
        name="cancel",
        label="Cancel the event",
        explain="Calls the event off for good and tells its buyers by mail. This cannot be undone.",
        run=_cancel,
        permission=MAY,
        form=ReasonForm,
        possible=lambda event: event.status in {Status.SCHEDULED, Status.ON_SALE, Status.POSTPONED},
        grave=True,
    ),
)
