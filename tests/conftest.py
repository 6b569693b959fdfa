"""What every test has: loopback only, clean Redis keys, no chaos left over, a few people.

With CI=true a test that was skipped or expected to fail makes the run fail.
"""

import os
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase
from django_redis import get_redis_connection
from pytest_django import DjangoDbBlocker

from bookings.waiting_room import rooms
from events.models import Event
from search import remembering
from tests.emptying import empty_tables
from tests.factories import UserFactory, on_sale_event
from tests.stillness import nothing_grows_old  # noqa: F401 - for every test
from ticketmaster.accounts.models import User
from ticketmaster.core import chaos, shared_copies
from ticketmaster.core import redis as shared_redis
from ticketmaster.core.crowds import crowds
from ticketmaster.gateway import front
from ticketmaster.gateway.refused import refusals

LOOPBACK = "127.0.0.1,::1,localhost"
# The same examples in every run, and as much time for each as a slow machine wants.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("house")
not_run: list[str] = []


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Sockets reach this machine only; every xdist worker has Redis keys of its own."""
    config.option.allow_hosts = LOOPBACK
    config.option.allow_unix_socket = True
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    keys = settings.CACHES["default"]
    if worker and not keys["KEY_PREFIX"].endswith(worker):
        keys["KEY_PREFIX"] += f"_{worker}"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what did not really run."""
    if report.skipped or hasattr(report, "wasxfail"):
        not_run.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI nothing is skipped and nothing is expected to fail."""
    if os.environ.get("CI") == "true" and not_run and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why a run without failures failed."""
    if os.environ.get("CI") == "true":
        for nodeid in not_run:
            terminalreporter.write_line(f"NOT RUN {nodeid}: CI allows no skip and no xfail")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let no vacuum look at the tables: it finds the pages of a test that was rolled back without a
    row, and from then on the planner compares all with all, however many rows the next one writes.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            name = connection.ops.quote_name(table)
            cursor.execute(f"ALTER TABLE {name} SET (autovacuum_enabled = off)")


@pytest.fixture(scope="session", autouse=True)
def quick_flush() -> Iterator[None]:
    """Empty the tables after tests that commit without making every content type anew."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


@pytest.fixture(autouse=True)
def clean_redis_keys() -> None:
    """Delete what earlier tests left under this test database's prefix."""
    forget_redis_keys()


def forget_redis_keys() -> None:
    """Delete every key that has the prefix of this test database, and no other.

    Call it in a test that must see a change at once where a page would a second or two later.
    """
    shared_redis.wake()
    redis = get_redis_connection("default")
    prefix = settings.CACHES["default"]["KEY_PREFIX"]
    keys = list(redis.scan_iter(match=f"{prefix}:*", count=5000))
    if keys:
        redis.delete(*keys)
    shared_copies.forget()
    refusals.clear()
    crowds.clear()
    front.answers.clear()
    rooms.forget()
    remembering.forget()


@pytest.fixture(autouse=True)
def no_chaos_left() -> Iterator[None]:
    """Take away the chaos handler that a test may have set."""
    yield
    chaos.handler = None


@pytest.fixture
def fan(db: None) -> User:
    """Somebody who buys."""
    return UserFactory.create(email="fan@example.org")


@pytest.fixture
def other_fan(db: None) -> User:
    """Somebody else."""
    return UserFactory.create(email="other@example.org")


@pytest.fixture
def staff(db: None) -> User:
    """Somebody with every right."""
    return UserFactory.create(email="staff@example.org", is_superuser=True)


@pytest.fixture
def fan_client(fan: User) -> Client:
    """A browser in which `fan` is signed in."""
    client = Client()
    client.force_login(fan)
    return client


@pytest.fixture
def event(db: None) -> Event:
    """On sale: rows A and B of ten seats, 45.00 USD each."""
    return on_sale_event()


@pytest.fixture
def mixed_event(db: None) -> Event:
    """On sale: two rows of ten seats, and forty standing places."""
    return on_sale_event(standing=40)
