"""Reading the API of events as somebody who did not sign in."""

from typing import Any

import pytest
from rest_framework.test import APIClient

MONEY = {"amount": 4500, "currency": "USD"}


@pytest.fixture
def api(db: None) -> APIClient:
    """An app that nobody signed in to."""
    return APIClient()


def read(api: APIClient, address: str, **query: Any) -> Any:
    """The JSON of an answer that is 200."""
    answer = api.get(address, query)
    assert answer.status_code == 200, answer.content
    return answer.json()
