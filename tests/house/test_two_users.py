"""Nobody reads or changes another's booking: every address and method, read from the URL table.

The owner has a held, a confirmed and a refused booking. A stranger who knows all their references,
codes and ticket ids tries each address with each method, by session and by token, and so does
somebody who is not signed in. No answer may contain what is the owner's, and no row may change.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from bookings.confirmation import claim_for_payment, sell_tickets
from bookings.holds import hold_tickets
from bookings.models import Admission, Booking, BookingLine
from events.models import Event, Ticket
from payments.models import LedgerEntry, PaymentAttempt, Refund
from tests.bookings.helpers import ids
from ticketmaster.accounts.models import User

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
GUARDED = [Booking, BookingLine, Admission, Ticket, PaymentAttempt, Refund, LedgerEntry, User]
REFUSALS = {301, 302, 303, 400, 401, 403, 404, 405, 406, 409, 413, 415, 429}


@dataclass
class Estate:
    """What the owner has."""

    owner: User
    held: Booking
    confirmed: Booking
    admission: Admission
    ticket_id: int

    @property
    def secrets(self) -> list[str]:
        """What no answer to a stranger may contain."""
        return [
            self.held.reference,
            self.confirmed.reference,
            self.admission.code,
            self.owner.email,
        ]


@pytest.fixture
def estate(event: Event, fan: User) -> Estate:
    held = hold_tickets(user=fan, ticket_ids=ids(event, 2))
    confirmed = hold_tickets(user=fan, ticket_ids=ids(event, 1, start=5))
    claim_for_payment(booking_id=confirmed.pk)
    sell_tickets(booking_id=confirmed.pk)
    admission = Admission.objects.get(line__booking=confirmed)
    return Estate(fan, held, confirmed, admission, ids(event, 1)[0])


def patterns(
    resolver: URLResolver | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every address of the site with its pattern, admin's own apart."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


def personal_patterns() -> list[str]:
    return [route for route, _ in patterns() if "reference" in route or "<str:code>" in route]


def addresses(estate: Estate) -> list[str]:
    """Each route with the owner's own things filled in, once for each booking."""
    found = []
    for route, _ in patterns():
        if route.startswith(("admin/", "^", "static")) or "(?P" in route or "logout" in route:
            continue
        for booking in (estate.held, estate.confirmed):
            path = route.replace("<str:reference>", booking.reference)
            path = path.replace("<str:code>", estate.admission.code)
            path = path.replace("<int:event_id>", str(booking.event_id))
            if "<" not in path:
                found.append("/" + path.lstrip("/"))
    return sorted(set(found))


def body(estate: Estate) -> dict[str, Any]:
    """Everything a stranger could name, and what no body may set."""
    return {
        "booking": estate.held.reference,
        "reference": estate.held.reference,
        "ticketId": estate.ticket_id,
        "paymentDetails": {"payment_method": "pm_card_visa"},
        "payment_method": "pm_card_visa",
        "user": estate.owner.pk,
        "user_id": estate.owner.pk,
        "status": "confirmed",
        "total_minor": 1,
        "price": 1,
        "is_staff": True,
    }


def snapshot(stranger: User) -> dict[str, list[Any]]:
    """Every guarded row but the stranger's own."""
    rows = {}
    for model in GUARDED:
        found = model.objects.order_by("pk")
        if model is User:
            found = found.exclude(pk=stranger.pk)
        rows[model.__name__] = list(found.values())
    return rows


def token_of(user: User) -> str:
    """A session token as the app client has it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


@pytest.fixture(params=["session", "token", "nobody"])
def stranger_client(request: pytest.FixtureRequest, other_fan: User) -> Client:
    if request.param == "token":
        return Client(headers={"X-Session-Token": token_of(other_fan)})
    client = Client()
    if request.param == "session":
        client.force_login(other_fan)
    return client


@pytest.mark.django_db
def test_the_table_names_the_personal_addresses() -> None:
    """If this shrinks, the matrix below tests less than it says."""
    assert len(personal_patterns()) >= 9


@pytest.mark.django_db
def test_no_stranger_reads_or_changes_a_booking(
    estate: Estate, stranger_client: Client, other_fan: User
) -> None:
    before = snapshot(other_fan)
    visited = 0
    for address in addresses(estate):
        for method in METHODS:
            named = any(secret in address for secret in estate.secrets)
            answer = stranger_client.generic(
                method, address, data=_json(body(estate)), content_type="application/json"
            )
            content = _content(answer).replace(address, "")
            visited += 1
            assert answer.status_code < 500, (method, address)
            if method != "OPTIONS" and named:
                assert answer.status_code in REFUSALS, (method, address, answer.status_code)
            for secret in estate.secrets:
                assert secret not in content, (method, address)

    assert visited >= 7 * 30
    assert snapshot(other_fan) == before


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode()


def _content(answer: Any) -> str:
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return raw.decode(errors="replace")


@pytest.mark.django_db
def test_fans_have_no_door_to_the_admin(fan_client: Client) -> None:
    routes = [route for route, _ in patterns() if route.startswith("admin/") and "<" not in route]

    assert len(routes) > 15
    for route in routes:
        if "login" in route or "(?P" in route or "logout" in route:
            continue
        answer = fan_client.get(f"/{route}")
        assert answer.status_code in {302, 403, 404}, route


@pytest.mark.django_db
def test_a_session_changes_nothing_by_api_without_a_csrf_token(estate: Estate, fan: User) -> None:
    """F82: the owner's own browser, driven by a page of somebody else's."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(fan)
    before = snapshot(User())
    for address in addresses(estate):
        if address.startswith("/payments/webhook"):
            continue
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = client.generic(
                method, address, data=_json(body(estate)), content_type="application/json"
            )
            assert answer.status_code >= 300, (method, address)

    assert snapshot(User()) == before
