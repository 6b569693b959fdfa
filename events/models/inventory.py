"""Tickets as stock: one row per seat or standing place per event. The row that is locked."""

from django.db import models
from django.db.models import Q

from events.querysets import TicketQuerySet


class Ticket(models.Model):
    """One place at one event.

    `available` → `reserved` (until `reserved_until`, for `booking`) → `sold`; `blocked` by staff.
    Written only by the functions that hold its row lock; never by `save()`.
    """

    class Status(models.TextChoices):
        """Whose it is."""

        AVAILABLE = "available", "Available"
        RESERVED = "reserved", "Reserved"
        SOLD = "sold", "Sold"
        BLOCKED = "blocked", "Blocked"

    event = models.ForeignKey("events.Event", on_delete=models.PROTECT, related_name="tickets")
    section = models.ForeignKey("events.Section", on_delete=models.PROTECT, related_name="tickets")
    seat = models.ForeignKey(
        "events.Seat",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tickets",
        db_index=False,
    )
    price_level = models.ForeignKey(
        "events.PriceLevel", on_delete=models.PROTECT, related_name="tickets", db_index=False
    )
    position = models.PositiveIntegerField(help_text="Order in the section's drawing, from 0")
    status = models.CharField(
        max_length=9, choices=Status.choices, default=Status.AVAILABLE, editable=False
    )
    booking = models.ForeignKey(
        "bookings.Booking",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tickets",
        editable=False,
        db_index=False,
    )
    reserved_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        # No default order: on a hot path it would join three tables for nothing. Lists say
        # `in_drawing_order()`.
        indexes = [
            models.Index(
                fields=["booking"], name="ticket_by_booking", condition=Q(booking__isnull=False)
            ),
            models.Index(
                fields=["event", "section", "id"],
                name="ticket_takeable",
                condition=Q(status__in=["available", "reserved"]),
            ),
            models.Index(
                fields=["reserved_until"],
                name="ticket_lapsing",
                condition=Q(status="reserved"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "seat"], name="one_ticket_per_seat"),
            models.UniqueConstraint(
                fields=["event", "section", "position"], name="one_ticket_per_place"
            ),
            models.CheckConstraint(
                condition=Q(status="reserved", booking__isnull=False, reserved_until__isnull=False)
                | Q(status="sold", booking__isnull=False, reserved_until__isnull=True)
                | Q(
                    status__in=["available", "blocked"],
                    booking__isnull=True,
                    reserved_until__isnull=True,
                ),
                name="ticket_status_fits_booking",
            ),
        ]

    def __str__(self) -> str:
        return f"ticket {self.pk}"
