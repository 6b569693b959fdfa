"""A crowd's polls are answered a few at a time, so that buyers find the interpreter free."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from bookings.waiting_room import polling

POLLS = 5
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
    settings.POLL_SLOTS = 2
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
