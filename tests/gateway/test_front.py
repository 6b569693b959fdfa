"""What the front hands out again: the same bytes and headers, fresh ones only, nobody's own."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from events.models import Event
from ticketmaster.core.public import fresh_for
from ticketmaster.gateway import front
from ticketmaster.gateway.front import FrontMiddleware

pytestmark = pytest.mark.django_db


def header_fields(answer: Any) -> dict[str, str]:
    """All but the request's own id."""
    return {k: v for k, v in answer.headers.items() if k != "X-Request-Id"}


def inner_that_fails(request: HttpRequest) -> HttpResponse:
    raise AssertionError("asked for again")


class Counted:
    """A site that says how often it was asked."""

    def __init__(self, seconds: float = 60.0, **headers: str) -> None:
        self.asked = 0
        self.seconds = seconds
        self.headers = {"ETag": '"abc"', "Cache-Control": "public, s-maxage=2", **headers}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.asked += 1
        return fresh_for(HttpResponse(f"asked {self.asked}", headers=self.headers), self.seconds)


PATHS = [
    "/event/{id}",
    "/event/{id}/seats",
    "/event/{id}/availability.json",
    "/api/v1/event/{id}/availability",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_the_second_answer_is_the_first_one_again(event: Event, path: str, encoding: str) -> None:
    address = path.format(id=event.pk)
    headers = {"Accept-Encoding": encoding}
    first = Client().get(address, headers=headers)
    assert front.answers.find(("http", "", address, encoding == "gzip")) is not None

    second = Client().get(address, headers=headers)

    assert second.content == first.content
    assert header_fields(second) == header_fields(first)
    assert second["X-Request-Id"] != first["X-Request-Id"]


@pytest.mark.parametrize("path", PATHS)
def test_who_has_it_gets_the_same_304_from_the_front(event: Event, path: str) -> None:
    address = path.format(id=event.pk)
    etag = Client().get(address)["ETag"]
    front.answers.clear()
    slow = Client().get(address, headers={"If-None-Match": etag})

    quick = Client().get(address, headers={"If-None-Match": f'"other", {etag}'})

    assert (slow.status_code, quick.status_code) == (304, 304)
    assert quick.content == b""
    ours = {k: v for k, v in header_fields(slow).items() if k != "Content-Length"}
    assert header_fields(quick) == ours


def test_a_304_makes_the_whole_answer_ready(event: Event) -> None:
    address = f"/event/{event.pk}"
    first = Client().get(address, headers={"Accept-Encoding": "gzip"})
    front.answers.clear()
    headers = {"Accept-Encoding": "gzip", "If-None-Match": first["ETag"]}
    Client().get(address, headers=headers)

    again = Client().get(address, headers={"Accept-Encoding": "gzip"})

    assert front.answers.find(("http", "", address, True)) is not None
    assert again.content == first.content
    assert header_fields(again) == header_fields(first)


def test_a_page_from_the_front_asks_nothing(
    event: Event, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Client().get(f"/event/{event.pk}")
    monkeypatch.setattr("django_redis.cache.RedisCache.get", inner_that_fails)

    with django_assert_num_queries(0):
        assert Client().get(f"/event/{event.pk}").status_code == 200


def test_it_is_asked_for_anew_when_it_is_no_longer_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Counted(seconds=2.0)
    door = FrontMiddleware(site)
    now = front.time.monotonic()
    door(RequestFactory().get("/x"))
    monkeypatch.setattr(front.time, "monotonic", lambda: now + 1.9)
    assert door(RequestFactory().get("/x")).content == b"asked 1"

    monkeypatch.setattr(front.time, "monotonic", lambda: now + 2.1)

    assert door(RequestFactory().get("/x")).content == b"asked 2"


def test_addresses_hosts_schemes_and_encodings_are_kept_apart() -> None:
    site = Counted()
    door = FrontMiddleware(site)
    get = RequestFactory().get
    asked = [
        get("/x"),
        get("/y"),
        get("/x", headers={"Host": "other.example"}),
        get("/x", secure=True),
        get("/x", headers={"Accept-Encoding": "gzip"}),
    ]

    assert {door(request).content for request in asked} == {b"asked %d" % n for n in range(1, 6)}


@pytest.mark.parametrize("path", ["/x?a=1", "/x?"])
def test_only_addresses_without_a_query_are_kept(path: str) -> None:
    site = Counted()
    door = FrontMiddleware(site)
    for _ in range(2):
        door(RequestFactory().get("/x?a=1"))

    assert site.asked == 2


def test_unsafe_calls_go_through() -> None:
    site = Counted()
    door = FrontMiddleware(site)
    door(RequestFactory().get("/x"))

    assert door(RequestFactory().post("/x")).content == b"asked 2"


def test_an_answer_that_sets_a_cookie_is_never_kept() -> None:
    def site(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("mine", headers={"ETag": '"a"'})
        response.set_cookie("sessionid", "secret")
        return fresh_for(response, 60)

    FrontMiddleware(site)(RequestFactory().get("/x"))

    assert front.answers.find(("http", "", "/x", False)) is None


def test_what_no_view_marked_is_never_kept(fan_client: Client) -> None:
    for path in ("/me", "/bookings", "/accounts/login/", "/api/v1/bookings", "/search"):
        fan_client.get(path)

        assert front.answers.find(("http", "", path, False)) is None


def test_only_the_newest_few_hundred_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "MOST_ANSWERS", 2)
    door = FrontMiddleware(Counted())
    for path in ("/a", "/b", "/c"):
        door(RequestFactory().get(path))

    kept = [front.answers.find(("http", "", path, False)) for path in ("/a", "/b", "/c")]

    assert [one is not None for one in kept] == [False, True, True]
