"""The waiting room's page. Works without a script: it asks again by itself."""

from typing import Any
from urllib.parse import urlencode

import redis
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bookings.choice import Choice
from bookings.presentation import event_cards
from bookings.waiting_room import answers, line, words
from bookings.waiting_room.answers import Answer
from bookings.waiting_room.draw import name_of
from bookings.waiting_room.rooms import behind_rooms
from bookings.waiting_room.tokens import read_visitor
from bookings.waiting_room.transport import forget, keep_pass, keep_visitor, kept_visitor
from events.public_ids import known_id, require_public_event
from ticketmaster.accounts.callers import caller_id
from ticketmaster.core.errors import NotFound

CARD_KEPT_S = 30
LEAST_BETWEEN_PAGES_S = 10  # a page that loads itself oftener cannot be read aloud to the end


@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, event_id: int) -> HttpResponse:
    """Where I stand; by POST, join."""
    require_public_event(known_id(event_id))
    if event_id not in behind_rooms():
        return redirect("events:seats", event_id)
    token = kept_visitor(request, event_id)
    if request.method == "POST":
        return _join(request, event_id, token)
    counted = _linked(request, event_id, token)
    try:
        answer = answers.poll(event_id, counted)
    except NotFound:
        answer, counted = answers.poll(event_id, ""), ""
    if answer.state == "admitted" and answer.entry_pass:
        response: HttpResponse = HttpResponseRedirect(_way_in(request, event_id))
        keep_pass(response, event_id, answer.entry_pass)
    else:
        response = render(
            request, "bookings/waiting_room.html", _context(request, event_id, answer)
        )
    newest = answer.visitor or counted
    if newest and newest != token:
        keep_visitor(response, event_id, newest)
    return response


def _join(request: HttpRequest, event_id: int, token: str) -> HttpResponse:
    request.kind = "join"  # type: ignore[attr-defined]  # for the figures
    nonce = request.POST.get("nonce", "").strip()
    answer = answers.join(request, event_id, token=token, nonce=nonce)
    response = HttpResponseRedirect(_same_page(request, event_id))
    if answer.visitor:
        keep_visitor(response, event_id, answer.visitor)
    return response


@require_POST
def leave(request: HttpRequest, event_id: int) -> HttpResponse:
    """Give the place back, and on to the event."""
    answers.leave(known_id(event_id), kept_visitor(request, event_id))
    response = redirect("events:event", event_id)
    forget(response, event_id)
    return response


def _linked(request: HttpRequest, event_id: int, token: str) -> str:
    """From sign-in on the account's best place counts. Asks Postgres only when they first meet."""
    signed_in = request.session.get(SESSION_KEY)
    if not signed_in:
        return token
    visitor = read_visitor(token, event_id=event_id) if token else None
    try:
        if visitor and line.owner_of(event_id, visitor.visitor) == str(signed_in):
            return token
    except redis.RedisError:
        return token
    if not request.user.is_authenticated:
        return token
    return answers.link(event_id, token, caller_id(request))


def redirect_to_waiting_room(event_id: int, choice: Choice) -> HttpResponse:
    """To the line, and back to what was chosen once it is one's turn."""
    chosen = f"{reverse('bookings:hold', args=[event_id])}?{urlencode(choice.fields())}"
    address = reverse("bookings:waiting-room", args=[event_id])
    return HttpResponseRedirect(f"{address}?{urlencode({'next': chosen})}")


def _way_in(request: HttpRequest, event_id: int) -> str:
    """To what was chosen before, else to the seats. Nowhere but to this event."""
    wanted = request.GET.get("next", "")
    if wanted.startswith(reverse("bookings:hold", args=[event_id]) + "?"):
        return wanted
    return reverse("events:seats", args=[event_id])


def _same_page(request: HttpRequest, event_id: int) -> str:
    address = reverse("bookings:waiting-room", args=[event_id])
    wanted = _way_in(request, event_id)
    if wanted == reverse("events:seats", args=[event_id]):
        return address
    return f"{address}?{urlencode({'next': wanted})}"


def event_card(event_id: int) -> dict[str, Any]:
    """The event as its card, kept for half a minute: thousands look again and again."""
    key = f"waiting-room:card:{event_id}"
    card: dict[str, Any] | None = cache.get(key)
    if card is None:
        card = event_cards([event_id])[event_id]
        cache.set(key, card, CARD_KEPT_S)
    return card


def _context(request: HttpRequest, event_id: int, answer: Answer) -> dict[str, Any]:
    visitor = read_visitor(answer.visitor, event_id=event_id) if answer.visitor else None
    address = _same_page(request, event_id)
    card = event_card(event_id)
    return {
        "event": card,
        "answer": answer,
        "reload_s": max(LEAST_BETWEEN_PAGES_S, answer.retry_after),
        "has_place": visitor is not None,
        "has_draw": answer.standing is not None and answer.standing.opens > 0,
        "told": words.told(
            answer, has_place=visitor is not None, time_zone=str(card["starts_at"].tzinfo)
        ),
        "entry": name_of(visitor.visitor) if visitor else "",
        "room_url": address,
        "poll_url": reverse("api-waiting-room", args=[event_id]),
        "draw_url": reverse("bookings:waiting-room-draw", args=[event_id]),
        "leave_url": reverse("bookings:waiting-room-leave", args=[event_id]),
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': address})}",
        "is_signed_in": bool(request.session.get(SESSION_KEY)),
    }
