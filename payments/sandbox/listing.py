"""Lists: newest first, paged by id, filtered by when things were made and what they belong to."""

from typing import Any

from payments.sandbox.desk import Desk
from payments.sandbox.errors import InvalidParameter, ResourceMissing
from payments.sandbox.schema import Whole
from payments.sandbox.store import StripeObject

COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
COLUMNS = {"payment_intent": "payment_intent", "charge": "charge", "status": "type"}


def list_objects(desk: Desk, kind: str, wanted: dict[str, Any], *, url: str) -> StripeObject:
    """One page of objects of a kind as Stripe's list object."""
    limit = wanted.get("limit", 10)
    if not 1 <= limit <= 100:
        raise InvalidParameter("Invalid limit: must be from 1 to 100.", param="limit")
    if "starting_after" in wanted and "ending_before" in wanted:
        message = "You may only specify one of these parameters: starting_after, ending_before."
        raise InvalidParameter(message, param="ending_before")
    clauses, values = _filters(kind, wanted)
    backwards = "ending_before" in wanted
    for name, comparison in (("starting_after", "<"), ("ending_before", ">")):
        if name in wanted:
            clauses.append(f"seq {comparison} ?")
            values.append(_position(desk, wanted[name], name))
    found = desk.store.select(clauses, values, oldest_first=backwards, limit=limit + 1)
    page = found[:limit]
    return {
        "object": "list",
        "data": page[::-1] if backwards else page,
        "has_more": len(found) > limit,
        "url": url,
    }


def _filters(kind: str, wanted: dict[str, Any]) -> tuple[list[str], list[Any]]:
    clauses: list[str] = ["kind = ?"]
    values: list[Any] = [kind]
    for name, column in COLUMNS.items():
        if name in wanted:
            clauses.append(f"{column} = ?")
            values.append(wanted[name])
    for comparison, moment in _moments(wanted.get("created", {})):
        clauses.append(f"created {comparison} ?")
        values.append(moment)
    if "type" in wanted or "types" in wanted:
        _add_types(clauses, values, wanted.get("types") or [wanted["type"]])
    if "delivery_success" in wanted:
        sign = "=" if wanted["delivery_success"] else ">"
        clauses.append(f"json_extract(body, '$.pending_webhooks') {sign} 0")
    return clauses, values


def _add_types(clauses: list[str], values: list[Any], types: list[str]) -> None:
    if len(types) > 20:
        raise InvalidParameter("You may pass at most 20 types.", param="types")
    clauses.append("(" + " OR ".join("type GLOB ?" for _ in types) + ")")
    values.extend(name.replace("[", "[[]").replace("?", "[?]") for name in types)


def _moments(created: Any) -> list[tuple[str, int]]:
    if isinstance(created, str):
        return [("=", Whole().read(created, "created"))]
    if not isinstance(created, dict):
        raise InvalidParameter("Invalid created", param="created")
    moments = []
    for name, moment in created.items():
        if name not in COMPARISONS:
            raise InvalidParameter(
                f"Received unknown parameter: created[{name}]",
                code="parameter_unknown",
                param=f"created[{name}]",
            )
        moments.append((COMPARISONS[name], Whole().read(moment, f"created[{name}]")))
    return moments


def _position(desk: Desk, identifier: str, name: str) -> int:
    position = desk.store.position_of(identifier)
    if position is None:
        raise ResourceMissing("object", identifier, param=name, status=400)
    return position
