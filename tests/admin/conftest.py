"""Staff at the admin."""

import pytest
from django.test import Client

from ticketmaster.accounts.models import User


@pytest.fixture
def browser(staff: User) -> Client:
    """Staff, signed in."""
    client = Client()
    client.force_login(staff)
    return client
