"""Booking: who has which tickets at what price, and what was made of them."""

from collections.abc import Sequence
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from bookings.claimed import ClaimedTicket
from bookings.querysets import AdmissionQuerySet, BookingQuerySet
from bookings.waiting_room.models import WaitingRoom, WaitingRoomEntry
from ticketmaster.core.ids import new_reference
from ticketmaster.core.money import validate_currency

__all__ = ["Admission", "Booking", "BookingLine", "WaitingRoom", "WaitingRoomEntry"]


class Booking(models.Model):
    """A person's tickets for one event.

    `reserved` → `paying` → `confirmed`; `paying` → `reserved` after a decline while the hold
    lasts; ends `expired`, `cancelled`, `refunded`; `needs_attention` is for staff. From
    `expires_at` on a reserved booking reads as expired whether swept or not. Prices, limit and
    hold length are frozen here when the seats are held.
    """

    class Status(models.TextChoices):
        """Where the booking stands."""

        RESERVED = "reserved", "Reserved"
        PAYING = "paying", "Paying"
        CONFIRMED = "confirmed", "Confirmed"
        EXPIRED = "expired", "Expired"
        CANCELLED = "cancelled", "Cancelled"
        REFUNDED = "refunded", "Refunded"
        NEEDS_ATTENTION = "needs_attention", "Needs attention"

    class Channel(models.TextChoices):
        """Where it was made."""

        WEB = "web", "Web"
        DOOR = "door", "Door"
        COMPLIMENTARY = "complimentary", "Complimentary"

    reference = models.CharField(max_length=32, unique=True, default=new_reference, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bookings",
        editable=False,
        db_index=False,
    )
    person = models.CharField(max_length=254, blank=True, editable=False)
    event = models.ForeignKey(
        "events.Event", on_delete=models.PROTECT, related_name="bookings", editable=False
    )
    channel = models.CharField(
        max_length=13, choices=Channel.choices, default=Channel.WEB, editable=False
    )
    status = models.CharField(
        max_length=15, choices=Status.choices, default=Status.RESERVED, editable=False
    )
    total_minor = models.PositiveBigIntegerField(editable=False)
    currency = models.CharField(max_length=3, validators=[validate_currency], editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    hold_seconds = models.PositiveIntegerField(default=0, editable=False)
    extended_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_alternative = models.BooleanField(default=False, editable=False)
    ticket_limit = models.PositiveSmallIntegerField(editable=False)
    refund_policy = models.JSONField(default=dict, blank=True, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    # What a claim has locked and written just now, for its answer; nothing on one that was read.
    claimed: Sequence[ClaimedTicket] = ()

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [
            models.Index(fields=["user", "-id"], name="booking_by_user"),
            models.Index(fields=["person", "event"], name="booking_by_person"),
            models.Index(
                fields=["expires_at"],
                name="booking_lapsing",
                condition=Q(status__in=["reserved", "paying"]),
            ),
            models.Index(
                fields=["confirmed_at"],
                name="booking_sold",
                condition=Q(confirmed_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "reserved",
                        "paying",
                        "confirmed",
                        "expired",
                        "cancelled",
                        "refunded",
                        "needs_attention",
                    ]
                ),
                name="booking_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["reserved", "paying"]) | Q(expires_at__isnull=False),
                name="open_booking_has_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(channel="web") | Q(user__isnull=False), name="web_booking_has_user"
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(confirmed_at__isnull=False),
                name="confirmed_booking_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Its page, the owner's only."""
        return reverse("payments:booking", args=[self.reference])


class BookingLine(models.Model):
    """Which ticket at which price, frozen when held and kept after release. Minor units."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="lines")
    ticket = models.ForeignKey("events.Ticket", on_delete=models.PROTECT, related_name="lines")
    price_level_name = models.CharField(max_length=80)
    face_minor = models.PositiveBigIntegerField()
    fee_minor = models.PositiveBigIntegerField()
    tax_minor = models.PositiveBigIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "ticket"], name="one_line_per_ticket")
        ]

    def __str__(self) -> str:
        return f"{self.booking}: ticket {self.ticket_id}"

    @property
    def total_minor(self) -> int:
        """What this ticket costs, all in."""
        return self.face_minor + self.fee_minor + self.tax_minor


class Admission(models.Model):
    """What the buyer carries: one per line of a confirmed booking. `code` is the QR."""

    class Status(models.TextChoices):
        """Whether it opens the door."""

        VALID = "valid", "Valid"
        USED = "used", "Used"
        VOID = "void", "Void"

    line = models.ForeignKey(BookingLine, on_delete=models.PROTECT, related_name="admissions")
    ticket = models.ForeignKey(
        "events.Ticket", on_delete=models.PROTECT, related_name="admissions", db_index=False
    )
    code = models.CharField(max_length=32, unique=True, default=new_reference, editable=False)
    status = models.CharField(
        max_length=5, choices=Status.choices, default=Status.VALID, editable=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AdmissionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            # The last line of defence of "one seat, one buyer".
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(status__in=["valid", "used"]),
                name="one_live_admission_per_ticket",
            ),
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(status__in=["valid", "used"]),
                name="one_live_admission_per_line",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["valid", "used", "void"]), name="admission_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"admission {self.pk}"
