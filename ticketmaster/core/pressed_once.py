"""A page's form that is sent twice has one effect, and both answers lead to the same place.

The browser's script stops most double clicks; this is for browsers without it, for retries of a
lost answer, and for two clicks that were faster. The form carries a token of its rendering, which
is an idempotency key of the page.
"""

import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from ticketmaster.core import idempotency
from ticketmaster.core.idempotency import Answered, Call, CallInProgress

FIELD = "once"
LONGEST_TOKEN = 40
WAIT_SECONDS, LOOK_EVERY_SECONDS = 10.0, 0.05

View = Callable[..., HttpResponse]


def new_token() -> str:
    """For one rendering of a form."""
    return secrets.token_urlsafe(12)


def pressed_once(view: View) -> View:
    """The view, whose forms with a token do their work once; a second press waits for the first.

    Only what ends in a redirect counts as done: a page that explains a refusal may be tried again.
    The view asks `idempotency.recalled` for what an earlier press has done before it died.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return press(request, lambda: view(request, *args, **kwargs))
        except Answered as done:
            return HttpResponseRedirect(done.body)

    return guarded


def press(
    request: HttpRequest, view: Callable[[], HttpResponse], *, field: str = FIELD
) -> HttpResponse:
    """The answer of the view, which runs under the token of the form's field, if it has one.

    Raises Answered with the address where an earlier press led, once that has ended, and
    CallInProgress where it has not for 10 s.
    """
    call = _call_of(request, field)
    if call is None:
        return view()
    _begin(call)
    return _run(call, view)


def _call_of(request: HttpRequest, field: str) -> Call | None:
    token = request.POST.get(field, "") if request.method == "POST" else ""
    if not 0 < len(token) <= LONGEST_TOKEN or not request.user.is_authenticated:
        return None
    return idempotency.call_of(
        key=token, user_id=int(request.user.pk), method="page", path=request.path, body=b""
    )


def _begin(call: Call) -> None:
    """Begin, or go on from a press that died. Raises Answered, and CallInProgress after 10 s."""
    ends = time.monotonic() + WAIT_SECONDS
    while not idempotency.write_row(call, {}):
        try:
            if idempotency.meet(call):
                return
        except CallInProgress:
            if time.monotonic() > ends:
                raise
            time.sleep(LOOK_EVERY_SECONDS)


def _run(call: Call, view: Callable[[], HttpResponse]) -> HttpResponse:
    idempotency.set_current(call)
    try:
        response = view()
    except Exception:
        idempotency.give_up(call)
        raise
    finally:
        idempotency.set_current(None)
    if isinstance(response, HttpResponseRedirect):
        idempotency.keep_answer(call, status=response.status_code, body=response.url)
    else:
        idempotency.give_up(call)
    return response
