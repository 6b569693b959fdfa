"""What was asked of Stripe, what it answered, and where every cent is."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from payments.case_models import Dispute, EventRefund
from payments.check_models import InvariantResult
from ticketmaster.core.money import validate_currency

__all__ = [
    "Dispute",
    "EventRefund",
    "InvariantResult",
    "LedgerAccount",
    "LedgerEntry",
    "PaymentAttempt",
    "Refund",
    "StripeEvent",
]

LIVE_STATUSES = ["created", "sent", "requires_action", "authorised", "captured", "unknown"]
OPEN_STATUSES = ["created", "sent", "requires_action", "authorised", "unknown"]
OPEN_REFUNDS = ["created", "sent", "unknown"]


class PaymentAttempt(models.Model):
    """One try to pay one booking; its amount is frozen, its status moves by compare-and-set.

    `created` → `sent` → `requires_action` → `authorised` → `captured`; ends `declined`,
    `voided`, `refunded`. `unknown` counts as live until the reconciler settles it.
    """

    class Status(models.TextChoices):
        """Where the attempt stands."""

        CREATED = "created", "Created"
        SENT = "sent", "Sent"
        REQUIRES_ACTION = "requires_action", "Waits for the fan"
        AUTHORISED = "authorised", "Authorised"
        CAPTURED = "captured", "Captured"
        DECLINED = "declined", "Declined"
        VOIDED = "voided", "Voided"
        REFUNDED = "refunded", "Refunded"
        UNKNOWN = "unknown", "Unknown"

    class Kind(models.TextChoices):
        """How the card reaches Stripe."""

        CARD = "card", "Payment method or confirmation token"
        HOSTED = "hosted", "Stripe's own page"

    booking = models.ForeignKey(
        "bookings.Booking", on_delete=models.PROTECT, related_name="attempts", editable=False
    )
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.CARD, editable=False)
    status = models.CharField(
        max_length=15, choices=Status.choices, default=Status.CREATED, editable=False
    )
    amount_minor = models.PositiveBigIntegerField(editable=False)
    currency = models.CharField(max_length=3, validators=[validate_currency], editable=False)
    payment_method = models.CharField(max_length=255, blank=True, editable=False)
    confirmation_token = models.CharField(max_length=255, blank=True, editable=False)
    intent_id = models.CharField(max_length=255, null=True, blank=True, unique=True, editable=False)
    session_id = models.CharField(
        max_length=255, null=True, blank=True, unique=True, editable=False
    )
    client_secret = models.CharField(max_length=255, blank=True, editable=False)
    next_action = models.JSONField(null=True, blank=True, editable=False)
    card_fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    decline_code = models.CharField(max_length=80, blank=True, editable=False)
    decline_message = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    captured_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [
            models.Index(
                fields=["changed_at"],
                name="attempt_open",
                condition=Q(status__in=OPEN_STATUSES),
            ),
            models.Index(
                fields=["card_fingerprint"],
                name="attempt_by_card",
                condition=~Q(card_fingerprint=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(status__in=LIVE_STATUSES),
                name="one_live_attempt_per_booking",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[*LIVE_STATUSES, "declined", "voided", "refunded"]),
                name="attempt_status_known",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="attempt_of_something"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk} of booking {self.booking_id}"


class Refund(models.Model):
    """Money on its way back, and which part of the price it is: face, fee, tax.

    The sum per attempt never exceeds what was captured, which a trigger keeps. `kept_minor` is by
    how much the tickets of `lines` were worth more: fees that the terms keep, and what had gone
    back before; negative where what was kept earlier goes back, too. `retry_of` is the failed
    refund that this one tries again.
    """

    class Status(models.TextChoices):
        """Where the refund stands."""

        CREATED = "created", "Created"
        SENT = "sent", "Sent"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Unknown"

    class Kind(models.TextChoices):
        """What it is for."""

        TICKETS = "tickets", "Tickets taken back"
        EVENT = "event", "Event cancelled"
        GOODWILL = "goodwill", "Goodwill: the tickets stay valid"
        OUTSIDE = "outside", "Made at Stripe, not sorted yet"

    attempt = models.ForeignKey(
        PaymentAttempt, on_delete=models.PROTECT, related_name="refunds", editable=False
    )
    kind = models.CharField(
        max_length=8, choices=Kind.choices, default=Kind.TICKETS, db_default=Kind.TICKETS,
        editable=False,
    )  # fmt: skip
    lines = models.ManyToManyField(
        "bookings.BookingLine", related_name="refunds", blank=True, editable=False
    )
    status = models.CharField(
        max_length=9, choices=Status.choices, default=Status.CREATED, editable=False
    )
    amount_minor = models.PositiveBigIntegerField(editable=False)
    face_minor = models.PositiveBigIntegerField(default=0, editable=False)
    fee_minor = models.PositiveBigIntegerField(default=0, editable=False)
    tax_minor = models.PositiveBigIntegerField(default=0, editable=False)
    kept_minor = models.BigIntegerField(default=0, db_default=0, editable=False)
    currency = models.CharField(max_length=3, validators=[validate_currency], editable=False)
    retry_of = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="retry",
        editable=False,
    )  # fmt: skip
    reason = models.CharField(max_length=120, blank=True, editable=False)
    stripe_id = models.CharField(max_length=255, null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [
            models.Index(
                fields=["changed_at"], name="refund_open", condition=Q(status__in=OPEN_REFUNDS)
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_of_something"),
            models.CheckConstraint(
                condition=Q(status__in=[*OPEN_REFUNDS, "succeeded", "failed"]),
                name="refund_status_known",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor=F("face_minor") + F("fee_minor") + F("tax_minor")),
                name="refund_parts_sum_up",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["tickets", "event", "goodwill", "outside"]),
                name="refund_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"refund {self.pk} of attempt {self.attempt_id}"


class StripeEvent(models.Model):
    """The webhook's inbox: stored under Stripe's own event id, then answered, then worked on."""

    event_id = models.CharField(max_length=255, unique=True, editable=False)
    kind = models.CharField(max_length=80, editable=False)
    object_id = models.CharField(max_length=255, blank=True, editable=False)
    payload = models.JSONField(default=dict, editable=False)
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    due_at = models.DateTimeField(db_default=Now(), editable=False)
    processed_at = models.DateTimeField(null=True, blank=True, editable=False)
    parked_at = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveIntegerField(default=0, editable=False)
    outcome = models.CharField(max_length=500, blank=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="stripe_event_due",
                condition=Q(processed_at__isnull=True, parked_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class LedgerAccount(models.TextChoices):
    """Where money can be. Debits are positive, credits negative; each entry set sums to zero."""

    STRIPE = "stripe", "With Stripe"
    FACE = "face", "Owed to the promoter (face price)"
    FEE = "fee", "Earned fees"
    TAX = "tax", "Owed in tax"
    DISPUTED = "disputed", "Taken by a bank until a dispute ends"


class LedgerEntry(models.Model):
    """One side of a booking of money, in minor units. Never changed, never deleted."""

    booking = models.ForeignKey(
        "bookings.Booking", on_delete=models.PROTECT, related_name="ledger", editable=False
    )
    attempt = models.ForeignKey(
        PaymentAttempt,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ledger",
        editable=False,
    )
    refund = models.ForeignKey(
        Refund,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ledger",
        editable=False,
    )
    transfer = models.CharField(
        max_length=80, editable=False, help_text="Entries of one movement share this key"
    )
    account = models.CharField(max_length=8, choices=LedgerAccount.choices, editable=False)
    amount_minor = models.BigIntegerField(editable=False)
    currency = models.CharField(max_length=3, validators=[validate_currency], editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        verbose_name_plural = "ledger entries"
        constraints = [
            models.UniqueConstraint(fields=["transfer", "account"], name="one_entry_per_side"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="entry_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_minor} {self.currency}"
