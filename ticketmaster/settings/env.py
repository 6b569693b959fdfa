"""Reading the environment: text, switches, numbers, lists and database addresses."""

import os
from typing import Any

from psycopg.conninfo import conninfo_to_dict

# A statement is prepared when a connection meets it for the third time.
PREPARED_FROM = 2
ON = frozenset({"1", "true", "yes", "on"})


def text(name: str, default: str = "") -> str:
    """The variable's text, or the default where it is missing or blank."""
    return os.environ.get(name, "").strip() or default


def switch(name: str, *, default: bool) -> bool:
    """True for 1, true, yes or on, whatever the case."""
    return text(name, "on" if default else "off").lower() in ON


def number(name: str, default: int) -> int:
    """The variable as an integer; ValueError names it when it is none."""
    try:
        return int(text(name, str(default)))
    except ValueError as error:
        raise ValueError(f"{name} must be a whole number") from error


def words(name: str, default: str = "") -> list[str]:
    """The variable's comma-separated words, blanks dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def postgres(url: str, *, pool: dict[str, Any], prepares: bool) -> dict[str, Any]:
    """Django's DATABASES entry for a libpq address, a unix socket's included.

    CONN_MAX_AGE stays 0 because the pool keeps the connections; health checks keep a restarted
    server from costing a request (measured: 0 errors instead of 8, docs/reliability.md).
    """
    parts = conninfo_to_dict(url)
    known = {"dbname", "user", "password", "host", "port"}
    options: dict[str, Any] = {name: value for name, value in parts.items() if name not in known}
    if prepares:
        options |= {"server_side_binding": True, "prepare_threshold": PREPARED_FROM}
    return {
        "ENGINE": "ticketmaster.core.postgres",
        "NAME": parts.get("dbname", ""),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**options, "pool": pool},
    }
