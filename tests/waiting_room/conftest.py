"""Fixtures of the tests of the waiting room."""

import pytest
from django.utils import timezone

from bookings.waiting_room import keeper
from events.models import Event
from tests.waiting_room.helpers import (
    AT_ONCE,
    Record,
    behind_room,
    change,
    join_by_api,
    opens_in,
)


@pytest.fixture
def room_event(event: Event) -> Event:
    """On sale behind an open waiting room that lets in a thousand a second, fifty at a time."""
    behind_room(event, admit_per_second=AT_ONCE, most_inside=50)
    return event


@pytest.fixture
def opened(event: Event) -> tuple[Event, list[Record]]:
    """Forty joined before the opening and three after it; the draw is made."""
    room = behind_room(event, opens_at=opens_in(3600), is_paused=True)
    early = [join_by_api(event, nonce=f"mine-{n}") for n in range(40)]
    change(room, opens_at=timezone.now())
    late = [join_by_api(event) for _ in range(3)]
    keeper.keep(event.pk)
    return event, [*early, *late]
