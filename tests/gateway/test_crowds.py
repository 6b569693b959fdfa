"""A crowd that asks for one address shares an answer; everybody else gets one of their own."""

import time
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from events.api.views import TicketListView
from events.models import Event, Ticket
from tests.factories import tickets_of
from ticketmaster.core import crowds as crowds_module
from ticketmaster.core.crowds import CROWD, LASTS_SECONDS, Crowds
from ticketmaster.core.public import fresh_for
from ticketmaster.gateway import front
from ticketmaster.gateway.front import FrontMiddleware


@pytest.fixture
def everybody_is_a_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what it shares stays fresh for as long as a slow machine takes."""
    monkeypatch.setattr(crowds_module, "CROWD", 1)
    monkeypatch.setattr(TicketListView, "for_a_crowd", 600)


def tickets_address(event: Event, query: str = "") -> str:
    return f"/api/v1/event/{event.pk}/tickets{query}"


def statuses(event: Event, query: str = "") -> set[str]:
    answer = Client().get(tickets_address(event, query))
    assert answer.status_code == 200
    return {ticket["status"] for ticket in answer.json()["results"]}


def test_who_asks_alone_sees_what_was_sold_a_moment_ago(event: Event) -> None:
    assert statuses(event) == {"available"}

    Ticket.objects.filter(event=event).update(status="blocked")

    assert statuses(event) == {"blocked"}


@pytest.mark.usefixtures("everybody_is_a_crowd")
def test_a_crowd_is_answered_without_a_query(event: Event, django_assert_num_queries: Any) -> None:
    first = Client().get(tickets_address(event, "?page_size=5"))
    Ticket.objects.filter(event=event).update(status="blocked")

    with django_assert_num_queries(0):
        from_the_front = Client().get(tickets_address(event, "?page_size=5"))
        front.answers.clear()
        from_the_copy = Client().get(tickets_address(event, "?page_size=5"))

    assert first.content == from_the_front.content == from_the_copy.content
    assert first["ETag"] == from_the_front["ETag"] == from_the_copy["ETag"]
    assert first["Cache-Control"] == from_the_copy["Cache-Control"]


@pytest.mark.usefixtures("everybody_is_a_crowd")
def test_what_a_crowd_shares_is_packed_and_known_by_its_etag(event: Event) -> None:
    packed = Client().get(tickets_address(event), headers={"Accept-Encoding": "gzip"})
    again = Client().get(
        tickets_address(event),
        headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]},
    )

    assert packed["Content-Encoding"] == "gzip"
    assert packed["Vary"] == "Accept-Encoding"
    assert again.status_code == 304


@pytest.mark.usefixtures("everybody_is_a_crowd")
def test_a_crowd_at_one_page_of_a_list_says_nothing_about_another(event: Event) -> None:
    sizes = [
        len(Client().get(tickets_address(event, f"?page_size={size}")).json()["results"])
        for size in (1, 2, 1, 3)
    ]

    assert sizes == [1, 2, 1, 3]


@pytest.mark.usefixtures("everybody_is_a_crowd")
def test_a_refusal_is_shared_with_nobody(event: Event) -> None:
    wrong = Client().get(tickets_address(event, "?section=x"))
    unknown = Client().get("/api/v1/event/999999/tickets")
    Event.objects.filter(pk=event.pk).update(status="draft")
    draft = Client().get(tickets_address(event))
    Event.objects.filter(pk=event.pk).update(status="on_sale")

    assert [answer.status_code for answer in (wrong, unknown, draft)] == [400, 404, 404]
    assert len(tickets_of(event)) > 0
    assert statuses(event) == {"available"}


def test_an_address_is_crowded_from_the_tenth_in_a_second_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1_000.0
    monkeypatch.setattr(crowds_module.time, "monotonic", lambda: now)
    seen = Crowds()

    assert [seen.is_at("/a") for _ in range(CROWD)] == [False] * (CROWD - 1) + [True]
    assert not seen.is_at("/b")
    now += LASTS_SECONDS + 0.1
    assert not seen.is_at("/a")


def test_whom_the_front_answered_belongs_to_the_crowd() -> None:
    seen = Crowds()

    assert not seen.is_at("/a", others=CROWD - 2)
    assert seen.is_at("/b", others=CROWD - 1)


def test_as_many_who_wait_for_one_answer_are_a_crowd_however_slow_it_is() -> None:
    seen = Crowds()

    assert not seen.is_at("/a", waiting=CROWD - 2)
    assert seen.is_at("/b", waiting=CROWD - 1)


def test_only_the_addresses_asked_for_last_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds_module, "MOST_ADDRESSES", 2)
    seen = Crowds()
    for address in ("/a", "/b", "/c"):
        seen.is_at(address)

    assert list(seen._seen) == ["/b", "/c"]


def test_while_one_fetches_the_next_answer_the_others_take_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(front, "time", time)  # answers grow old at once
    monkeypatch.setattr(front, "MOST_STALE_S", 600.0)
    meanwhile: list[bytes] = []
    asked = 0

    def site(request: HttpRequest) -> HttpResponse:
        nonlocal asked
        asked += 1
        number = asked
        if number == 2:
            meanwhile.extend(door(RequestFactory().get("/x")).content for _ in range(3))
        # Fresh for no time: whoever comes next fetches.
        return fresh_for(HttpResponse(f"{number}", headers={"ETag": f'"{number}"'}), 1e-9)

    door = FrontMiddleware(site)
    door(RequestFactory().get("/x"))

    second = door(RequestFactory().get("/x"))

    assert meanwhile == [b"1", b"1", b"1"]
    assert second.content == b"2"
    assert door(RequestFactory().get("/x")).content == b"3"


def test_a_fetch_that_fails_lets_the_next_one_fetch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "time", time)  # answers grow old at once
    asked = 0

    def site(request: HttpRequest) -> HttpResponse:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise ZeroDivisionError
        return fresh_for(HttpResponse(f"{asked}", headers={"ETag": f'"{asked}"'}), 1e-9)

    door = FrontMiddleware(site)
    door(RequestFactory().get("/x"))
    with pytest.raises(ZeroDivisionError):
        door(RequestFactory().get("/x"))

    assert door(RequestFactory().get("/x")).content == b"3"


def test_an_address_with_a_query_is_kept_where_the_answer_says_so() -> None:
    asked = 0

    def site(request: HttpRequest) -> HttpResponse:
        nonlocal asked
        asked += 1
        answer = HttpResponse(f"{asked}", headers={"ETag": f'"{asked}"'})
        return fresh_for(answer, 600, whatever_query=True)

    door = FrontMiddleware(site)
    contents = [door(RequestFactory().get(path)).content for path in ("/x?a=1", "/x?a=2", "/x?a=1")]

    assert contents == [b"1", b"2", b"1"]
