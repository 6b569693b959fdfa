"""Mails about bookings: one for each moment, in venue time, the same mail when sent again."""

from email.message import Message
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from bookings import mails
from bookings.cancellation import cancel_confirmed
from bookings.confirmation import confirm_free
from bookings.holds import hold_tickets
from bookings.models import Admission, Booking
from events.models import Event
from events.publishing import cancel_event
from tests.factories import on_sale_event, tickets_of
from ticketmaster.accounts.models import User
from ticketmaster.core.models import OutboxMessage
from ticketmaster.core.outbox import relay_due_messages

pytestmark = pytest.mark.django_db


def topics() -> list[str]:
    return list(OutboxMessage.objects.order_by("pk").values_list("topic", flat=True))


def sent() -> list[Any]:
    """What is delivered now."""
    while relay_due_messages():
        pass
    assert not OutboxMessage.objects.filter(sent_at__isnull=True).exists()
    return mail.outbox


def html_of(message: Any) -> str:
    (alternative,) = message.alternatives
    return str(alternative[0])


def test_a_confirmed_booking_owes_one_mail_with_its_tickets(
    booking: Booking, admissions: list[Admission]
) -> None:
    assert topics() == [mails.CONFIRMED]

    (message,) = sent()

    assert message.to == ["fan@example.org"]
    assert message.subject == "Your tickets for An evening & more"
    local = booking.event.starts_at.astimezone(ZoneInfo("Pacific/Auckland"))
    when = f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M} ({local.tzname()})"
    for body in (message.body, html_of(message)):
        assert "You have 2 tickets." in body
        assert when in body
        assert "Stalls, row A, seat 1" in body
        assert "303 Queen Street, Auckland 1010, New Zealand" in body
        assert f"/booking/{booking.reference}" in body
        for admission in admissions:
            assert f"/admission/{admission.code}" in body
    assert "An evening & more" in message.body
    assert "An evening &amp; more" in html_of(message)
    ((name, content, kind),) = message.attachments
    assert (name, kind) == ("tickets.pdf", "application/pdf")
    assert content.startswith(b"%PDF-")


def test_one_ticket_is_spoken_of_as_one(evening: Event, fan: User) -> None:
    held = hold_tickets(user=fan, ticket_ids=[tickets_of(evening)[0].pk])
    confirm_free(user_id=fan.pk, reference=held.reference)

    (message,) = sent()

    assert message.subject == "Your ticket for An evening & more"
    assert "You have 1 ticket." in message.body
    assert "is attached" in message.body


def test_the_same_mail_delivered_twice_is_one_message(
    booking: Booking, settings: Any, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "ticketmaster.core.mail_folder.FolderBackend"
    settings.MAIL_DIR = tmp_path
    relay_due_messages()
    first = [path.name for path in tmp_path.iterdir()]

    # the worker died between sending and noting it
    OutboxMessage.objects.update(sent_at=None)
    relay_due_messages()

    assert len(first) == 1
    assert [path.name for path in tmp_path.iterdir()] == first


def test_the_message_id_is_the_outbox_rows(booking: Booking) -> None:
    row = OutboxMessage.objects.get()

    (message,) = sent()

    headers: Message = message.message()
    assert headers["Message-ID"] == f"<outbox-{row.pk}@example.com>"
    assert headers["Auto-Submitted"] == "auto-generated"


def test_a_booking_that_ended_meanwhile_gets_no_tickets(booking: Booking) -> None:
    cancel_confirmed(booking_id=booking.pk)

    (message,) = sent()

    assert message.subject == "Your booking for An evening & more is cancelled"
    assert not message.attachments


def test_a_cancelled_booking_is_told_once(booking: Booking) -> None:
    sent().clear()
    for _ in range(2):
        cancel_confirmed(booking_id=booking.pk)

    (message,) = sent()

    assert "open no door any more" in message.body
    assert "You paid" not in message.body


def test_a_booking_that_ends_with_its_event_is_told_of_by_the_events_mail(
    booking: Booking, evening: Event
) -> None:
    sent().clear()
    cancel_event(event_id=evening.pk)
    cancel_confirmed(booking_id=booking.pk)

    (message,) = sent()

    assert message.subject == "An evening & more is cancelled"
    assert "does not take place" in message.body


def test_nobody_is_written_to_about_the_box_office(booking: Booking) -> None:
    Booking.objects.update(channel="door", user=None)

    assert sent() == []


def test_a_mail_that_cannot_be_sent_undoes_no_booking(booking: Booking, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.bookings_output.broken_backend.BrokenBackend"

    relay_due_messages()

    row = OutboxMessage.objects.get()
    assert (row.sent_at, row.tries) == (None, 1)
    booking.refresh_from_db()
    assert booking.status == "confirmed"


def test_markup_in_names_stays_text(venue: Any, fan: User) -> None:
    event = on_sale_event(
        name="<script>alert(1)</script>\r\nBcc: x@example.org", venue=venue, prices={"Stalls": 0}
    )
    held = hold_tickets(user=fan, ticket_ids=[tickets_of(event)[0].pk])
    confirm_free(user_id=fan.pk, reference=held.reference)

    (message,) = sent()

    assert "<script>" not in html_of(message)
    assert "\n" not in message.subject
    assert message.recipients() == ["fan@example.org"]
