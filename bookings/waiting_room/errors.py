"""What a waiting room refuses."""

from http import HTTPStatus
from typing import ClassVar

from ticketmaster.core.errors import DomainError


class WaitingRoomRequired(DomainError):
    """Nobody reserves for this event without having been let in."""

    code = "waiting_room_required"
    message = "This sale has a waiting room. Join it and choose your seats when it is your turn."
    status: ClassVar[int] = HTTPStatus.FORBIDDEN

    def __init__(self, *, event_id: int) -> None:
        self.event_id = event_id
        super().__init__(event_id=event_id)


class ChallengeFailed(DomainError):
    """The check at the entry was not passed."""

    code = "challenge_failed"
    message = "We could not see that you are not a machine. Please try again."
    status: ClassVar[int] = HTTPStatus.FORBIDDEN


class RoomNotReady(DomainError):
    """The settings do not allow that now."""

    code = "waiting_room_not_ready"
