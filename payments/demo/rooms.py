"""The waiting rooms of the demo's busiest sales."""

from bookings.waiting_room.models import WaitingRoom
from events.demo.catalogue import SHOWS, key_of
from events.models import Event, SaleWindow


def ensure_rooms() -> int:
    """Make the rooms that are missing, a draw ending when the sale opens; how many."""
    made = 0
    for show in SHOWS:
        if show.room is not None:
            event = Event.objects.get(source_key=key_of(show))
            windows = SaleWindow.objects.filter(event=event).order_by("opens_at")
            _, is_new = WaitingRoom.objects.get_or_create(
                event=event,
                defaults={
                    "admit_per_second": show.room.admit_per_second,
                    "tunes_itself": show.room.tunes_itself,
                    "opens_at": windows[0].opens_at if show.room.has_draw else None,
                },
            )
            made += is_new
    return made
