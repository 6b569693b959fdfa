"""A storm of sign-ins waits for its turn at hashing, and sales go on."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.db import connections
from django.test import Client

from events.models import Event
from tests.factories import PASSWORD, UserFactory, tickets_of
from tests.gateway.apps import token_of
from ticketmaster.accounts import hashing
from ticketmaster.accounts.hashing import BoundedArgon2PasswordHasher
from ticketmaster.accounts.models import User
from ticketmaster.gateway.shedding import Slots

HASHER = "ticketmaster.accounts.hashing.BoundedArgon2PasswordHasher"


@pytest.fixture(autouse=True)
def bounded(settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = [HASHER]
    settings.HASHING_SLOTS = 1
    settings.HASHING_LINE = 2
    settings.HASHING_PATIENCE_SECONDS = 30
    made = hashing._slots
    made.cache_clear()
    yield
    made.cache_clear()


@pytest.fixture
def nobody_gets_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Slots(0, patience_s=0.01, line=0)
    monkeypatch.setattr(hashing, "_slots", lambda: full)


def sign_in(email: str) -> Any:
    return Client().post("/accounts/login/", {"login": email, "password": PASSWORD})


def app_sign_in(email: str) -> Any:
    body = json.dumps({"email": email, "password": PASSWORD})
    return Client().post("/_allauth/app/v1/auth/login", body, content_type="application/json")


def test_it_is_djangos_argon2() -> None:
    encoded = make_password("tickets-please")

    assert encoded.startswith("argon2$argon2id$")
    assert check_password("tickets-please", encoded)
    assert not check_password("tickets-pleasf", encoded)


def test_only_so_many_hash_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    hashing._slots.cache_clear()
    inside, most = 0, 0
    guard = threading.Lock()
    original = BoundedArgon2PasswordHasher.__bases__[0].encode

    def counted(self: Any, password: str, salt: str) -> str:
        nonlocal inside, most
        with guard:
            inside += 1
            most = max(most, inside)
        try:
            return original(self, password, salt)
        finally:
            with guard:
                inside -= 1

    monkeypatch.setattr(BoundedArgon2PasswordHasher.__bases__[0], "encode", counted)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(make_password, ["a", "b", "c"]))

    assert most == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/accounts/login/", {"login": "fan@example.org", "password": PASSWORD}),
        ("/accounts/login/", {"login": "nobody@example.org", "password": PASSWORD}),
        ("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD}),
    ],
)
def test_beyond_the_line_a_page_says_503(
    fan: User, nobody_gets_a_turn: None, path: str, body: dict[str, str]
) -> None:
    answer = Client().post(path, body)

    assert answer.status_code == 503
    assert answer["Retry-After"] == "2"
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["auth/login", "auth/signup"])
def test_beyond_the_line_an_app_is_told_503(fan: User, nobody_gets_a_turn: None, path: str) -> None:
    email = fan.email if path == "auth/login" else "new@example.org"
    body = json.dumps({"email": email, "password": PASSWORD})

    answer = Client().post(f"/_allauth/app/v1/{path}", body, content_type="application/json")

    assert answer.status_code == 503
    assert answer.json()["errors"][0]["code"] == "temporarily_unavailable"
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_try_that_was_not_looked_at_uses_nothing_up(
    fan: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RATE_LIMITS = True
    fan.set_password(PASSWORD)
    fan.save()
    full = Slots(0, patience_s=0.01, line=0)
    with monkeypatch.context() as patch:
        patch.setattr(hashing, "_slots", lambda: full)
        assert {sign_in(fan.email).status_code for _ in range(8)} == {503}

    assert sign_in(fan.email).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_storm_of_sign_ins_does_not_stop_sales(event: Event) -> None:
    crowd = [UserFactory.create(password=PASSWORD) for _ in range(3)]
    buyers = [token_of(UserFactory.create()) for _ in range(10)]
    tickets = [ticket.pk for ticket in tickets_of(event)]
    over = threading.Event()
    stormed: Counter[int] = Counter()

    def storm(number: int) -> None:
        while not over.is_set():
            stormed[app_sign_in(crowd[number % 3].email).status_code] += 1
            over.wait(0.05)  # as a person would
        connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        running = [pool.submit(storm, number) for number in range(12)]
        while not stormed[503]:
            time.sleep(0.01)
        sold = [
            Client().post(
                "/api/v1/booking/reserve",
                json.dumps({"ticket_ids": [ticket]}),
                content_type="application/json",
                headers={"X-Session-Token": buyer},
            )
            for buyer, ticket in zip(buyers, tickets, strict=False)
        ]
        over.set()
        for future in running:
            future.result()

    assert [answer.status_code for answer in sold] == [201] * 10
    assert set(stormed) == {200, 503}
