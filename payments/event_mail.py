"""The one mail that a buyer of a cancelled event gets: that it is off, and what comes back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, Q, Sum
from django.urls import reverse

from bookings import occasion
from bookings.cancellation import HELD_BY_BUYER
from bookings.models import Booking
from events.addresses import address_text
from events.models import Event
from payments.models import Refund
from ticketmaster.accounts.models import User
from ticketmaster.core import mail, outbox
from ticketmaster.core.models import OutboxMessage
from ticketmaster.core.money import format_money

EVENT_CANCELLED = "mail.event_cancelled"
EVENT_CANCELLED_TO = "mail.event_cancelled_to"
FAN_OUT = 500


def owe_event_cancelled_mails(event_id: int, *, at: datetime, after: int = 0) -> None:
    """Owe a mail to everybody who had tickets of the event at that moment."""
    outbox.add(
        topic=EVENT_CANCELLED,
        unique_key=f"{EVENT_CANCELLED}:{event_id}:{after}",
        payload={"event": event_id, "after": after, "at": at.isoformat()},
    )


@outbox.handles(EVENT_CANCELLED)
def tell_every_buyer(message: OutboxMessage) -> None:
    """Owe each buyer a mail, five hundred people at a time."""
    event_id, after, at = (message.payload[name] for name in ("event", "after", "at"))
    buyers = _had_tickets(event_id, at).filter(user__gt=after).order_by("user")
    user_ids = list(buyers.values_list("user", flat=True).distinct()[:FAN_OUT])
    for user_id in user_ids:
        outbox.add(
            topic=EVENT_CANCELLED_TO,
            unique_key=f"{EVENT_CANCELLED_TO}:{event_id}:{user_id}",
            payload={"event": event_id, "user": user_id, "at": at},
        )
    if len(user_ids) == FAN_OUT:
        owe_event_cancelled_mails(event_id, at=datetime.fromisoformat(at), after=user_ids[-1])


def _had_tickets(event_id: int, at: str) -> Any:
    """Bookings that were confirmed when the event was cancelled, refunded since or not."""
    return Booking.objects.filter(event=event_id, user__isnull=False).filter(
        Q(status__in=HELD_BY_BUYER)
        | Q(confirmed_at__isnull=False, ended_at__gte=datetime.fromisoformat(at))
    )


@outbox.handles(EVENT_CANCELLED_TO)
def send_event_cancelled(message: OutboxMessage) -> None:
    """That the evening does not take place, and how much goes back for all their bookings."""
    event = Event.objects.select_related("venue").get(pk=message.payload["event"])
    user = User.objects.get(pk=message.payload["user"])
    bookings = list(
        _had_tickets(event.pk, message.payload["at"]).filter(user=user.pk).order_by("pk")
    )
    back = _coming_back(bookings)
    context = {
        "event_name": event.name,
        "date": occasion.date_text(event.starts_at, event.venue),
        "times": f"{occasion.times_text(event)} ({occasion.zone_text(event)})",
        "venue_name": event.venue.name,
        "venue_address": address_text(event.venue),
        "amount": format_money(back, event.currency) if back else "",
        "reference": ", ".join(booking.reference for booking in bookings),
        "bookings_url": settings.SITE_URL + reverse("bookings:mine"),
    }
    written = mail.render_mail(
        "event_cancelled", context, to=user.email, subject=f"{event.name} is cancelled"
    )
    mail.send(written, outbox_id=message.pk)


def _coming_back(bookings: Sequence[Booking]) -> int:
    """What they paid, less what had gone back or was kept of tickets returned before."""
    before = (
        Refund.objects.filter(attempt__booking__in=bookings)
        .exclude(kind=Refund.Kind.EVENT)
        .exclude(status=Refund.Status.FAILED)
        .aggregate(sum=Sum(F("amount_minor") + F("kept_minor"), default=0))
    )
    return max(0, sum(booking.total_minor for booking in bookings) - before["sum"])
