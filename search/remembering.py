"""Answers that everybody may share and that may be some seconds old, kept in this process."""

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

SECONDS = 30.0
MOST = 2_000

Answer = TypeVar("Answer")

_lock = Lock()
_answers: dict[Hashable, tuple[float, object]] = {}


def remembered(
    question: Hashable, answer: Callable[[], Answer], *, is_worth_it: Callable[[Answer], bool]
) -> Answer:
    """What `answer` answers, or what it answered at most half a minute ago if that was worth it.

    The question names its answer's meaning and kind: equal ones share it. Answers are not to be
    changed. Failures are not remembered.
    """
    now = time.monotonic()
    with _lock:
        known = _answers.get(question)
    if known is not None and known[0] > now:
        return cast(Answer, known[1])
    fresh = answer()
    if not is_worth_it(fresh):
        return fresh
    with _lock:
        if len(_answers) >= MOST:
            _answers.clear()
        _answers[question] = (now + SECONDS, fresh)
    return fresh


def forget(*questions: Hashable) -> None:
    """Ask these anew; everything where none is named."""
    with _lock:
        for question in questions or list(_answers):
            _answers.pop(question, None)
