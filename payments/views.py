"""The booking's own page in all its states, and paying from it."""

import json
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bookings.models import Admission, Booking
from bookings.presentation import admission_context, booking_context, event_cards
from bookings.refund_policy import refund_right
from bookings.selectors import shown_booking_for, shown_status
from payments import hosted
from payments.amounts import to_stripe
from payments.attempts import last_attempt_of, live_attempt_of
from payments.checkout import abandon_payment, confirm_booking, ended_badly
from payments.errors import AmountNotChargeable
from payments.models import PaymentAttempt
from payments.presentation import refund_context, refunds_of
from ticketmaster.accounts.callers import caller_id
from ticketmaster.core.errors import DomainError

Status = Booking.Status

TEMPLATES = {
    Status.RESERVED: "payments/checkout.html",
    Status.PAYING: "payments/processing.html",
    Status.CONFIRMED: "payments/confirmed.html",
    Status.NEEDS_ATTENTION: "payments/attention.html",
}
LONGEST_NAME = 255


@login_required
@require_GET
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the booking stands: to be paid, being paid, the tickets, or how it ended."""
    found = shown_booking_for(user_id=caller_id(request), reference=reference)
    now = timezone.now()
    status = shown_status(found, now=now)
    context = {
        "booking": {
            **booking_context(found, event_cards([found.event_id])[found.event_id], now=now),
            "email": getattr(request.user, "email", ""),
        },
        **_more(found, status),
    }
    return render(request, TEMPLATES.get(Status(status), "payments/ended.html"), context)


def _more(found: Booking, status: str) -> dict[str, Any]:
    """What the page shows in this state beyond the booking itself."""
    if status == Status.RESERVED:
        return _to_pay(found)
    if status == Status.PAYING:
        attempt = live_attempt_of(found.pk)
        waits = attempt is not None and attempt.status == PaymentAttempt.Status.REQUIRES_ACTION
        return {
            "next_action_url": hosted.next_action_url(attempt),
            "stop_url": reverse("payments:stop", args=[found.reference]) if waits else "",
        }
    return _sold(found)


def _sold(found: Booking) -> dict[str, Any]:
    """Its live tickets, what went back, and the way to give tickets back while there is one."""
    right = refund_right(found, found.event, now=timezone.now())
    admissions = [
        admission_context(admission, line)
        for line in found.lines.all()
        for admission in line.admissions.all()
        if admission.status != Admission.Status.VOID
    ]
    return {
        "admissions": admissions,
        "refunds": [refund_context(refund) for refund in refunds_of(found)],
        "refund_url": reverse("payments:refund", args=[found.reference]) if right.is_given else "",
    }


def _to_pay(found: Booking) -> dict[str, Any]:
    address = [found.reference]
    last = last_attempt_of(found.pk)
    return {
        "stripe": {
            "publishable_key": settings.STRIPE_PUBLISHABLE_KEY,
            "js_url": settings.STRIPE_JS_URL,
            "confirm_url": reverse("payments:confirm", args=address),
            "return_url": reverse("payments:return", args=address),
            "amount": _stripe_amount(found),
            "currency_lower": found.currency.lower(),
        },
        "hosted_url": reverse("payments:pay-hosted", args=address),
        "decline_message": _decline_message(last),
    }


def _stripe_amount(found: Booking) -> int:
    try:
        return to_stripe(found.total_minor, found.currency)
    except AmountNotChargeable:
        return found.total_minor


def _decline_message(last: PaymentAttempt | None) -> str:
    if last is None or not last.decline_code:
        return ""
    refusal = ended_badly(last)
    return refusal.detail if isinstance(refusal, DomainError) else ""


@require_POST
def confirm(request: HttpRequest, reference: str) -> JsonResponse:
    """The checkout's script: 200 with where to go, 202 with a client secret, else a message."""
    if not request.user.is_authenticated:
        return _told("Please sign in again.", HTTPStatus.UNAUTHORIZED)
    try:
        asked = json.loads(request.body or b"{}")
        result = confirm_booking(
            user_id=caller_id(request),
            reference=reference,
            payment_method=_name_in(asked, "payment_method"),
            confirmation_token=_name_in(asked, "confirmation_token"),
        )
    except (ValueError, TypeError):
        return _told("That request could not be understood.", HTTPStatus.BAD_REQUEST)
    except DomainError as refusal:
        answer = _told(refusal.detail, refusal.status)
        if refusal.retry_after is not None:
            answer["Retry-After"] = str(refusal.retry_after)
        return answer
    if result.attempt is not None:
        secret = result.attempt.client_secret
        return JsonResponse({"client_secret": secret}, status=HTTPStatus.ACCEPTED)
    return JsonResponse({"location": result.booking.get_absolute_url()})


def _told(message: str, status: int) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)


def _name_in(asked: Any, name: str) -> str:
    """The id under this name, blank when missing. Raises ValueError for what is no id."""
    value = asked.get(name, "") if isinstance(asked, dict) else None
    if not isinstance(value, str) or len(value) > LONGEST_NAME or "\x00" in value:
        raise ValueError(name)
    return value.strip()


@login_required
@require_POST
def pay_hosted(request: HttpRequest, reference: str) -> HttpResponse:
    """Go to Stripe's own page: the way without JavaScript. A clash shows on the booking's page."""
    try:
        address = hosted.start_hosted_payment(user_id=caller_id(request), reference=reference)
    except DomainError as refusal:
        if refusal.status not in {HTTPStatus.CONFLICT, HTTPStatus.PAYMENT_REQUIRED}:
            raise
        return redirect("payments:booking", reference)
    return redirect(address)


@login_required
@require_GET
def come_back(request: HttpRequest, reference: str) -> HttpResponse:
    """From the bank's or Stripe's page: ask how it went, then show the booking."""
    if request.GET.get("stopped"):
        abandon_payment(user_id=caller_id(request), reference=reference)
    else:
        hosted.come_back(user_id=caller_id(request), reference=reference)
    return redirect("payments:booking", reference)


@login_required
@require_POST
def stop(request: HttpRequest, reference: str) -> HttpResponse:
    """Stop a payment that waits for the fan, to try another card."""
    abandon_payment(user_id=caller_id(request), reference=reference)
    return redirect("payments:booking", reference)
