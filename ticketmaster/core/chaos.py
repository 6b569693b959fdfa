"""The one test hook in product code: named points at which a test may stop, raise or kill."""

from collections.abc import Callable

handler: Callable[[str], None] | None = None


def chaospoint(name: str) -> None:
    """Do nothing, unless test settings have put a handler here."""
    if handler is not None:
        handler(name)
