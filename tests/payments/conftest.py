"""The sandbox as our Stripe: one process for the run, calm between tests, its webhooks caught."""

from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from pytest_django import Settings

from bookings.holds import hold_tickets
from bookings.models import Booking
from events.models import Event
from payments import stripe_calls
from payments.refunds import refund_booking
from payments.stripe_calls import breaker
from tests.factories import UserFactory, tickets_of
from tests.payments.helpers import DECLINED, THREE_D_SECURE, Killed, pay
from tests.sandbox.process import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET, Sandbox
from tests.sandbox.receiver import Receiver
from ticketmaster.accounts.models import User
from ticketmaster.core import chaos, outbox

SITE = "http://127.0.0.1:8000"


@pytest.fixture(scope="session")
def _receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture(scope="session")
def _sandbox(tmp_path_factory: pytest.TempPathFactory, _receiver: Receiver) -> Iterator[Sandbox]:
    store = tmp_path_factory.mktemp("payments") / "sandbox.sqlite3"
    flags = ("--webhook-url", _receiver.url, "--webhook-first-pause", "0.2")
    running = Sandbox(store, *flags).start()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def sandbox(_sandbox: Sandbox, settings: Settings) -> Iterator[Sandbox]:
    """Every test of payments talks to the sandbox, whatever the environment says."""
    settings.STRIPE_API_BASE = _sandbox.url
    settings.STRIPE_SECRET_KEY = SECRET_KEY
    settings.STRIPE_PUBLISHABLE_KEY = PUBLISHABLE_KEY
    settings.STRIPE_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    settings.SITE_URL = SITE
    breaker.reset()
    yield _sandbox
    _sandbox.calm()
    breaker.reset()


@pytest.fixture
def no_retries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The client gives up after its first try, so that one cut is an unknown result."""
    monkeypatch.setattr(stripe_calls, "RETRIES", 0)
    stripe_calls.client_for.cache_clear()
    yield
    stripe_calls.client_for.cache_clear()


@pytest.fixture
def webhooks(_receiver: Receiver) -> Receiver:
    """What the sandbox has sent to us, from now on."""
    _receiver.clear()
    return _receiver


Hold = Callable[..., Booking]


@pytest.fixture
def hold(event: Event, fan: User) -> Hold:
    """Holds the next `count` free tickets of `event` for `fan` or somebody else."""

    def make(count: int = 2, *, user: User = fan) -> Booking:
        free = [ticket.pk for ticket in tickets_of(event) if ticket.status == "available"]
        return hold_tickets(user=user, ticket_ids=free[:count])

    return make


@pytest.fixture
def booking(hold: Hold) -> Booking:
    """Two seats at 45.00 USD, held by `fan`."""
    return hold()


@pytest.fixture
def sold(hold: Hold) -> list[Booking]:
    """Four paid bookings of four people, two of them with two tickets."""
    made = [hold(count, user=UserFactory.create()) for count in (2, 1, 2, 1)]
    for booking in made:
        pay(booking)
    mail.outbox.clear()
    while outbox.relay_due_messages():
        pass
    return made


@pytest.fixture
def die_at() -> Iterator[Callable[[str], None]]:
    """Dies once at the named point."""

    def arm(name: str) -> None:
        def handler(point: str) -> None:
            if point == name:
                chaos.handler = None
                raise Killed(name)

        chaos.handler = handler

    yield arm
    chaos.handler = None


@pytest.fixture
def world(hold: Hold, sandbox: Sandbox) -> Booking:
    """One of each: paid, held, declined, waiting in 3-D Secure, refunded."""
    paid, refunded = hold(2), hold(1, user=UserFactory.create())
    pay(paid)
    pay(refunded)
    refund_booking(booking_id=refunded.pk, reason="test")
    hold(1, user=UserFactory.create())
    declined = hold(1, user=UserFactory.create())
    with pytest.raises(Exception, match="declined"):
        pay(declined, DECLINED)
    pay(hold(1, user=UserFactory.create()), THREE_D_SECURE)
    return paid
