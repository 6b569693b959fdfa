"""Apps sign up and in by allauth headless and carry X-Session-Token."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIRequestFactory

from tests.accounts.app import PASSWORD, post, token_for
from ticketmaster.accounts.authentication import SessionTokenAuthentication
from ticketmaster.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls")]

WHO = "/api/v1/who"


def test_signing_up_answers_200_with_a_token_that_works_at_once() -> None:
    answer = post("auth/signup", {"email": "New.Fan+a@Gmail.com", "password": PASSWORD})

    assert answer.status_code == 200
    body = answer.json()
    assert body["meta"]["is_authenticated"] is True
    user = User.objects.get()
    assert (user.email, user.person) == ("new.fan+a@gmail.com", "newfan@gmail.com")
    mine = Client().get(WHO, headers={"X-Session-Token": body["meta"]["session_token"]})
    assert mine.status_code == 200


def test_signing_in_answers_200_with_a_token(fan: User) -> None:
    token = token_for(fan.email)

    assert Client().get(WHO, headers={"X-Session-Token": token}).status_code == 200


def test_signing_up_with_a_taken_address_says_so(fan: User) -> None:
    answer = post("auth/signup", {"email": fan.email.upper(), "password": PASSWORD})

    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == ["email_taken"]
    assert User.objects.count() == 1


def test_only_the_app_client_is_there() -> None:
    answer = Client().post("/_allauth/browser/v1/auth/login", {}, content_type="application/json")

    assert answer.status_code == 404


@pytest.mark.parametrize("token", ["", "wrong", "x" * 5000, "nul\x00byte", "ünïcode"])
def test_a_wrong_token_is_401_with_a_challenge_in_the_envelope(token: str) -> None:
    answer = Client().get(WHO, headers={"X-Session-Token": token})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "X-Session-Token"
    body = answer.json()
    assert body["type"] == "client_error"
    assert body["errors"][0]["code"] == "authentication_failed"


def test_no_token_is_401_with_a_challenge_in_the_envelope() -> None:
    answer = Client().get(WHO)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "X-Session-Token"
    assert answer.json()["errors"][0]["code"] == "not_authenticated"


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_request_with_the_header_never_falls_back_to_the_cookie(
    fan_client: Client, token: str
) -> None:
    assert fan_client.get(WHO).status_code == 200

    answer = fan_client.get(WHO, headers={"X-Session-Token": token})

    assert answer.status_code == 401


def test_a_page_session_without_the_csrf_token_changes_nothing_by_api(fan: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(fan)

    answer = browser.post(WHO, {}, content_type="application/json")

    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "permission_denied"


def test_a_page_session_with_the_csrf_token_is_let_in(fan: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(fan)
    token = browser.get("/me").json()["csrf_token"]

    answer = browser.post(WHO, {}, content_type="application/json", headers={"X-CSRFToken": token})

    assert answer.json()["id"] == fan.pk


def test_a_token_needs_no_csrf_token(fan: User) -> None:
    app = Client(enforce_csrf_checks=True)

    answer = app.post(
        WHO,
        {},
        content_type="application/json",
        headers={"X-Session-Token": token_for(fan.email)},
    )

    assert answer.json()["id"] == fan.pk


def test_knowing_who_calls_costs_no_query_once_known(
    fan: User, django_assert_num_queries: Any
) -> None:
    token = token_for(fan.email)
    request = APIRequestFactory().get("/", headers={"X-Session-Token": token})
    SessionTokenAuthentication().authenticate(request)

    with django_assert_num_queries(0):
        user, _ = SessionTokenAuthentication().authenticate(request)
        assert (user.pk, user.is_authenticated) == (fan.pk, True)

    with django_assert_num_queries(1):
        assert user.email == fan.email
        assert user.person == fan.person


def test_with_an_empty_cache_the_token_still_works(fan: User) -> None:
    token = token_for(fan.email)
    cache.clear()

    assert Client().get(WHO, headers={"X-Session-Token": token}).status_code == 200


def test_signing_out_ends_the_token(fan: User) -> None:
    token = token_for(fan.email)

    Client().delete("/_allauth/app/v1/auth/session", headers={"X-Session-Token": token})

    assert Client().get(WHO, headers={"X-Session-Token": token}).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_a_new_password_ends_every_other_session_and_token(fan: User) -> None:
    token = token_for(fan.email)
    elsewhere, here = Client(), Client()
    elsewhere.force_login(fan)
    here.force_login(fan)
    assert Client().get(WHO, headers={"X-Session-Token": token}).status_code == 200
    assert elsewhere.get(WHO).status_code == 200

    here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "quite-new-words", "password2": "quite-new-words"},
    )

    assert Client().get(WHO, headers={"X-Session-Token": token}).status_code == 401
    assert elsewhere.get(WHO).status_code == 401
    assert elsewhere.get("/me").json().keys() == {"csrf_token"}
    assert here.get(WHO).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_password_set_by_command_ends_sessions_too(fan: User) -> None:
    token = token_for(fan.email)
    Client().get(WHO, headers={"X-Session-Token": token})

    user = User.objects.get()
    user.set_password("quite-new-words")
    user.save()

    assert Client().get(WHO, headers={"X-Session-Token": token}).status_code == 401


def test_a_disabled_account_is_401(fan: User) -> None:
    token = token_for(fan.email)

    User.objects.update(is_active=False)

    assert Client().get(WHO, headers={"X-Session-Token": token}).status_code == 401
    answer = post("auth/login", {"email": fan.email, "password": PASSWORD})
    assert answer.status_code in {400, 401}
    assert "session_token" not in answer.json().get("meta", {})
