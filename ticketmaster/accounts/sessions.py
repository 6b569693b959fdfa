"""Whether a session still stands for its user, without loading the user's row each time.

A session names its user and carries a hash of the password at sign-in. What the hash must be now
is kept in the cache for half a minute and forgotten at once when a password changes, so that a
new password or a disabled account ends every session and token.
"""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.cache import cache
from django.db import transaction
from django.utils.crypto import constant_time_compare

from ticketmaster.accounts.models import User
from ticketmaster.core.written import Written

KEPT_SECONDS = 30
ROW = Written(User, "WHERE id = %s")  # building it anew took a fifth of a hold's time


def stands(*, user_id: int, session_hash: str) -> bool:
    """True while the user is active and has the password of this session."""
    kept = cache.get(_key(user_id))
    if kept is not None and constant_time_compare(kept, session_hash):
        return True
    user = active_user(user_id=user_id, session_hash=session_hash)
    if user is None:
        return False
    cache.set(_key(user_id), session_hash, KEPT_SECONDS)
    return True


def active_user(*, user_id: int, session_hash: str) -> User | None:
    """The row, or None where it is gone, disabled or has another password."""
    user = ROW.first(user_id)
    if user is None or not user.is_active:
        return None
    # Hashes under an older SECRET_KEY count while SECRET_KEY_FALLBACKS names it.
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return user if any(constant_time_compare(known, session_hash) for known in hashes) else None


def forget(user_id: int) -> None:
    """Ask the row again next time. After the commit, or an old password could be kept anew."""
    transaction.on_commit(lambda: cache.delete(_key(user_id)))


def _key(user_id: int) -> str:
    return f"standing:{user_id}"


class WatchedMinimumLength(MinimumLengthValidator):
    """Django's rule of eight characters, which Django also tells of every changed password."""

    def password_changed(self, password: str, user: User | None = None) -> None:
        """Called by `save()` after `set_password()`, whichever page or command did it."""
        if user is not None and user.pk:
            forget(user.pk)
