"""Pages of holds and bookings. Each parses, calls the domain function that the API calls too."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings.admission_pdf import tickets_answer
from bookings.choice import Choice, choice_from
from bookings.errors import BookingNotReleasable, TicketsUnavailable
from bookings.holds import extend_hold, release_hold
from bookings.models import Booking
from bookings.presentation import (
    admission_context,
    booking_cards,
    event_cards,
    place_context,
    tickets_text,
)
from bookings.selectors import admission_for, bookings_of
from bookings.waiting_room.errors import WaitingRoomRequired
from bookings.waiting_room.transport import kept_pass
from bookings.waiting_room.views import redirect_to_waiting_room
from events.models import PriceLevelSection, Section, Ticket
from events.selectors import event_for_public
from ticketmaster.accounts.callers import caller, caller_id
from ticketmaster.core.errors import DomainError
from ticketmaster.core.idempotency import recalled
from ticketmaster.core.money import format_money
from ticketmaster.core.pressed_once import new_token, pressed_once

BOOKINGS_A_PAGE = 20
OPEN = frozenset({Booking.Status.RESERVED, Booking.Status.PAYING})
HAVE = frozenset({Booking.Status.CONFIRMED, Booking.Status.NEEDS_ATTENTION})


@require_http_methods(["GET", "HEAD", "POST"])
@pressed_once
def hold(request: HttpRequest, event_id: int) -> HttpResponse:
    """Show what was chosen and hold it: the private page behind the public seat map."""
    event_for_public(event_id)
    choice = choice_from(
        request.POST if request.method == "POST" else request.GET, event_id=event_id
    )
    if not request.user.is_authenticated:
        address = reverse("bookings:hold", args=[event_id])
        return redirect_to_login(f"{address}?{urlencode(choice.fields())}")
    if request.method != "POST":
        return _review(request, event_id, choice)
    held = recalled("booking")
    if held is not None:
        return redirect("payments:booking", held)
    try:
        shown = kept_pass(request, event_id)
        booking = choice.hold(caller(request), waiting_room_pass=shown)
    except WaitingRoomRequired:
        return redirect_to_waiting_room(event_id, choice)
    except DomainError as refusal:
        return _review(request, event_id, choice, refusal)
    return redirect(booking.get_absolute_url())


def _review(
    request: HttpRequest, event_id: int, choice: Choice, refusal: DomainError | None = None
) -> HttpResponse:
    status = HTTPStatus.OK if refusal is None else refusal.status
    currency = _currency(event_id)
    lines, total = _chosen(event_id, choice, currency)
    gone = _gone(refusal)
    context = {
        "event": event_cards([event_id])[event_id],
        "lines": [{**line, "gone": line.get("ticket_id") in gone} for line in lines],
        "tickets_text": tickets_text(choice.quantity),
        "total_text": "" if total is None else format_money(total, currency),
        "fields": choice.fields(),
        "once": new_token(),
        "fields_left": _without(gone, choice.fields()) if gone else [],
        "problem": refusal.detail if refusal else "",
        "alternative": _alternative(refusal),
        "seats_url": reverse("events:seats", args=[event_id]),
    }
    return render(request, "bookings/hold.html", context, status=status)


def _gone(refusal: DomainError | None) -> set[int]:
    """The tickets that a refusal says are not free."""
    if not isinstance(refusal, TicketsUnavailable):
        return set()
    return set(refusal.data.get("ticket_ids", ()))


def _without(gone: set[int], fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What is left of a choice, nothing where no ticket is."""
    left = [field for field in fields if field[0] != "ticket" or int(field[1]) not in gone]
    return left if any(name == "ticket" for name, _ in left) else []


def _currency(event_id: int) -> str:
    return event_for_public(event_id).currency


