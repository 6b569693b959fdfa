"""Giving tickets back on a page: choose them, see what comes back, confirm. No script is needed."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bookings.models import Admission
from bookings.presentation import booking_context, event_cards, place_context
from payments.presentation import parts_context
from payments.refund_offers import RefundOffer, refund_offer
from payments.ticket_returns import return_by_fan
from ticketmaster.accounts.callers import caller_id
from ticketmaster.core.errors import DomainError

STATES = {
    Admission.Status.VALID: "",
    Admission.Status.USED: "Used at the door",
    Admission.Status.VOID: "Given back",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: HttpRequest, reference: str) -> HttpResponse:
    """By GET choose tickets, then see what comes back; by POST give them back."""
    offer = refund_offer(user_id=caller_id(request), reference=reference)
    sent = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(offer, sent.getlist("ticket"))
    if request.method != "POST" or not chosen:
        return _page(request, offer, chosen)
    try:
        return_by_fan(user_id=caller_id(request), reference=reference, ticket_ids=chosen)
    except DomainError as refusal:
        if refusal.status not in {HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE}:
            raise
        fresh = refund_offer(user_id=caller_id(request), reference=reference)
        if not set(chosen) & set(fresh.returnable):  # a second click: the first one has done it
            return redirect("payments:booking", reference)
        return _page(request, fresh, [], refusal=refusal)
    word = "ticket is" if len(chosen) == 1 else "tickets are"
    messages.success(request, f"{len(chosen)} {word} given back. The money is on its way.")
    return redirect("payments:booking", reference)


def _chosen(offer: RefundOffer, named: list[str]) -> list[int]:
    """The booking's tickets that the form names; the only one goes without saying."""
    wanted = {int(text) for text in named if text.isdecimal() and len(text) < 19}
    if not wanted and len(offer.returnable) == 1:
        return offer.returnable
    return [offered.line.ticket_id for offered in offer.tickets if offered.line.ticket_id in wanted]


def _page(
    request: HttpRequest,
    offer: RefundOffer,
    chosen: list[int],
    *,
    refusal: DomainError | None = None,
) -> HttpResponse:
    booking = offer.booking
    card = event_cards([booking.event_id])[booking.event_id]
    going = [ticket for ticket in chosen if ticket in offer.returnable]
    context = {
        "booking": booking_context(booking, card, now=timezone.now()),
        "refusal": refusal.detail if refusal else offer.right.refusal,
        "possible": offer.right.is_given and bool(offer.returnable),
        "tickets": [_ticket(offer, number) for number in range(len(offer.tickets))],
        "going": [
            place_context(offered.line.ticket)
            for offered in offer.tickets
            if offered.line.ticket_id in going
        ],
        "sum": _sum(offer, going),
        "keeps_fees": offer.right.keeps_fees,
        "refund_url": reverse("payments:refund", args=[booking.reference]),
    }
    status = refusal.status if refusal else HTTPStatus.OK
    return render(request, "payments/refund.html", context, status=status)


def _ticket(offer: RefundOffer, number: int) -> dict[str, Any]:
    offered = offer.tickets[number]
    currency = offer.booking.currency
    return {
        **place_context(offered.line.ticket),
        "price_level": offered.line.price_level_name,
        "state": STATES[Admission.Status(offered.status)],
        **parts_context(
            offered.brings.parts, kept_minor=offered.brings.kept_minor, currency=currency
        ),
    }


def _sum(offer: RefundOffer, going: list[int]) -> dict[str, Any]:
    found = offer.total_of(going)
    return parts_context(found.parts, kept_minor=found.kept_minor, currency=offer.booking.currency)
