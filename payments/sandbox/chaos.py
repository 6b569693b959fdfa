"""Faults on demand: what `/_chaos` sets, and the questions that the rest of the sandbox asks it.

    POST /_chaos {"webhooks": {"delay_ms": 500, "drop": 0.3, "duplicate": 3, "reorder": true,
                               "hold": true},
                  "answer_late_ms": 800, "act_then_cut": 2, "fail_before": 1, "fail_after": 1,
                  "decline_next_capture": 1, "outage_seconds": 30, "clock_offset_seconds": 3600,
                  "card_fingerprint": "same"}

Only what is named changes. `answer_late_ms`, `act_then_cut`, `fail_before` and `fail_after` also
take `{"n": 2, "path": "/capture$", "method": "POST"}` (`ms` in place of `n` for the first), and so
hit only requests whose path matches. The counted ones leave reads alone unless `method` is GET.
`fail_before` answers 500 before the request is begun and remembers nothing; `fail_after` does the
act, answers 500 and, as Stripe does, remembers that 500 under the idempotency key (with
`"remembered": false` in the object form it remembers the true answer).
"""

import random
import re
import time
from typing import Any

from payments.sandbox.errors import InvalidParameter

CALM: dict[str, Any] = {
    "webhooks": {"delay_ms": 0, "drop": 0, "duplicate": 1, "reorder": False, "hold": False},
    "answer_late_ms": 0,
    "act_then_cut": 0,
    "fail_before": 0,
    "fail_after": 0,
    "decline_next_capture": 0,
    "outage_seconds": 0,
    "clock_offset_seconds": 0,
    "card_fingerprint": None,
}
COUNTED = ("act_then_cut", "fail_before", "fail_after")
REORDER_SPREAD_SECONDS = 2.0


def calm() -> dict[str, Any]:
    """The controls when nothing is wrong."""
    return CALM | {"webhooks": dict(CALM["webhooks"])}


class Chaos:
    """The controls as they stand. Counted ones run down as they are used."""

    def __init__(self, kept: dict[str, Any] | None = None) -> None:
        self.controls = calm() | (kept or {})
        self.random = random.Random()

    def change(self, wanted: dict[str, Any]) -> None:
        """Set the named controls. Raises InvalidParameter for unknown names or odd values."""
        check_controls(wanted)
        changes = dict(wanted)
        self.controls["webhooks"] = self.controls["webhooks"] | changes.pop("webhooks", {})
        self.controls |= changes
        if "outage_seconds" in changes:
            self.controls["outage_until"] = time.time() + changes["outage_seconds"]

    def reset(self) -> None:
        self.controls = calm()

    def in_outage(self) -> bool:
        """Whether Stripe is away just now; real time, not fake."""
        return time.time() < float(self.controls.get("outage_until", 0))

    def uses(self, name: str, *, method: str, path: str) -> dict[str, Any] | None:
        """Use up one of a counted control if it is meant for this request."""
        control = self._for(name, method=method, path=path)
        if control is None or control["n"] < 1:
            return None
        left = control | {"n": control["n"] - 1}
        plain = not isinstance(self.controls[name], dict)
        self.controls[name] = left["n"] if plain else left
        return control

    def lateness(self, *, method: str, path: str) -> float:
        """Seconds for which this request's answer is to be kept back."""
        control = self._for("answer_late_ms", method=method, path=path)
        return float((control or {}).get("ms", 0)) / 1000

    def declines_capture(self) -> bool:
        """Use up one declined capture."""
        if self.controls["decline_next_capture"] < 1:
            return False
        self.controls["decline_next_capture"] -= 1
        return True

    def delivery_times(self) -> list[float]:
        """When to deliver an event, in real time: an empty list drops it for good."""
        hooks = self.controls["webhooks"]
        if hooks["drop"] and self.random.random() < float(hooks["drop"]):
            return []
        due = time.time() + hooks["delay_ms"] / 1000
        spread = max(REORDER_SPREAD_SECONDS, hooks["delay_ms"] / 1000) if hooks["reorder"] else 0
        return [due + self.random.random() * spread for _ in range(hooks["duplicate"])]

    def holds_webhooks(self) -> bool:
        return bool(self.controls["webhooks"]["hold"]) or self.in_outage()

    def _for(self, name: str, *, method: str, path: str) -> dict[str, Any] | None:
        value = self.controls[name]
        if not isinstance(value, dict):
            value = {"n": value, "ms": value}
        usual = "POST" if name in COUNTED else method
        fits = re.search(value.get("path", ""), path) and value.get("method", usual) == method
        return value if fits else None


def check_controls(wanted: dict[str, Any]) -> None:
    """Raises InvalidParameter for a control that does not exist or a value that it cannot take."""
    for name, value in wanted.items():
        if name not in CALM:
            raise InvalidParameter(f"Unknown control: {name}", param=name)
        if name == "webhooks":
            _check_webhooks(value)
        elif isinstance(value, dict) and name in (*COUNTED, "answer_late_ms"):
            _check_matching(name, value)
        elif name == "card_fingerprint":
            _check(value is None or isinstance(value, str), name)
        else:
            _check(_is_number(value) and (value >= 0 or name == "clock_offset_seconds"), name)


def _check_webhooks(value: Any) -> None:
    _check(isinstance(value, dict) and value.keys() <= CALM["webhooks"].keys(), "webhooks")
    for name, setting in value.items():
        if name in ("hold", "reorder"):
            _check(isinstance(setting, bool), name)
        elif name == "duplicate":
            _check(isinstance(setting, int) and 0 <= setting <= 100, name)
        else:
            _check(isinstance(setting, bool) or (_is_number(setting) and setting >= 0), name)


def _check_matching(name: str, value: dict[str, Any]) -> None:
    amount = "ms" if name == "answer_late_ms" else "n"
    _check(value.keys() <= {amount, "path", "method", "remembered"}, name)
    _check(_is_number(value.get(amount)) and value[amount] >= 0, name)
    try:
        re.compile(value.get("path", ""))
    except (re.error, TypeError) as error:
        raise InvalidParameter(f"Not a pattern: {error}", param=name) from error


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check(fine: bool, name: str) -> None:
    if not fine:
        raise InvalidParameter(f"Invalid value for {name}", param=name)
