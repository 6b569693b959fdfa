"""load_demo as ./run calls it: the whole catalogue, people, and tickets paid in the sandbox."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db.models import Count, Q
from django.utils import timezone

from bookings.models import Admission, Booking
from bookings.waiting_room.models import WaitingRoom
from events.models import Event, SaleWindow, Ticket
from payments.models import LedgerEntry, PaymentAttempt
from payments.stripe_calls import breaker
from tests.sandbox.process import SECRET_KEY, Sandbox
from ticketmaster.accounts.models import User
from ticketmaster.core.models import AuditRecord, OutboxMessage


@pytest.fixture
def embedded(settings, tmp_path):
    """Embedded settings, and a sandbox of this test's own, which the invariants read whole."""
    sandbox = Sandbox(tmp_path / "sandbox.sqlite3").start()
    settings.EMBEDDED = True
    settings.STRIPE_API_BASE = sandbox.url
    settings.STRIPE_SECRET_KEY = SECRET_KEY
    breaker.reset()
    yield
    sandbox.stop()
    breaker.reset()


def everything():
    """How many rows of each kind there are, and in which state."""
    models = (
        User,
        Event,
        WaitingRoom,
        Booking,
        Admission,
        PaymentAttempt,
        LedgerEntry,
        AuditRecord,
    )
    counts = {model.__name__: model.objects.count() for model in (*models, OutboxMessage)}
    statuses = Ticket.objects.values_list("status").annotate(Count("pk")).order_by("status")
    return counts, list(statuses)


def free_tickets():
    """Free tickets of each event on sale that somebody can buy without a word now."""
    now = timezone.now()
    general = SaleWindow.objects.filter(kind="general", opens_at__lte=now).values("event")
    events = Event.objects.filter(status="on_sale", pk__in=general)
    free = Count("tickets", filter=Q(tickets__status="available"))
    return dict(events.annotate(free=free).values_list("source_key", "free"))


@pytest.mark.django_db(transaction=True)
def test_the_whole_demo_keeps_every_promise_and_a_second_run_changes_nothing(embedded, capsys):
    call_command("load_demo")

    free = free_tickets()
    assert free["demo:velvet-orchard-arena"] >= 15_000
    assert free["demo:two-banks-sea"] == 2_000
    assert free["demo:juniper-slate-workshop"] == 40
    assert free["demo:tomasz-wilk-uncle"] == 0
    assert free["demo:the-understudies-hamlet"] == 5
    assert free["demo:ottoline-grey-small-1"] == 200
    assert free["demo:pelikan-two-hundred-1"] == 200
    opening = SaleWindow.objects.get(event__source_key="demo:mirela-sand-harbours")
    assert timezone.now() < opening.opens_at < timezone.now() + timedelta(minutes=13)
    rooms = dict(WaitingRoom.objects.values_list("event__source_key", "admit_per_second"))
    assert rooms["demo:pelikan-two-hundred-1"] == 1
    assert len(rooms) == Event.objects.filter(waiting_room=True).count() == 3
    drawn = WaitingRoom.objects.get(opens_at__isnull=False)
    assert (drawn.event_id, drawn.opens_at) == (opening.event_id, opening.opens_at)
    assert Booking.objects.exclude(status="confirmed").count() == 0
    assert Booking.objects.filter(total_minor=0).exists()
    paid = Booking.objects.filter(total_minor__gt=0).count()
    assert PaymentAttempt.objects.filter(status="captured").count() == paid
    assert authenticate(email="fan20@example.com", password="tickets-please") is not None
    staff = authenticate(email="staff@example.com", password="tickets-please")
    assert staff is not None
    assert staff.is_superuser
    assert EmailAddress.objects.filter(verified=True, email__endswith="@example.com").count() >= 21
    call_command("check_invariants")

    before = everything()
    call_command("load_demo")

    assert everything() == before
    said = capsys.readouterr().out
    assert "0 events made, 0 tickets put on sale." in said
    assert "0 demo bookings made and paid." in said
