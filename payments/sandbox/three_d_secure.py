"""The end of a 3-D Secure challenge: the buyer passed it, or did not."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from payments.sandbox.authorisation import authentication_failed, charge
from payments.sandbox.desk import Desk
from payments.sandbox.errors import CardDeclined, InvalidParameter, ResourceMissing
from payments.sandbox.session_status import follow_intent
from payments.sandbox.store import StripeObject


def challenged_intent(desk: Desk, intent_id: str, token: str) -> StripeObject:
    """The intent whose challenge has this token, or ResourceMissing."""
    intent = desk.get("payment_intent", intent_id, param="intent")
    if intent.get("_challenge", {}).get("token") != token:
        raise ResourceMissing("challenge", token, param="token")
    return intent


def finish(desk: Desk, intent: StripeObject, outcome: str) -> StripeObject:
    """The intent after the challenge. Finishing it twice, or after a cancel, changes nothing."""
    if outcome not in ("succeed", "fail"):
        raise InvalidParameter("Invalid outcome: must be succeed or fail", param="outcome")
    if intent["status"] != "requires_action" or intent["_challenge"]["outcome"]:
        return intent
    intent["_challenge"]["outcome"] = outcome
    if outcome == "fail":
        return authentication_failed(desk, intent)
    try:
        return follow_intent(desk, charge(desk, intent, authenticated=True))
    except CardDeclined:  # the bank's answer is on the intent already
        return desk.get("payment_intent", intent["id"])


def way_back(intent: StripeObject) -> str | None:
    """The shop's return_url with what Stripe adds to it, or None without one."""
    target: str | None = intent["_challenge"]["return_url"]
    if not target:
        return None
    good = intent["status"] in ("succeeded", "requires_capture")
    added = urlencode(
        {
            "payment_intent": intent["id"],
            "payment_intent_client_secret": intent["client_secret"],
            "redirect_status": "succeeded" if good else "failed",
        }
    )
    parts = urlsplit(target)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, added)))))
