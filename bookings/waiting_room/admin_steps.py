"""The buttons of a waiting room's page in the admin."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from bookings.waiting_room import steering
from bookings.waiting_room.models import WaitingRoom
from ticketmaster.core.admin.steps import Step, StepForm

MAY = "bookings.change_waitingroom"
ENTERED = WaitingRoom.PublicSource.ENTERED


class MessageForm(StepForm):
    """One sentence to everybody who waits."""

    message = forms.CharField(
        max_length=300, required=False, widget=UnfoldAdminTextInputWidget, help_text="Empty: none"
    )


class ValueForm(StepForm):
    """The public value, exactly as it was published."""

    value = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget)


def _pause(room: WaitingRoom, asked: dict[str, Any], actor_id: int) -> str:
    steering.steer(room, action="pause", actor_id=actor_id, is_paused=True)
    return "Nobody is let in until you go on. All places are kept."


def _go_on(room: WaitingRoom, asked: dict[str, Any], actor_id: int) -> str:
    steering.steer(room, action="go on", actor_id=actor_id, is_paused=False)
    return "People are let in again."


def _open(room: WaitingRoom, asked: dict[str, Any], actor_id: int) -> str:
    steering.open_now(room, actor_id=actor_id)
    return "The room is open: the list is sealed and drawn within two seconds."


def _close(room: WaitingRoom, asked: dict[str, Any], actor_id: int) -> str:
    steering.steer(room, action="close", actor_id=actor_id, is_closed=True)
    return "Nobody joins or is let in any more. Who is inside may finish."


def _reopen(room: WaitingRoom, asked: dict[str, Any], actor_id: int) -> str:
    steering.steer(room, action="reopen", actor_id=actor_id, is_closed=False)
    return "The line is open again."


def _tell(room: WaitingRoom, asked: dict[str, Any], actor_id: int) -> str:
    steering.steer(room, action="tell everybody", actor_id=actor_id, message=asked["message"])
    return "Everybody who waits reads it." if asked["message"] else "The message is taken down."


def _enter(room: WaitingRoom, asked: dict[str, Any], actor_id: int) -> str:
    steering.enter_public_value(room, asked["value"].strip(), actor_id=actor_id)
    return "The draw is made within two seconds."


def _without(room: WaitingRoom, asked: dict[str, Any], actor_id: int) -> str:
    steering.go_on_without_public_value(room, actor_id=actor_id)
    return "The draw is made without it, and its page says so."


def _waits_for_value(room: WaitingRoom) -> bool:
    none = WaitingRoom.PublicSource.NONE
    return room.sealed_at is not None and room.drawn_at is None and room.public_source != none


ROOM_STEPS = (
    Step(
        name="pause",
        label="Pause",
        explain="Nobody is let in; everybody keeps the place and is told so.",
        run=_pause,
        permission=MAY,
        possible=lambda room: not room.is_paused,
    ),
    Step(
        name="go-on",
        label="Go on",
        explain="People are let in again, in order, at the rate and up to the cap set here.",
        run=_go_on,
        permission=MAY,
        possible=lambda room: room.is_paused,
        is_next=True,
    ),
    Step(
        name="open",
        label="Open now",
        explain="Seals the list of those who are here and draws it, ahead of the time announced.",
        run=_open,
        permission=MAY,
        possible=lambda room: room.opens_at is not None and room.sealed_at is None,
        grave=True,
    ),
    Step(
        name="value",
        label="Enter the public value",
        explain="Exactly as it was published. It decides the draw and cannot be changed.",
        run=_enter,
        permission=MAY,
        form=ValueForm,
        possible=lambda room: _waits_for_value(room) and room.public_source == ENTERED,
        is_next=True,
    ),
    Step(
        name="without-value",
        label="Draw without the public value",
        explain="Only if it cannot be had. The page of the draw says that it rests on your word.",
        run=_without,
        permission=MAY,
        possible=_waits_for_value,
        grave=True,
    ),
    Step(
        name="tell",
        label="Message to all",
        explain="Shown on the page of everybody who waits, from their next look on.",
        run=_tell,
        permission=MAY,
        form=MessageForm,
    ),
    Step(
        name="close",
        label="Close the line",
        explain="Nobody joins or is let in any more. Who is inside may finish.",
        run=_close,
        permission=MAY,
        possible=lambda room: not room.is_closed,
        grave=True,
    ),
    Step(
        name="reopen",
        label="Open the line again",
        explain="People can join, and are let in.",
        run=_reopen,
        permission=MAY,
        possible=lambda room: room.is_closed,
    ),
)  # fmt: skip
