"""Objects as the world may see them: without our own fields, with what was asked to be expanded."""

from collections.abc import Callable
from typing import Any

from payments.sandbox.errors import InvalidParameter
from payments.sandbox.store import StripeObject

Finder = Callable[[str], StripeObject | None]
Children = Callable[[StripeObject, str], StripeObject]

DEEPEST = 4
EXPANDABLE = {
    "payment_intent": {"latest_charge", "payment_method", "customer"},
    "charge": {"payment_intent", "balance_transaction", "customer"},
    "refund": {"payment_intent", "charge", "balance_transaction"},
    "checkout.session": {"payment_intent", "customer"},
    "balance_transaction": {"source"},
    "dispute": {"charge", "payment_intent"},
}
INCLUDABLE = {"charge": {"refunds"}, "checkout.session": {"line_items"}}
# What a browser may see of an intent with its publishable key and client secret.
BROWSER_FIELDS = """
id object amount automatic_payment_methods canceled_at cancellation_reason capture_method
client_secret confirmation_method created currency description last_payment_error livemode
next_action payment_method payment_method_types processing receipt_email setup_future_usage
shipping status
""".split()


def public(thing: Any) -> Any:
    """A copy without the fields that begin with an underscore, which are the sandbox's own."""
    if isinstance(thing, dict):
        return {key: public(value) for key, value in thing.items() if not key.startswith("_")}
    if isinstance(thing, list):
        return [public(item) for item in thing]
    return thing


def for_browser(intent: StripeObject) -> StripeObject:
    """The part of an intent that its client secret opens."""
    return {name: intent[name] for name in BROWSER_FIELDS if name in intent}


def expanded(
    thing: StripeObject, paths: list[str], *, find: Finder, children: Children
) -> StripeObject:
    """The object with each path of ids (`latest_charge.balance_transaction`) replaced by objects.

    Raises InvalidParameter for what cannot be expanded.
    """
    for path in paths:
        if path.count(".") >= DEEPEST:
            message = f"You cannot expand more than {DEEPEST} levels of a property ({path[:80]})."
            raise InvalidParameter(message, param="expand")
        _expand(thing, path.split("."), path, find, children)
    return thing


def _expand(
    thing: StripeObject, steps: list[str], path: str, find: Finder, children: Children
) -> None:
    step, rest = steps[0], steps[1:]
    if thing["object"] == "list" and step == "data" and rest:
        for item in thing["data"]:
            _expand(item, rest, path, find, children)
        return
    if step in INCLUDABLE.get(thing["object"], ()):
        thing[step] = thing.get(step) or children(thing, step)
    elif step not in EXPANDABLE.get(thing["object"], ()):
        raise InvalidParameter(
            f"This property cannot be expanded ({path}).", param="expand", code=None
        )
    elif isinstance(thing.get(step), str):
        thing[step] = find(thing[step]) or thing[step]
    if rest and isinstance(thing.get(step), dict):
        _expand(thing[step], rest, path, find, children)
