"""Fixtures of the tests of the waiting room."""

import pytest

from events.models import Event
from tests.waiting_room.helpers import AT_ONCE, behind_room


@pytest.fixture
def room_event(event: Event) -> Event:
    """On sale behind an open waiting room that lets in a thousand a second, fifty at a time."""
    behind_room(event, admit_per_second=AT_ONCE, most_inside=50)
    return event
