"""A Checkout session follows the payment that was made on its page."""

from payments.sandbox.desk import Desk
from payments.sandbox.store import StripeObject


def follow_intent(desk: Desk, intent: StripeObject) -> StripeObject:
    """Complete the intent's session, if it has one, once money is authorised or taken."""
    session_id = intent.get("_session")
    if not session_id or intent["status"] not in ("requires_capture", "succeeded"):
        return intent
    session = desk.get("checkout.session", session_id)
    if intent["status"] == "succeeded":
        session["payment_status"] = "paid"
    if session["status"] != "open":
        desk.save(session)
        return intent
    session |= {"status": "complete", "url": None, "payment_intent": intent["id"]}
    desk.store.clear_timer(session_id, "session_expires")
    desk.save(session)
    desk.announce("checkout.session.completed", session)
    return intent
