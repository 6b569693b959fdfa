"""On what terms the demo's houses take tickets back."""

from events.models import Event
from events.refund_terms import RefundTerms

Rule = Event.RefundRule

WEEK = RefundTerms(Rule.FULL, 7 * 24)
DAYS = RefundTerms(Rule.LESS_FEES, 48, "The money is with your bank within five days.")
NONE = RefundTerms(Rule.NONE, 0, "The room is small and the price is low.")
FREE = RefundTerms(
    Rule.FULL, 0, "If you cannot come, give your ticket back, so that somebody else can."
)
