"""What a second run must find again: generated secrets, remembered ports, what was done already."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from ticketmaster.embedded.area import write_for_owner_only
from ticketmaster.embedded.ports import free_port, is_free


class State:
    """A small JSON file of mode 600, written whole and at once, so that a crash never halves it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[str, Any] = self._read()

    def _read(self) -> dict[str, Any]:
        try:
            values = json.loads(self.path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return values if isinstance(values, dict) else {}

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def set(self, key: str, value: Any) -> None:
        """Remember the value; nothing is written when it is what we know already."""
        if self.values.get(key) == value:
            return
        self.values = {**self._read(), key: value}  # a `./run manage` may have written meanwhile
        self._write()

    def _write(self) -> None:
        new = self.path.with_suffix(".new")
        write_for_owner_only(new, json.dumps(self.values, indent=2))
        new.replace(self.path)

    def secret(self, name: str, *, prefix: str = "") -> str:
        """The secret of that name, generated the first time it is asked for."""
        if not self.get(name):
            self.set(name, prefix + secrets.token_urlsafe(32))
        return str(self.get(name))

    def port(self, name: str) -> int:
        """The loopback port of that service: last time's if it is still free, else a new one."""
        remembered = self.get(f"{name}_port")
        if not isinstance(remembered, int) or not is_free(remembered):
            remembered = free_port()
            self.set(f"{name}_port", remembered)
        return remembered
