"""Fixtures of the tests of bookings."""

import pytest
from django.test import Client

from tests.house.test_two_users import token_of
from ticketmaster.accounts.models import User


@pytest.fixture
def app(fan: User) -> Client:
    """An app in which `fan` is signed in."""
    return Client(headers={"X-Session-Token": token_of(fan)})
