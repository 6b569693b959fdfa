"""Limits on account pages and on the app's endpoints."""

from typing import Any

import pytest
from django.test import Client

from tests.accounts.app import post
from tests.factories import PASSWORD, UserFactory
from ticketmaster.accounts import limits
from ticketmaster.accounts.models import User
from ticketmaster.core.models import OutboxMessage
from ticketmaster.gateway.limits import Limit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits_on(settings: Any) -> None:
    settings.RATE_LIMITS = True


def try_password(email: str, password: str, address: str = "198.51.100.1") -> Any:
    return Client(REMOTE_ADDR=address).post(
        "/accounts/login/", {"login": email, "password": password}
    )


def test_wrong_passwords_from_one_address_are_slowed_for_that_account(fan: User) -> None:
    answers = [try_password(fan.email, f"wrong-{n}").status_code for n in range(6)]

    assert answers == [200] * 5 + [429]


def test_a_refused_sign_in_says_when_to_come_back(fan: User) -> None:
    for n in range(5):
        try_password(fan.email, f"wrong-{n}")

    answer = try_password(fan.email, PASSWORD)

    assert answer.status_code == 429
    assert 100 < int(answer["Retry-After"]) <= 300
    assert "too often" in answer.content.decode()


def test_the_owner_signs_in_while_somebody_elsewhere_guesses(fan: User) -> None:
    for n in range(8):
        try_password(fan.email, f"wrong-{n}")

    assert try_password(fan.email, PASSWORD, address="203.0.113.9").status_code == 302


def test_hundreds_of_guesses_from_fifty_addresses_reach_few_hashes(fan: User) -> None:
    answers = [
        try_password(fan.email, "wrong", address=f"198.51.100.{n % 50}").status_code
        for n in range(300)
    ]

    assert answers.count(200) == limits.FAILED_BY_ACCOUNT.most == 50
    assert answers.count(429) == 250


def test_right_passwords_use_nothing_up(fan: User) -> None:
    answers = [try_password(fan.email, PASSWORD).status_code for _ in range(12)]

    assert answers == [302] * 12


def test_apps_have_the_same_limits_and_get_json(fan: User) -> None:
    body = {"email": fan.email, "password": "wrong"}
    answers = [post("auth/login", body) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert answers[-1].json()["errors"][0]["code"] == "throttled"
    assert int(answers[-1]["Retry-After"]) > 0


def test_signing_in_as_an_app_tells_what_is_left(fan: User) -> None:
    answers = [post("auth/login", {"email": fan.email, "password": "wrong"}) for _ in range(6)]

    assert answers[0]["RateLimit-Policy"] == '"sign-in";q=60;w=60'
    assert answers[4]["RateLimit"].startswith('"sign-in";r=55;t=')
    assert answers[5]["RateLimit-Policy"] == '"sign-in-failed-here";q=5;w=300'
    assert answers[5]["RateLimit"].startswith('"sign-in-failed-here";r=0;t=')


def test_sign_up_is_limited_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.BY_VIEW, "account_signup", Limit("sign-up", 3, 60))

    answers = [
        Client()
        .post("/accounts/signup/", {"email": f"p{n}@example.org", "password1": PASSWORD})
        .status_code
        for n in range(5)
    ]

    assert answers == [302] * 3 + [429] * 2
    assert User.objects.count() == 3


def test_a_forged_forwarded_address_dodges_nothing(fan: User) -> None:
    answers = [
        Client()
        .post(
            "/accounts/login/",
            {"login": fan.email, "password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        )
        .status_code
        for n in range(7)
    ]

    assert answers == [200] * 5 + [429] * 2


def test_one_inbox_gets_three_reset_mails_and_no_flood(fan: User) -> None:
    answers = [
        Client(REMOTE_ADDR=f"198.51.100.{n}")
        .post("/accounts/password/reset/", {"email": fan.email})
        .status_code
        for n in range(5)
    ]

    assert answers == [302] * 3 + [429] * 2
    assert OutboxMessage.objects.count() == 3


def test_switched_off_nothing_is_limited(settings: Any) -> None:
    settings.RATE_LIMITS = False
    user = UserFactory.create()

    answers = {try_password(user.email, "wrong").status_code for _ in range(40)}

    assert answers == {200}
