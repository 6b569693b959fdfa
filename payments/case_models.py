"""What happens to money after a sale by somebody else's will: a bank's dispute, an event's end."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from ticketmaster.core.money import validate_currency

FUNDS_GONE = ["open", "lost"]


class Dispute(models.Model):
    """A card's owner asks the bank for the money back; the bank takes it and decides later.

    `inquiry` is a bank's question that moved no money. While it is `open`, and after it is
    `lost`, the ledger has `amount_minor` less with Stripe.
    """

    class Status(models.TextChoices):
        """Where the dispute stands."""

        INQUIRY = "inquiry", "The bank asks; no money moved"
        OPEN = "open", "Open: the bank has the money"
        WON = "won", "Won: the money came back"
        LOST = "lost", "Lost: the money is gone"
        CLOSED = "closed", "Closed without money moving"

    attempt = models.ForeignKey(
        "payments.PaymentAttempt", on_delete=models.PROTECT, related_name="disputes", editable=False
    )
    stripe_id = models.CharField(max_length=255, unique=True, editable=False)
    status = models.CharField(max_length=7, choices=Status.choices, editable=False)
    amount_minor = models.PositiveBigIntegerField(editable=False)
    currency = models.CharField(max_length=3, validators=[validate_currency], editable=False)
    reason = models.CharField(max_length=80, blank=True, editable=False)
    answer_by = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["inquiry", "open", "won", "lost", "closed"]),
                name="dispute_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"dispute {self.stripe_id}"


class EventRefund(models.Model):
    """All bookings of a cancelled event on their way to an end; progress is counted, not kept.

    `booking_count` and `amount_minor` are what staff saw and confirmed. `wants_approval` waits for
    a second person. `due_at` is when a worker may (again) take it up.
    """

    event = models.OneToOneField(
        "events.Event", on_delete=models.PROTECT, related_name="refund_job", editable=False
    )
    booking_count = models.PositiveIntegerField(editable=False)
    amount_minor = models.PositiveBigIntegerField(editable=False)
    currency = models.CharField(max_length=3, validators=[validate_currency], editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+", editable=False,
    )  # fmt: skip
    wants_approval = models.BooleanField(default=False, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+", editable=False,
    )  # fmt: skip
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    due_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        verbose_name = "refund of a cancelled event"
        verbose_name_plural = "refunds of cancelled events"
        indexes = [
            models.Index(
                fields=["due_at"],
                name="event_refund_due",
                condition=Q(finished_at__isnull=True, wants_approval=False),
            )
        ]

    def __str__(self) -> str:
        return f"refunds of event {self.event_id}"
