"""Buyers with sessions, made in bulk: nobody signs in while something is measured."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import get_random_string

from ticketmaster.accounts.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True, slots=True)
class Buyer:
    """A user who is signed in: `token` goes into X-Session-Token."""

    user: User
    token: str


def make_buyers(count: int, *, name: str = "buyer") -> list[Buyer]:
    """That many, each an inbox of its own, their sessions in the database and in the cache."""
    addresses = [f"{name}-{number}@bench.example" for number in range(count)]
    users = User.objects.bulk_create(
        [User(email=address, person=address, password="!") for address in addresses],
        batch_size=2000,
    )
    sessions, cached, buyers = [], {}, []
    store = SessionStore()
    expires = timezone.now() + timedelta(days=1)
    for user in users:
        key = get_random_string(32, VALID_KEY_CHARS)
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: BACKEND,
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        encoded = store.encode(data)
        sessions.append(Session(session_key=key, session_data=encoded, expire_date=expires))
        cached[f"{store.cache_key_prefix}{key}"] = data
        buyers.append(Buyer(user, key))
    Session.objects.bulk_create(sessions, batch_size=2000)
    cache.set_many(cached, 3600)
    return buyers


def tokens(buyers: list[Buyer], *, uses: int) -> Iterator[str]:
    """Each buyer's token so many times, first everybody once."""
    for _ in range(uses):
        for buyer in buyers:
            yield buyer.token
