"""The site behind the gateway: public pages are kept, nobody's own ever is."""

import gzip
from typing import Any

import pytest

from events.models import Event
from tests.gateway.apps import token_of
from tests.nginx.conftest import Answer, Gateway
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gateway(gateway_before: Any, live_server: Any, settings: Any) -> Gateway:
    """The gateway before a running site that believes it."""
    settings.TRUSTED_PROXY_COUNT = 1
    settings.RATE_LIMITS = True
    found: Gateway = gateway_before(live_server.thread.port)
    return found


PUBLIC = [
    "/",
    "/event/{id}",
    "/event/{id}/seats",
    "/event/{id}/availability.json",
    "/api/v1/event/{id}",
    "/api/v1/event/{id}/tickets",
    "/api/v1/event/{id}/availability",
    "/api/v1/event/{id}/seat-map",
]


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_answer_is_kept_and_the_same_for_a_user_and_a_stranger(
    gateway: Gateway, event: Event, fan: User, path: str
) -> None:
    address = path.format(id=event.pk)
    signed_in = {"Cookie": f"sessionid={token_of(fan)}", "X_Session_Token": token_of(fan)}
    first = gateway.ask(address, **signed_in)

    second = gateway.ask(address)

    assert (first.status, first.cache) == (200, "MISS")
    assert (second.status, second.cache) in {(200, "HIT"), (200, "STALE"), (200, "UPDATING")}
    assert second.body == first.body
    assert "set-cookie" not in first.headers
    assert "ratelimit" not in first.headers
    assert fan.email not in second.body.decode()


def test_packed_and_plain_are_kept_apart(gateway: Gateway, event: Event) -> None:
    packed = gateway.ask(f"/event/{event.pk}", Accept_Encoding="gzip, br")
    plain = gateway.ask(f"/event/{event.pk}")

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed.body) == plain.body


PRIVATE = ["/me", "/bookings", "/accounts/login/", "/api/v1/bookings"]


@pytest.mark.parametrize("path", PRIVATE)
def test_two_users_through_the_gateway_never_see_each_others_answer(
    gateway: Gateway, fan: User, other_fan: User, path: str
) -> None:
    def ask(user: User | None) -> Answer:
        token = token_of(user) if user else ""
        headers = {"Cookie": f"sessionid={token}"} if user else {}
        if user and path.startswith("/api/"):
            headers = {"X_Session_Token": token}
        return gateway.ask(path, **headers)

    found = [ask(fan), ask(other_fan), ask(None), ask(fan)]

    assert not {answer.cache for answer in found} & {"HIT", "STALE", "UPDATING", "REVALIDATED"}
    assert all("no-store" in answer.headers["cache-control"] for answer in found)
    assert fan.email not in found[1].body.decode() + found[2].body.decode()


def test_refusals_are_not_kept(gateway: Gateway, db: None) -> None:
    assert [gateway.ask("/event/999999").status for _ in range(2)] == [404, 404]
    assert gateway.ask("/event/999999").cache == "MISS"


def test_a_forged_address_dodges_no_limit_behind_the_gateway(
    gateway: Gateway, settings: Any
) -> None:
    settings.REQUEST_LIMITS = {**settings.REQUEST_LIMITS, "booking": {"address": 3}}

    found = [
        gateway.ask("/api/v1/bookings", X_Forwarded_For=f"203.0.113.{n}").status for n in range(5)
    ]

    assert found == [401, 401, 401, 429, 429]
