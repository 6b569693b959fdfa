"""Where everything is kept: one SQLite file in WAL mode.

Every request is one transaction, committed before its answer leaves, so a killed process loses no
payment that anybody was told about. `synchronous=NORMAL` is enough for that: a commit is in the
kernel's hands, which survives the death of the process (though not of the machine).
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

StripeObject = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    created INTEGER NOT NULL,
    type TEXT,
    payment_intent TEXT,
    charge TEXT,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, seq);
CREATE INDEX IF NOT EXISTS objects_by_type ON objects (kind, type, seq);
CREATE INDEX IF NOT EXISTS objects_by_age ON objects (kind, created, type);
CREATE INDEX IF NOT EXISTS objects_by_intent ON objects (payment_intent, kind, seq)
    WHERE payment_intent IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_by_charge ON objects (charge, kind, seq)
    WHERE charge IS NOT NULL;
CREATE TABLE IF NOT EXISTS answers (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    created REAL NOT NULL,
    path TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    request_id TEXT NOT NULL,
    PRIMARY KEY (account, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_age ON answers (created);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    url TEXT NOT NULL,
    due REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS deliveries_by_due ON deliveries (due);
CREATE TABLE IF NOT EXISTS timers (
    target TEXT NOT NULL,
    action TEXT NOT NULL,
    due REAL NOT NULL,
    PRIMARY KEY (target, action)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS timers_by_due ON timers (due);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

LISTED_BY = {"payment_intent", "charge"}


def _columns(thing: StripeObject) -> tuple[str | None, str | None, str | None]:
    """What an object can be listed by: type or status, its intent, its charge."""
    label = thing.get("type") if thing["object"] == "event" else thing.get("status")
    intent, charge = thing.get("payment_intent"), thing.get("charge")
    return (
        label,
        intent if isinstance(intent, str) else None,
        charge if isinstance(charge, str) else None,
    )


class Store:
    """Objects as JSON by id, and the few tables beside them. For one thread."""

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        if self.path != ":memory:":
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        self.connection.executescript(SCHEMA)

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that happens inside is kept, or none of it."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def insert(self, thing: StripeObject) -> None:
        self.connection.execute(
            "INSERT INTO objects (id, kind, created, type, payment_intent, charge, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (thing["id"], thing["object"], thing["created"], *_columns(thing), _dump(thing)),
        )

    def update(self, thing: StripeObject) -> None:
        self.connection.execute(
            "UPDATE objects SET type = ?, payment_intent = ?, charge = ?, body = ? WHERE id = ?",
            (*_columns(thing), _dump(thing), thing["id"]),
        )

    def find(self, identifier: str) -> StripeObject | None:
        row = self.connection.execute(
            "SELECT body FROM objects WHERE id = ?", (identifier,)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def text_of(self, identifier: str) -> str | None:
        """An object's JSON as it is kept, or None. Events have no fields of our own in it."""
        row = self.connection.execute(
            "SELECT body FROM objects WHERE id = ?", (identifier,)
        ).fetchone()
        return str(row[0]) if row else None

    def position_of(self, identifier: str) -> int | None:
        """The order of arrival of an object; lists page by it."""
        row = self.connection.execute(
            "SELECT seq FROM objects WHERE id = ?", (identifier,)
        ).fetchone()
        return row[0] if row else None

    def select(
        self, clauses: list[str], values: list[Any], *, oldest_first: bool, limit: int
    ) -> list[StripeObject]:
        """Objects that meet every clause. Clauses are fixed texts of ours; values are bound."""
        order = "ASC" if oldest_first else "DESC"
        # rows are chosen in an index first, and only then are their bodies read
        chosen = f"SELECT seq FROM objects WHERE {' AND '.join(clauses)} ORDER BY seq {order}"
        sql = f"SELECT body FROM objects WHERE seq IN ({chosen} LIMIT ?) ORDER BY seq {order}"
        rows = self.connection.execute(sql, [*values, limit])
        return [json.loads(body) for (body,) in rows]

    def children(self, kind: str, **parent: str) -> list[StripeObject]:
        """Objects of a kind that belong to one intent or charge, oldest first."""
        [(column, identifier)] = parent.items()
        if column not in LISTED_BY:
            raise ValueError(column)
        return self.select(
            [f"{column} = ?", "kind = ?"], [identifier, kind], oldest_first=True, limit=10_000
        )

    def note(self, name: str) -> Any:
        """A remembered value, or None."""
        row = self.connection.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def remember(self, name: str, value: Any) -> None:
        self.connection.execute(
            "INSERT INTO notes (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, json.dumps(value)),
        )

    def set_timer(self, target: str, action: str, *, due: float) -> None:
        """Have `action` done on `target` at a moment of fake time."""
        self.connection.execute(
            "INSERT OR REPLACE INTO timers (target, action, due) VALUES (?, ?, ?)",
            (target, action, due),
        )

    def clear_timer(self, target: str, action: str) -> None:
        self.connection.execute(
            "DELETE FROM timers WHERE target = ? AND action = ?", (target, action)
        )

    def due_timers(self, now: float) -> list[tuple[str, str]]:
        return self.connection.execute(
            "SELECT target, action FROM timers WHERE due <= ? ORDER BY due LIMIT 500", (now,)
        ).fetchall()


def _dump(thing: StripeObject) -> str:
    return json.dumps(thing, separators=(",", ":"))
