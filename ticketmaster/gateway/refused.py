"""Who was refused of late for asking too often.

A limit that refuses says when there is more (`Retry-After`). Until then, and for a second at most,
a process may refuse by itself whoever comes on the same account, without asking Redis.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping

from ticketmaster.gateway.limits import Quota

LONGEST_S = 1.0
MOST_ACCOUNTS = 10_000


class Refusals:
    """The newest refusals of this process, by account: an address, a network or a session."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[float, Quota]] = OrderedDict()
        self._guard = threading.Lock()

    def note(self, account: tuple[str, str], quota: Quota) -> None:
        """This limit has just refused this account, such as `("network", "192.0.2")`."""
        with self._guard:
            self._known[account] = time.monotonic(), quota
            self._known.move_to_end(account)
            while len(self._known) > MOST_ACCOUNTS:
                self._known.popitem(last=False)

    def find(self, who: Mapping[str, str]) -> Quota | None:
        """A limit that still refuses one of these accounts, given as `{"network": "192.0.2"}`."""
        if not self._known:
            return None
        for account in who.items():
            refused_at, quota = self._known.get(account, (0.0, None))
            if quota is not None:
                passed = time.monotonic() - refused_at
                if passed < min(quota.more_in, LONGEST_S):
                    return Quota(quota.limit, 0, max(1, math.ceil(quota.more_in - passed)))
        return None

    def clear(self) -> None:
        """Forget all, as a fresh process."""
        with self._guard:
            self._known.clear()


refusals = Refusals()
