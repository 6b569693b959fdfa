"""The ledger: what money moved, for those who check the site against an outside witness.

    GET /_sandbox/ledger
    {"as_of", "payments": [{"id", "status", "amount", "currency", "amount_capturable",
     "amount_received", "amount_refunded", "disputed", "metadata", …}],
     "captures": [{"payment_intent", "charge", "amount", "currency", "created"}],
     "refunds": [{"id", "payment_intent", "charge", "amount", "status", "reason", "metadata", …}],
     "disputes": […], "totals": {"usd": {"captured", "refunded", "disputed", "authorised"}}}

    GET /_sandbox/ledger?only=live
    {"as_of", "payments": [{"id", "created", "currency", "amount_capturable", "amount_received",
     "amount_refunded", "metadata"}]}

The second names only the payments that hold money, or took some and gave not all of it back. Made
by SQLite alone it takes 0.6 s of 100,000 payments, where the whole ledger takes ten.

Amounts are in minor units. A failed refund is listed with its status and counts nowhere. Money that
was only authorised and then released is in no list but `payments`.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

PAYMENT_FIELDS = """
id status amount currency amount_capturable amount_received created canceled_at cancellation_reason
capture_method description latest_charge metadata receipt_email
""".split()
REFUND_FIELDS = "id payment_intent charge amount currency status reason created metadata".split()
DISPUTE_FIELDS = "id payment_intent charge amount currency status reason created".split()
COUNTED = ("succeeded", "pending")


def export(path: str, *, now: float) -> str:
    """The ledger as JSON text, from one snapshot, read through a connection of its own."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        connection.execute("BEGIN")
        return json.dumps(_ledger(connection, now))
    finally:
        connection.close()


LIVE = """
SELECT json_object('as_of', ?, 'payments', json_group_array(json_object(
    'id', id, 'created', created, 'currency', currency, 'amount_capturable', capturable,
    'amount_received', received, 'amount_refunded', refunded, 'metadata', json(metadata))))
FROM (
    SELECT p.id, p.created, json_extract(p.body, '$.currency') AS currency,
        coalesce(json_extract(p.body, '$.metadata'), '{}') AS metadata,
        coalesce(json_extract(p.body, '$.amount_capturable'), 0) AS capturable,
        coalesce(json_extract(p.body, '$.amount_received'), 0) AS received,
        coalesce((
            SELECT sum(json_extract(r.body, '$.amount')) FROM objects r
            WHERE r.payment_intent = p.id AND r.kind = 'refund'
              AND json_extract(r.body, '$.status') IN ('succeeded', 'pending')), 0) AS refunded
    FROM objects p WHERE p.kind = 'payment_intent'
) WHERE capturable > 0 OR received > refunded
"""


def export_live(path: str, *, now: float) -> str:
    """The payments that hold money, as JSON text, from one snapshot."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return str(connection.execute(LIVE, (now,)).fetchone()[0])
    finally:
        connection.close()


def _ledger(connection: sqlite3.Connection, now: float) -> dict[str, Any]:
    charges = [charge for charge in _objects(connection, "charge") if charge["status"] != "failed"]
    refunds = list(_objects(connection, "refund"))
    disputes = [_only(DISPUTE_FIELDS, item) for item in _objects(connection, "dispute")]
    given_back: dict[str, int] = defaultdict(int)
    for refund in refunds:
        if refund["status"] in COUNTED:
            given_back[refund["payment_intent"]] += refund["amount"]
    disputed = {dispute["payment_intent"] for dispute in disputes}
    payments = [
        _only(PAYMENT_FIELDS, intent)
        | {
            "amount_refunded": given_back[intent["id"]],
            "disputed": intent["id"] in disputed,
            "checkout_session": intent.get("_session"),
        }
        for intent in _objects(connection, "payment_intent")
    ]
    captures = [_capture(charge) for charge in charges if charge["captured"]]
    return {
        "as_of": now,
        "payments": payments,
        "captures": captures,
        "refunds": [_only(REFUND_FIELDS, refund) for refund in refunds],
        "disputes": disputes,
        "totals": _totals(payments, captures, refunds, disputes),
    }


def _capture(charge: dict[str, Any]) -> dict[str, Any]:
    return {
        "payment_intent": charge["payment_intent"],
        "charge": charge["id"],
        "amount": charge["amount_captured"],
        "currency": charge["currency"],
        "created": charge["_captured_at"],
    }


def _totals(
    payments: list[dict[str, Any]],
    captures: list[dict[str, Any]],
    refunds: list[dict[str, Any]],
    disputes: list[dict[str, Any]],
) -> dict[str, dict[str, int]]:
    sums: dict[str, dict[str, int]] = defaultdict(
        lambda: {"authorised": 0, "captured": 0, "refunded": 0, "disputed": 0}
    )
    for payment in payments:
        sums[payment["currency"]]["authorised"] += payment["amount_capturable"]
    for capture in captures:
        sums[capture["currency"]]["captured"] += capture["amount"]
    for refund in refunds:
        if refund["status"] in COUNTED:
            sums[refund["currency"]]["refunded"] += refund["amount"]
    for dispute in disputes:
        if dispute["status"] != "won":
            sums[dispute["currency"]]["disputed"] += dispute["amount"]
    return dict(sums)


def _objects(connection: sqlite3.Connection, kind: str) -> Iterator[dict[str, Any]]:
    rows = connection.execute("SELECT body FROM objects WHERE kind = ? ORDER BY seq", (kind,))
    return (json.loads(body) for (body,) in rows)


def _only(names: list[str], thing: dict[str, Any]) -> dict[str, Any]:
    return {name: thing.get(name) for name in names}
