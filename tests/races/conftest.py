"""Who races for a seat, and a Redis that keeps nobody from it."""

from collections.abc import Iterator
from unittest import mock

import pytest

from tests.factories import UserFactory
from ticketmaster.accounts.models import User


@pytest.fixture
def fans(transactional_db: None) -> list[User]:
    """Two people who want the same."""
    return [UserFactory.create() for _ in range(2)]


@pytest.fixture
def no_ticket_lock() -> Iterator[None]:
    """Redis refuses nobody: Postgres alone decides."""
    with mock.patch("bookings.ticket_lock._run", return_value=None):
        yield
