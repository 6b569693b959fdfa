"""A challenge that nobody passes."""

from django.http import HttpRequest

from bookings.waiting_room.errors import ChallengeFailed


def refuse_all(request: HttpRequest, event_id: int) -> None:
    raise ChallengeFailed
