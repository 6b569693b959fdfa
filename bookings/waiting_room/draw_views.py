"""The draw for everybody to check: the page, and the list as it was sealed."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateformat import format as format_date

from bookings.waiting_room import checking
from bookings.waiting_room.models import WaitingRoom
from bookings.waiting_room.views import event_card
from events.public_ids import known_id
from events.selectors import event_for_public
from ticketmaster.core.public import Freshness, public_page, render_public


def _room(event_id: int) -> WaitingRoom:
    event = event_for_public(known_id(event_id))
    room = WaitingRoom.objects.filter(event=event).first()
    if room is None:
        raise Http404
    return room


@public_page(Freshness(shared=2, kept=2))
def draw(request: HttpRequest, event_id: int) -> HttpResponse:
    """What was published when, and how to recompute every place."""
    room = _room(event_id)
    context = {
        "event": event_card(event_id),
        "record": checking.public_record(room),
        "opens_text": _moment(room.opens_at),
        "sealed_text": _moment(room.sealed_at),
        "drawn_text": _moment(room.drawn_at),
        "source": room.get_public_source_display(),
        "rests_on_us": room.public_source == WaitingRoom.PublicSource.NONE,
        "list_url": reverse("bookings:sealed-list", args=[event_id]),
        "record_url": reverse("api-waiting-room-draw", args=[event_id]),
        "room_url": reverse("bookings:waiting-room", args=[event_id]),
    }
    return render_public(request, "bookings/draw.html", context)


def _moment(moment: datetime | None) -> str:
    """`22 November 2026, 15:36:51 UTC`: to the second, for who compares; blank for none."""
    return f"{format_date(moment.astimezone(UTC), 'j F Y, H:i:s')} UTC" if moment else ""


@public_page(Freshness(shared=60, browser=60, kept=60))
def sealed_list(request: HttpRequest, event_id: int) -> HttpResponse:
    """The sealed list with the places, one line an entry: place, name, nonce.

    Everybody wants it once the draw is made: its rows are read once a minute for all.
    """
    room = _room(event_id)
    if room.drawn_at is None:
        raise Http404
    body = "".join(f"{place} {entry.line}\n" for place, entry in checking.places(room))
    return HttpResponse(body, content_type="text/plain; charset=utf-8")
