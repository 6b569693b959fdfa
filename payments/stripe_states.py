"""What Stripe says, in our own words and our own minor units."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from payments.amounts import from_stripe


class Stage(StrEnum):
    """How far a payment has come at Stripe."""

    OPEN = "open"
    ACTION = "action"
    AUTHORISED = "authorised"
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    CANCELED = "canceled"


STAGES = {
    "requires_confirmation": Stage.OPEN,
    "processing": Stage.OPEN,
    "requires_action": Stage.ACTION,
    "requires_capture": Stage.AUTHORISED,
    "succeeded": Stage.SUCCEEDED,
    "requires_payment_method": Stage.REFUSED,
    "canceled": Stage.CANCELED,
}


@dataclass(frozen=True, slots=True)
class IntentState:
    """A PaymentIntent as Stripe has it now. `id` is blank where none was ever made."""

    id: str
    stage: Stage
    amount_minor: int = 0
    currency: str = ""
    received_minor: int = 0
    refunded_minor: int = 0
    created: int = 0
    livemode: bool = False
    client_secret: str = ""
    next_action: dict[str, Any] | None = None
    decline_code: str = ""
    decline_message: str = ""
    card_fingerprint: str = ""
    disputed: bool = False
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def has_money(self) -> bool:
        """Whether the fan's money is blocked or taken."""
        return self.stage in {Stage.AUTHORISED, Stage.SUCCEEDED}

    @property
    def left_minor(self) -> int:
        """What of the fan's money is blocked, or taken and not given back, where it has money."""
        if self.stage == Stage.AUTHORISED:
            return self.amount_minor
        return self.received_minor - self.refunded_minor


@dataclass(frozen=True, slots=True)
class SessionState:
    """A Checkout Session: `open`, `complete` or `expired`; its intent once it has one."""

    id: str
    status: str
    url: str
    intent: IntentState | None
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class RefundState:
    """A refund at Stripe: `pending`, `requires_action`, `succeeded`, `failed` or `canceled`."""

    id: str
    status: str
    amount_minor: int
    intent_id: str
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class DisputeState:
    """A dispute at Stripe; `status` in Stripe's own words, `answer_by` in Unix time or None."""

    id: str
    status: str
    amount_minor: int
    reason: str
    answer_by: int | None


def read_intent(raw: dict[str, Any]) -> IntentState:
    """The state of a PaymentIntent, its latest charge included where that was expanded."""
    currency = raw["currency"].upper()
    charge = raw.get("latest_charge")
    charge = charge if isinstance(charge, dict) else {}
    error = raw.get("last_payment_error") or {}
    details = (charge.get("payment_method_details") or {}).get("card") or {}
    return IntentState(
        id=raw["id"],
        stage=STAGES[raw["status"]],
        amount_minor=from_stripe(raw["amount"], currency),
        currency=currency,
        received_minor=from_stripe(raw.get("amount_received") or 0, currency),
        refunded_minor=from_stripe(charge.get("amount_refunded") or 0, currency),
        created=raw.get("created") or 0,
        livemode=bool(raw.get("livemode")),
        client_secret=raw.get("client_secret") or "",
        next_action=raw.get("next_action"),
        decline_code=error.get("decline_code") or error.get("code") or "",
        decline_message=error.get("message") or "",
        card_fingerprint=details.get("fingerprint") or "",
        disputed=bool(charge.get("disputed")),
        metadata=raw.get("metadata") or {},
    )


def read_session(raw: dict[str, Any]) -> SessionState:
    """The state of a Checkout Session whose intent was expanded."""
    intent = raw.get("payment_intent")
    return SessionState(
        id=raw["id"],
        status=raw["status"] or "open",
        url=raw.get("url") or "",
        intent=read_intent(intent) if isinstance(intent, dict) else None,
        metadata=raw.get("metadata") or {},
    )


def read_refund(raw: dict[str, Any]) -> RefundState:
    """The state of a refund."""
    intent = raw.get("payment_intent")
    return RefundState(
        id=raw["id"],
        status=raw.get("status") or "pending",
        amount_minor=from_stripe(raw["amount"], raw["currency"].upper()),
        intent_id=intent["id"] if isinstance(intent, dict) else intent or "",
        metadata=raw.get("metadata") or {},
    )


def read_dispute(raw: dict[str, Any]) -> DisputeState:
    """The state of a dispute."""
    return DisputeState(
        id=raw["id"],
        status=raw["status"],
        amount_minor=from_stripe(raw["amount"], raw["currency"].upper()),
        reason=raw.get("reason") or "",
        answer_by=(raw.get("evidence_details") or {}).get("due_by"),
    )
