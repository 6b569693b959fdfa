"""Kept copies: built by one request at a time, and serving on while the database is away."""

import time
from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from rest_framework.test import APIClient

from events.api import places
from events.api import views as api_views
from events.views import event as event_views
from ticketmaster.core import shared_copies
from ticketmaster.core.errors import NotFound
from ticketmaster.core.public import Freshness, public_page
from ticketmaster.gateway import front

KEPT = Freshness(shared=2, kept=2)


def away(*_: object, **__: object) -> None:
    raise OperationalError("the server is away")


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """The time by which copies age, to be set."""
    now = [time.time()]
    monkeypatch.setattr(shared_copies.time, "time", lambda: now[0])
    monkeypatch.setattr(shared_copies, "LOOK_SECONDS", 0)
    return now


class Counted:
    """A view that says how often it was built."""

    def __init__(self) -> None:
        self.built = 0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.built += 1
        return HttpResponse(f"build {self.built}")


def test_a_fresh_copy_serves_and_an_old_one_is_built_anew(clock):
    view = Counted()
    page = public_page(KEPT)(view)
    request = RequestFactory().get("/counted")

    assert page(request).content == b"build 1"
    clock[0] += 1.9
    assert page(request).content == b"build 1"
    clock[0] += 0.2
    assert page(request).content == b"build 2"


def test_while_one_builds_the_others_take_the_copy(clock):
    request = RequestFactory().get("/counted")
    seen: list[bytes] = []
    builds = 0

    def view(_: HttpRequest) -> HttpResponse:
        nonlocal builds
        builds += 1
        if builds == 2:
            seen.append(page(request).content)
        return HttpResponse(f"build {builds}")

    page = public_page(KEPT)(view)
    page(request)
    clock[0] += 3

    assert page(request).content == b"build 2"
    assert seen == [b"build 1"]


def test_only_named_parameters_tell_pages_apart():
    view = Counted()
    page = public_page(KEPT, parameters=("section",))(view)
    get = RequestFactory().get

    assert page(get("/counted")).content == b"build 1"
    assert page(get("/counted?utm_source=mail")).content == b"build 1"
    assert page(get("/counted?section=2")).content == b"build 2"
    assert page(get("/counted", headers={"Host": "localhost"})).content == b"build 3"


def test_refusals_and_redirects_are_not_kept():
    answers = [HttpResponse(status=404), HttpResponse("there now")]
    page = public_page(KEPT)(lambda _: answers.pop(0))
    request = RequestFactory().get("/counted")

    assert page(request).status_code == 404
    assert page(request).content == b"there now"


def test_an_event_page_serves_on_while_the_database_is_away(event, monkeypatch, clock):
    address = f"/event/{event.pk}"
    before = Client().get(address)
    clock[0] += 3600
    front.answers.clear()
    monkeypatch.setattr(event_views, "event_for_public", away)

    after = Client().get(address)

    assert after.status_code == 200
    assert after.content == before.content


def test_a_page_nobody_saw_is_503_while_the_database_is_away(event, monkeypatch):
    monkeypatch.setattr(event_views, "event_for_public", away)

    answer = Client().get(f"/event/{event.pk}")

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.headers["Retry-After"]


def test_an_event_in_the_api_serves_on_while_the_database_is_away(event, monkeypatch):
    address = f"/api/v1/event/{event.pk}"
    before = APIClient().get(address)
    monkeypatch.setattr(api_views, "event_for_public", away)

    after = APIClient().get(address)

    assert after.status_code == 200
    assert after.content == before.content
    assert after.headers["ETag"] == before.headers["ETag"]


def test_what_was_never_asked_for_is_503_in_the_envelope(event, monkeypatch):
    monkeypatch.setattr(places, "venue_for_public", away)

    api = APIClient(raise_request_exception=False)
    answer = api.get(f"/api/v1/venue/{event.venue_id}")

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.json()["errors"][0]["code"] == "temporarily_unavailable"
    assert answer.headers["Retry-After"]


def test_a_copy_hides_no_refusal(event, monkeypatch):
    address = f"/api/v1/event/{event.pk}"
    APIClient().get(address)

    def gone(_: int) -> None:
        raise NotFound

    monkeypatch.setattr(api_views, "event_for_public", gone)

    assert APIClient().get(address).status_code == 404


def test_without_redis_pages_are_built_each_time(event, monkeypatch):
    monkeypatch.setattr(cache, "get", lambda *_: None)
    monkeypatch.setattr(cache, "set", lambda *_: None)
    monkeypatch.setattr(cache, "add", lambda *_: None)

    assert Client().get(f"/event/{event.pk}").status_code == 200


def test_made_up_queries_leave_nothing_in_the_cache(event):
    before = set(cache.keys("*"))

    APIClient().get(f"/api/v1/event/{event.pk}/tickets", {"made": "up", "page_size": "3"})
    Client().get(f"/event/{event.pk}/seats", {"section": "made-up"})

    made = {key.split(":")[0] for key in set(cache.keys("*")) - before}
    assert made.isdisjoint({"last", "public"})
