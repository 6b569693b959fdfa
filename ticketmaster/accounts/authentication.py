"""Who calls the API: apps by X-Session-Token, our own pages' scripts by session and CSRF token."""

from typing import Any

from allauth.headless import app_settings
from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare
from django.utils.functional import cached_property
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from ticketmaster.accounts.models import User

HEADER = "X-Session-Token"


class SessionUser:
    """A signed-in user whose row is loaded only when something beyond the id is asked for.

    A refused claim of a hot seat must not cost Postgres anything (design §4), so that `pk`, `id`
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
        user = User.objects.filter(pk=self.pk, is_active=True).first()
        if user is None or not constant_time_compare(
            self.session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
        ):
            raise AuthenticationFailed
        return user

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.row, name)


class SessionTokenAuthentication(XSessionTokenAuthentication):  # type: ignore[misc]
    """X-Session-Token of allauth's app client. A wrong one is 401, never another way in."""

    def authenticate(self, request: Request) -> tuple[SessionUser, SessionBase] | None:
        """The session's user; None where the header is missing."""
        token = self.get_session_token(request)
        if token is None:
            return None
        if not token or "\x00" in token or len(token) > 200:
            raise AuthenticationFailed
        session = app_settings.TOKEN_STRATEGY.lookup_session(token)
        if not session or not session.get(SESSION_KEY):
            raise AuthenticationFailed
        return SessionUser(session), session

    def authenticate_header(self, request: Request) -> str:
        """What makes DRF answer 401 instead of 403."""
        return HEADER


class PageSessionAuthentication(SessionAuthentication):
    """The browser's session, with CSRF. Never consulted when the token header is there."""

    def authenticate_header(self, request: Request) -> str:
        """As above."""
        return HEADER
