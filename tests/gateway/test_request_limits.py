"""How often anybody may ask: by address, network, session and user, per kind of call."""

import json
import re
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import redis
from django.test import Client
from django.urls import URLPattern, get_resolver
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from tests.conftest import forget_redis_keys
from tests.factories import tickets_of
from tests.gateway.apps import token_of
from ticketmaster.accounts.models import User
from ticketmaster.core import redis as shared_redis
from ticketmaster.gateway import limits
from ticketmaster.gateway.endpoint_classes import BY_VIEW, UNCOUNTED
from ticketmaster.gateway.request_limits import network_of

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
SEARCH = "/api/v1/search"


@pytest.fixture(autouse=True)
def limits_on(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMITS = True
    monkeypatch.setattr(limits, "_local", limits.LocalWindows())


def limit(settings: Any, kind: str, **most: int) -> None:
    settings.REQUEST_LIMITS = {**settings.REQUEST_LIMITS, kind: most}


def ask(path: str, address: str = "198.51.100.1", **headers: str) -> Any:
    return Client(REMOTE_ADDR=address).get(path, headers=headers)


def statuses(path: str, count: int, **options: str) -> list[int]:
    return [ask(path, **options).status_code for _ in range(count)]


def test_an_address_may_search_three_hundred_times_a_minute(settings: Any) -> None:
    assert settings.REQUEST_LIMITS["search"]["address"] == 300


def test_beyond_the_limit_a_search_is_429_in_the_envelope(settings: Any) -> None:
    limit(settings, "search", address=3)

    answers = [ask(SEARCH) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200] * 3 + [429]
    refusal = answers[-1]
    assert refusal.json()["errors"][0]["code"] == "throttled"
    assert 30 <= int(refusal["Retry-After"]) <= 60
    assert refusal["RateLimit-Policy"] == '"search-address";q=3;w=60'
    assert re.fullmatch(r'"search-address";r=0;t=([345]\d|60)', refusal["RateLimit"])
    assert refusal["Cache-Control"] == "private, no-store"


def test_beyond_the_limit_a_page_is_a_calm_one(settings: Any) -> None:
    limit(settings, "search", address=1)
    ask("/search")

    refusal = ask("/search")

    assert refusal.status_code == 429
    assert refusal["Content-Type"].startswith("text/html")
    assert int(refusal["Retry-After"]) > 0
    assert "too often" in refusal.content.decode()


def test_ten_times_the_limit_in_parallel_admits_the_limit(
    settings: Any, transactional_db: None
) -> None:
    limit(settings, "search", address=4)
    seen: list[int] = []
    barrier = threading.Barrier(40)

    def run() -> None:
        barrier.wait()
        seen.append(ask("/api/v1/search?term=x").status_code)

    threads = [threading.Thread(target=run) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(seen) == {200: 4, 429: 36}


def test_without_redis_the_process_counts_for_itself(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> redis.Redis:
        raise redis.ConnectionError("away")

    limit(settings, "search", address=2)
    monkeypatch.setattr(shared_redis, "client", away)

    assert statuses(SEARCH, 4) == [200, 200, 429, 429]


def test_a_scraper_that_changes_addresses_meets_the_limit_of_its_network(settings: Any) -> None:
    limit(settings, "catalogue", address=100, network=3)

    # With a query, so that no answer is ready and each is counted.
    found = [ask("/venue/0?x=1", f"198.51.100.{n}").status_code for n in range(5)]
    elsewhere = ask("/venue/0?x=1", "203.0.113.9").status_code

    assert found == [404, 404, 404, 429, 429]
    assert elsewhere == 404


def test_each_session_has_its_own_count(settings: Any, fan: User, other_fan: User) -> None:
    limit(settings, "booking", address=100, session=2)
    mine, theirs = token_of(fan), token_of(other_fan)

    first = [ask("/api/v1/bookings", **{"X-Session-Token": mine}).status_code for _ in range(3)]
    second = ask("/api/v1/bookings", **{"X-Session-Token": theirs}).status_code

    assert first == [200, 200, 429]
    assert second == 200


def test_a_user_with_many_sessions_has_one_count(settings: Any, fan: User) -> None:
    limit(settings, "booking", address=100, session=50, user=2)

    found = [
        ask("/api/v1/bookings", f"198.51.100.{n}", **{"X-Session-Token": token_of(fan)})
        for n in range(3)
    ]

    assert [answer.status_code for answer in found] == [200, 200, 429]
    assert found[-1]["RateLimit-Policy"] == '"booking-user";q=2;w=60'


def test_page_and_api_claims_share_the_users_count(
    settings: Any, fan: User, fan_client: Client, event: Any
) -> None:
    limit(settings, "claim", user=1)
    ticket = tickets_of(event)[0].pk
    fan_client.post(f"/event/{event.pk}/hold", {"tickets": [ticket]})

    answer = Client().post(
        "/api/v1/booking/reserve",
        json.dumps({"ticket_ids": [ticket]}),
        content_type="application/json",
        headers={"X-Session-Token": token_of(fan)},
    )

    assert answer.status_code == 429


def test_private_api_answers_say_what_is_left(settings: Any, fan: User) -> None:
    limit(settings, "booking", address=10)

    answer = ask("/api/v1/bookings", **{"X-Session-Token": token_of(fan)})

    assert answer["RateLimit-Policy"] == '"booking-address";q=10;w=60'
    assert re.fullmatch(r'"booking-address";r=9;t=\d\d?', answer["RateLimit"])


def test_public_answers_name_the_policy_alone_and_stay_the_same_for_all(settings: Any) -> None:
    first, second = ask(SEARCH), ask(SEARCH)

    assert first["RateLimit-Policy"] == '"search-address";q=300;w=60'
    assert "RateLimit" not in first.headers
    ours = {"X-Request-Id"}
    assert {k: v for k, v in first.headers.items() if k not in ours} == {
        k: v for k, v in second.headers.items() if k not in ours
    }


def test_pages_carry_no_limit_headers(settings: Any) -> None:
    answer = ask("/search")

    assert "RateLimit" not in answer.headers
    assert "RateLimit-Policy" not in answer.headers


def test_a_thousand_forged_addresses_are_one(settings: Any) -> None:
    limit(settings, "other", address=5)
    settings.REQUEST_LIMIT_SECONDS = 3600  # a thousand requests may take a minute

    found = Counter(
        ask("/api/v1/nothing", **{"X-Forwarded-For": f"203.0.{n // 250}.{n % 250}"}).status_code
        for n in range(1000)
    )

    assert found == {404: 5, 429: 995}


def test_behind_a_proxy_of_ours_its_entry_alone_counts(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    limit(settings, "search", address=2)

    forged = [
        ask(SEARCH, **{"X-Forwarded-For": f"10.0.0.{n}, 203.0.113.7"}).status_code for n in range(3)
    ]
    other = ask(SEARCH, **{"X-Forwarded-For": "10.0.0.1, 203.0.113.8"}).status_code

    assert forged == [200, 200, 429]
    assert other == 200


def test_switched_off_nothing_is_counted(settings: Any) -> None:
    settings.RATE_LIMITS = False
    limit(settings, "search", address=1)

    assert statuses(SEARCH, 5) == [200] * 5


def test_health_and_the_webhook_are_never_refused(settings: Any) -> None:
    limit(settings, "other", address=1)

    assert statuses("/livez", 5) == [200] * 5
    posts = [Client().post("/payments/webhook", b"{}", content_type="application/json")] * 5
    assert {answer.status_code for answer in posts} == {400}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100"),
        ("::ffff:198.51.100.7", "198.51.100"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_a_network_is_a_24_or_a_48(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    "path",
    [
        "/event/1/waiting-room/draw",
        "/event/1/waiting-room/list.txt",
        "/api/v1/event/1/waiting-room/draw",
    ],
)
def test_what_a_draw_publishes_is_counted_as_other_reading_is(settings: Any, path: str) -> None:
    limit(settings, "catalogue", address=2)

    assert statuses(f"{path}?x=1", 3) == [404, 404, 429]


def test_every_named_address_exists() -> None:
    known = set(_names(get_resolver()))
    named = {name for name in {*BY_VIEW, *UNCOUNTED} if "suggest" not in name}

    assert named - known == set()


def _names(resolver: Any, space: str = "") -> list[str]:
    found = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            found.append(f"{space}{entry.name}")
        else:
            found += _names(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
    return found


def test_no_view_uses_drfs_throttles(settings: Any) -> None:
    """They count by read, add and write, which lets a crowd through (reliability.md R17)."""
    apps = ("ticketmaster", "events", "search", "bookings", "payments")
    naming = [
        file.name
        for app in apps
        for file in (ROOT / app).rglob("*.py")
        if re.search("throttle_|throttling|Throttle", file.read_text())
    ]

    assert "DEFAULT_THROTTLE_CLASSES" not in settings.REST_FRAMEWORK
    assert APIView.throttle_classes == []
    assert naming == []
    assert BaseThrottle.__subclasses__()  # the name that the search above looks for


def test_the_limits_leave_nothing_behind_for_tests() -> None:
    ask(SEARCH)
    forget_redis_keys()

    assert not list(shared_redis.client().scan_iter(match=shared_redis.key("limit:*")))
