"""Keeping search rows true: each runs inside the transaction of the change it hears of."""

from collections.abc import Collection
from typing import Any

from search.rows import write_search_rows


def event_has_changed(*, event_id: int, **_: Any) -> None:
    """One event changed."""
    write_search_rows([event_id])


def events_have_changed(*, event_ids: Collection[int], **_: Any) -> None:
    """Many events changed at once: an import, or their venue's or performer's edit."""
    write_search_rows(event_ids)
