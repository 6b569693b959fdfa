"""What every answer carries."""

from typing import Any

import pytest
from django.test import Client

from ticketmaster.gateway.middleware import SecurityHeadersMiddleware, content_security_policy

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.gateway.urls")]


def directives(answer: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";")]
    return {words[0]: words[1:] for words in parts if words}


@pytest.mark.parametrize("path", ["/accounts/login/", "/api/v1/nothing", "/nothing", "/livez"])
def test_every_answer_has_the_security_headers(path: str) -> None:
    answer = Client().get(path)

    policy = directives(answer)
    assert policy["default-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["object-src"] == ["'none'"]
    assert "'unsafe-inline'" not in policy["script-src"] + policy["style-src"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=(self)" in answer["Permissions-Policy"]


def test_the_policy_lets_stripe_in_and_nobody_else(settings: Any) -> None:
    settings.STRIPE_JS_URL = "https://js.stripe.com/v3/"
    settings.STRIPE_PAGES_ORIGIN = "https://hooks.stripe.com"

    policy = content_security_policy()

    assert "script-src 'self' https://js.stripe.com https://*.js.stripe.com;" in policy
    assert "https://hooks.stripe.com" in policy
    hosts = {word for word in policy.replace(";", " ").split() if "://" in word}
    assert {host.removeprefix("https://").removeprefix("*.") for host in hosts} == {
        "js.stripe.com", "hooks.stripe.com", "api.stripe.com", "checkout.stripe.com"
    }  # fmt: skip


def test_the_policy_lets_the_sandbox_in_where_it_is_used(settings: Any) -> None:
    settings.STRIPE_JS_URL = "http://127.0.0.1:4242/v3/"
    settings.STRIPE_PAGES_ORIGIN = "http://127.0.0.1:4242"

    policy = content_security_policy()

    assert "script-src 'self' http://127.0.0.1:4242;" in policy
    assert "frame-src http://127.0.0.1:4242;" in policy


def test_only_admin_pages_may_run_what_unfold_needs(staff: Any) -> None:
    browser = Client()
    browser.force_login(staff)

    assert "'unsafe-eval'" in directives(browser.get("/admin/"))["script-src"]
    assert "'unsafe-eval'" not in directives(browser.get("/administration"))["script-src"]


def test_an_answer_that_says_nothing_about_caches_is_private() -> None:
    assert Client().get("/people")["Cache-Control"] == "private, no-store"


def test_the_request_id_of_a_proxy_is_kept_and_a_strange_one_replaced() -> None:
    given = Client().get("/livez", headers={"X-Request-Id": "abcdefgh-123"})
    forged = Client().get("/livez", headers={"X-Request-Id": "x y\u2028<script>"})

    assert given["X-Request-Id"] == "abcdefgh-123"
    assert forged["X-Request-Id"] != "x y\u2028<script>"
    assert len(forged["X-Request-Id"]) == 16


def test_the_policy_is_made_once(settings: Any) -> None:
    middleware = SecurityHeadersMiddleware(lambda request: None)  # type: ignore[arg-type,return-value]

    assert middleware.policy == content_security_policy()
