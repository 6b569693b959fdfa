"""What tests of bookings share."""

from typing import Any

from django.db import connection
from django.test import Client

from bookings import ticket_lock
from bookings.models import Booking
from events.models import Event, Ticket
from tests.factories import tickets_of

RESERVE = "/api/v1/booking/reserve"


def ids(event: Event, count: int, *, start: int = 0) -> list[int]:
    return [ticket.pk for ticket in tickets_of(event)[start : start + count]]


def lapse(booking: Booking) -> None:
    """Let the hold's time be up, as if it had been made long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bookings_booking SET expires_at = clock_timestamp() - interval '1 second',"
            " created_at = clock_timestamp() - interval '601 seconds' WHERE id = %s",
            [booking.pk],
        )
        cursor.execute(
            "UPDATE events_ticket SET reserved_until = clock_timestamp() - interval '1 second'"
            " WHERE booking_id = %s",
            [booking.pk],
        )


def states(event: Event) -> dict[str, int]:
    counted: dict[str, int] = {}
    for status in Ticket.objects.filter(event=event).values_list("status", flat=True):
        counted[status] = counted.get(status, 0) + 1
    return counted


def forget_ticket_locks(ticket_ids: list[int], booking: Booking) -> None:
    """The test moved the database's hold into the past; Redis's own clock has not moved."""
    ticket_lock.drop(ticket_ids, owner=booking.reference)


def reserve(client: Client, body: Any) -> Any:
    return client.post(RESERVE, data=body, content_type="application/json")


def error(answer: Any) -> tuple[int, str, str | None]:
    content = answer.json()
    assert set(content) - {"data"} == {"type", "errors"}
    first = content["errors"][0]
    assert set(first) == {"code", "detail", "attr"}
    return answer.status_code, first["code"], first["attr"]
