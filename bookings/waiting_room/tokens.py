"""Signed words: the visitor, which is a place in line, and the pass, which lets in.

Both are checked without asking anybody, so that forged, cut and mixed-up ones cost next to
nothing. They are random beneath the signature: neither can be guessed, neither says who it is.
"""

import functools
import secrets
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer

LONGEST = 240
VISITOR_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody in the line of one event.

    `number` (order of joining), `place` (in the books; 0 before the draw) and `nonce` let a place
    be found again that the checkpoint missed; `signed_at` is in milliseconds.
    """

    event_id: int
    visitor: str
    number: int
    place: int
    signed_at: int
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Leave to reserve, for one visitor at one event.

    `admitted_at` is in milliseconds, as the line counts; `expires_at` in seconds since 1970.
    """

    event_id: int
    visitor: str
    admitted_at: int
    expires_at: int


def new_visitor() -> str:
    """128 random bits, as 22 URL-safe characters."""
    return secrets.token_urlsafe(VISITOR_BYTES)


def sign_visitor(visitor: Visitor) -> str:
    """The token of a visitor."""
    words = (visitor.event_id, visitor.visitor, visitor.number, visitor.place, visitor.signed_at)
    return _signer("visitor").sign(".".join([*map(str, words), visitor.nonce]))


def read_visitor(token: str, *, event_id: int) -> Visitor | None:
    """The visitor, None unless the token is ours, whole and of this event."""
    words = _words(token, "visitor", 6)
    if not words or words[0] != str(event_id):
        return None
    return Visitor(
        event_id=event_id,
        visitor=words[1],
        number=int(words[2]),
        place=int(words[3]),
        signed_at=int(words[4]),
        nonce=words[5],
    )


def sign_pass(*, event_id: int, visitor: str, admitted_at: int) -> str:
    """A pass that is good for WAITING_ROOM_PASS_SECONDS from now."""
    expires_at = int(time.time()) + settings.WAITING_ROOM_PASS_SECONDS
    return _signer("pass").sign(f"{event_id}.{visitor}.{admitted_at}.{expires_at}")


def read_pass(token: str, *, event_id: int) -> Pass | None:
    """The pass, None unless it is ours, whole, of this event and not expired."""
    words = _words(token, "pass", 4)
    if not words or words[0] != str(event_id) or int(words[3]) <= time.time():
        return None
    return Pass(
        event_id=event_id, visitor=words[1], admitted_at=int(words[2]), expires_at=int(words[3])
    )


def _words(token: str, kind: str, count: int) -> list[str] | None:
    if not token or len(token) > LONGEST or not token.isascii():
        return None
    try:
        words = _signer(kind).unsign(token).split(".")
    except BadSignature:
        return None
    return words if len(words) == count else None


def _signer(kind: str) -> Signer:
    return _signer_with(kind, tuple(settings.WAITING_ROOM_KEYS) or (settings.SECRET_KEY,))


@functools.lru_cache(maxsize=8)
def _signer_with(kind: str, keys: tuple[str, ...]) -> Signer:
    return Signer(key=keys[0], fallback_keys=list(keys[1:]), salt=f"waiting room {kind}")
