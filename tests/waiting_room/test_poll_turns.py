"""A crowd's polls are answered a few at a time, so that buyers find the interpreter free."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from bookings.waiting_room import polling
from ticketmaster.core import metrics

POLLS = 5
SHED = f"{metrics.PREFIX}_shed_total"
PATIENCE_S = 60


class Asked:
    """Answers polls once it is let go; counts who is being answered."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.guard = threading.Lock()
        self.now = self.most = 0

    def __call__(self, request: HttpRequest, event_id: int) -> HttpResponse:
        with self.guard:
            self.now += 1
            self.most = max(self.most, self.now)
        self.go.wait(PATIENCE_S)
        with self.guard:
            self.now -= 1
        return HttpResponse("{}")


def test_no_more_polls_are_answered_at_once_than_there_are_turns(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.POLL_SLOTS, settings.POLL_LINE = 2, POLLS
    asked = Asked()
    monkeypatch.setattr(polling, "poll_answer", asked)
    door = polling.PollMiddleware(lambda request: HttpResponse("something else"))
    poll, look = (RequestFactory().get(f"/api/v1/event/7{end}") for end in ("/waiting-room", ""))

    with ThreadPoolExecutor(POLLS) as crowd:
        answers = [crowd.submit(door, poll) for _ in range(POLLS)]
        until = time.monotonic() + PATIENCE_S
        while asked.now < settings.POLL_SLOTS:
            assert time.monotonic() < until
        beside = door(look)
        asked.go.set()
        statuses = [answer.result(PATIENCE_S).status_code for answer in answers]

    assert beside.content == b"something else"
    assert statuses == [200] * POLLS
    assert asked.most == settings.POLL_SLOTS


def test_who_comes_beyond_the_line_of_polls_is_told_at_once_to_ask_again(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.POLL_SLOTS, settings.POLL_LINE = 1, 0
    asked = Asked()
    monkeypatch.setattr(polling, "poll_answer", asked)
    door = polling.PollMiddleware(lambda request: HttpResponse("something else"))
    poll = RequestFactory().get("/api/v1/event/7/waiting-room")
    before = shed_polls()

    with ThreadPoolExecutor(1) as crowd:
        first = crowd.submit(door, poll)
        until = time.monotonic() + PATIENCE_S
        while not asked.now:
            assert time.monotonic() < until
        put_off = door(poll)
        asked.go.set()
        answered = first.result(PATIENCE_S)
    later = door(poll)

    assert (put_off.status_code, answered.status_code, later.status_code) == (503, 200, 200)
    assert json.loads(put_off.content)["errors"][0]["code"] == "temporarily_unavailable"
    assert 3 <= int(put_off["Retry-After"]) <= 8
    assert put_off["Cache-Control"] == "private, no-store"
    assert shed_polls() == before + 1


def shed_polls() -> float:
    return float(metrics.registry.get_sample_value(SHED, {"share": "polls"}) or 0)
