"""Ids from addresses, and whether strangers may know of the event behind one."""

from events.models import Event
from ticketmaster.core.errors import NotFound
from ticketmaster.core.ids import LARGEST_ID
from ticketmaster.core.shared_copies import shared_copy

PUBLIC, NOT_PUBLIC = b"1", b"0"
ASKED_EVERY_S = 2.0


def known_id(value: int) -> int:
    """The id; NotFound beyond what the database can count to."""
    if value > LARGEST_ID:
        raise NotFound
    return value


def require_public_event(event_id: int) -> None:
    """NotFound for drafts and unknown events; asks the database every two seconds at most."""

    def make(_: bytes | None) -> bytes:
        return PUBLIC if Event.objects.public().filter(pk=event_id).exists() else NOT_PUBLIC

    found = shared_copy(f"public:{known_id(event_id)}", make, fresh_seconds=ASKED_EVERY_S)
    if found.content != PUBLIC:
        raise NotFound("There is no such event.")
