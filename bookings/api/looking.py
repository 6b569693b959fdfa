"""A plain claim's session and the ticket lock, read in one round trip.

Of a crowd that wants one seat all but one are refused by the lock. Asking for the session first
and for the lock afterwards was a third of what each of them cost.
"""

from collections.abc import Sequence
from typing import Any

import redis
from django.conf import settings
from django.contrib.sessions.backends.cached_db import SessionStore

from bookings import ticket_lock


class LookingSession(SessionStore):
    """A session that looks at the locks of the wanted tickets while it is loaded.

    `refused` says then how the ticket lock would have refused the claim, None where it would not
    have or could not be asked. Who is let pass by that has locked nothing yet.
    """

    def __init__(self, session_key: str, *, ticket_ids: Sequence[int]) -> None:
        super().__init__(session_key)
        self.refused: ticket_lock.Refused | None = None
        self._ticket_ids = ticket_ids

    @property
    def key_salt(self) -> str:
        """Django's: the name of the class is part of what signs a kept session."""
        return f"django.contrib.sessions.{SessionStore.__qualname__}"

    def load(self) -> dict[str, Any]:
        """As Django's: from the cache, else from the database."""
        if settings.REDIS_CACHE_URL != settings.REDIS_URL:
            return self._loaded_alone()  # the locks are elsewhere
        cache = self._cache.client  # type: ignore[attr-defined]  # django-redis's, untyped
        try:
            kept, self.refused = ticket_lock.look(
                sorted(self._ticket_ids),
                beside=cache.make_key(self.cache_key),
                client=cache.get_client(write=False),
            )
        except redis.RedisError:
            return self._loaded_alone()
        return self._loaded_alone() if kept is None else cache.decode(kept)

    def _loaded_alone(self) -> dict[str, Any]:
        loaded: dict[str, Any] = super().load()
        return loaded