def _chosen(
    event_id: int, choice: Choice, currency: str
) -> tuple[list[dict[str, Any]], int | None]:
    """What was chosen with its prices, and the sum; None where the seats are ours to pick."""
    if choice.wish is not None:
        return _wished(event_id, choice, currency)
    tickets = Ticket.objects.filter(event_id=event_id, pk__in=choice.ticket_ids)
    rows = tickets.select_related("section", "seat", "price_level").in_drawing_order()
    lines = [
        {
            **place_context(ticket),
            "price_text": format_money(ticket.price_level.total_minor, currency),
        }
        for ticket in rows
    ]
    return lines, sum(ticket.price_level.total_minor for ticket in rows)


def _wished(
    event_id: int, choice: Choice, currency: str
) -> tuple[list[dict[str, Any]], int | None]:
    assert choice.wish is not None
    words = tickets_text(choice.wish.quantity)
    if choice.wish.section_id is None:
        return [{"label": f"The best {words} together", "price_text": ""}], None
    priced = (
        PriceLevelSection.objects.filter(event_id=event_id, section_id=choice.wish.section_id)
        .select_related("price_level", "section")
        .first()
    )
    if priced is None:
        return [{"label": words, "price_text": ""}], None
    each = priced.price_level.total_minor
    standing = priced.section.kind == Section.Kind.STANDING
    label = f"{priced.section.name}, {'standing' if standing else 'best available'}: {words}"
    return [{"label": label, "price_text": f"{format_money(each, currency)} each"}], (
        each * choice.wish.quantity
    )


def _alternative(refusal: DomainError | None) -> dict[str, Any] | None:
    if not isinstance(refusal, TicketsUnavailable) or not refusal.data.get("alternative"):
        return None
    ids: list[int] = refusal.data["alternative"]["ticket_ids"]
    tickets = Ticket.objects.filter(pk__in=ids).select_related("section", "seat")
    return {
        "labels": [place_context(ticket)["label"] for ticket in tickets.in_drawing_order()],
        "fields": [("ticket", str(ticket_id)) for ticket_id in ids],
    }


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """All of my bookings: what is open, what is to come, what was."""
    rows = bookings_of(user_id=caller_id(request)).with_tickets()
    page = Paginator(rows, BOOKINGS_A_PAGE).get_page(request.GET.get("page"))
    cards = booking_cards(list(page.object_list))
    opened = [card for card in cards if card["status"] in OPEN]
    upcoming = [card for card in cards if card["status"] in HAVE and not card["is_over"]]
    past = [card for card in cards if card not in opened and card not in upcoming]
    context = {"open": opened, "upcoming": upcoming, "past": past, "page": page}
    return render(request, "bookings/mine.html", context)


@login_required
@require_POST
def extend(request: HttpRequest, reference: str) -> HttpResponse:
    """Hold the seats longer, once; asked twice (a double click), the page just shows again."""
    booking = extend_hold_quietly(user_id=caller_id(request), reference=reference)
    return redirect("payments:booking", booking)


def extend_hold_quietly(*, user_id: int, reference: str) -> str:
    """Extend and return the reference; a refusal shows on the booking's own page by itself."""
    try:
        extend_hold(user_id=user_id, reference=reference)
    except DomainError as refusal:
        if refusal.status != HTTPStatus.CONFLICT:
            raise
    return reference


@login_required
@require_POST
def release(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the seats back; the booking's page says so and leads on."""
    # Refused, its own page says how it stands: paid, being paid, or out of time.
    with suppress(BookingNotReleasable):
        release_hold(user_id=caller_id(request), reference=reference)
    return redirect("payments:booking", reference)


@login_required
@require_GET
def admission(request: HttpRequest, code: str) -> HttpResponse:
    """One ticket, big, with its QR code: what is shown at the door."""
    found = admission_for(user_id=caller_id(request), code=code)
    booking = found.line.booking
    context = {
        "admission": admission_context(found, found.line),
        "event": event_cards([booking.event_id])[booking.event_id],
        "booking_url": booking.get_absolute_url(),
    }
    return render(request, "bookings/admission.html", context)


@login_required
@require_GET
def admission_file(request: HttpRequest, code: str) -> HttpResponse:
    """The same, printable."""
    found = admission_for(user_id=caller_id(request), code=code)
    return tickets_answer([found.pk])
