"""Who calls the API: apps by X-Session-Token, our own pages' scripts by session and CSRF token."""

from functools import cached_property
from typing import Any

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.cached_db import SessionStore
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from ticketmaster.accounts.models import User
from ticketmaster.accounts.sessions import active_user, stands

HEADER = "X-Session-Token"
LONGEST_TOKEN = 200


class SessionUser:
    """A signed-in user whose row is loaded only when something beyond the id is asked for.

    A refused claim of a hot seat must not cost Postgres anything, so that `pk`, `id`
    and `is_authenticated` come from the session alone. Anything else loads the row once, and
    refuses with 401 when it is gone, disabled, or its password has changed since sign-in.
    """

    is_authenticated = True
    is_anonymous = False

    def __init__(self, session: SessionBase) -> None:
        self.session = session
        self.pk = self.id = int(session[SESSION_KEY])

    @cached_property
    def row(self) -> User:
        """The user's row."""
        user = active_user(user_id=self.pk, session_hash=_hash_of(self.session))
        if user is None:
            raise AuthenticationFailed
        return user

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.row, name)


class SessionTokenAuthentication(XSessionTokenAuthentication):  # type: ignore[misc]
    """X-Session-Token of allauth's app client. A wrong one is 401, never another way in."""

    asks_at_once = True

    def authenticate(self, request: Request) -> tuple[SessionUser, SessionBase] | None:
        """The session's user; None where the header is missing."""
        token = self.get_session_token(request)
        if token is None:
            return None
        if not token or "\x00" in token or len(token) > LONGEST_TOKEN:
            raise AuthenticationFailed
        known: SessionBase | None = getattr(request, "app_session", None)
        session = SessionStore(session_key=token) if known is None else known
        user = _user_of(session, ask=self.asks_at_once)
        if user is None:
            raise AuthenticationFailed
        return user, session

    def get_session_token(self, request: Request) -> str | None:
        """As allauth's, without taking every other header apart."""
        token: str | None = request.META.get("HTTP_X_SESSION_TOKEN")
        return token

    def authenticate_header(self, request: Request) -> str:
        """What makes DRF answer 401 instead of 403."""
        return HEADER


class LateSessionTokenAuthentication(SessionTokenAuthentication):
    """The same for claims of tickets: whether the session still stands is asked with the row.

    A claim loads the buyer's row after the ticket lock and before it writes anything, so a session
    that was ended is refused then; until then a loser of a hot seat has cost Postgres nothing.
    """

    asks_at_once = False


class PageSessionAuthentication(SessionAuthentication):
    """The browser's session, with CSRF. Never consulted when the token header is there."""

    def authenticate(self, request: Request) -> tuple[SessionUser, None] | None:
        """The session's user; None where nobody is signed in. Raises 403 without a CSRF token."""
        user = _user_of(request._request.session)
        if user is None:
            return None
        self.enforce_csrf(request)
        return user, None

    def authenticate_header(self, request: Request) -> str:
        """As above."""
        return HEADER


def _user_of(session: SessionBase, *, ask: bool = True) -> SessionUser | None:
    """Who is signed in by this session, if it still stands; not yet asked unless `ask`."""
    if not session.get(SESSION_KEY):
        return None
    user = SessionUser(session)
    if not ask:
        return user
    return user if stands(user_id=user.pk, session_hash=_hash_of(session)) else None


def _hash_of(session: SessionBase) -> str:
    return str(session.get(HASH_SESSION_KEY, ""))
