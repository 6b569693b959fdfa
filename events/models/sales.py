"""When tickets are sold, to whom, and for how much."""

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q


class SaleWindow(models.Model):
    """A span in which tickets can be bought. A presale asks for a code or a listed person."""

    class Kind(models.TextChoices):
        """Who may buy."""

        PRESALE = "presale", "Presale"
        GENERAL = "general", "General sale"

    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="sale_windows")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.GENERAL)
    name = models.CharField(max_length=80, blank=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True, blank=True, help_text="Blank: when it starts")
    access_code = models.CharField(max_length=60, blank=True)
    price_levels = models.ManyToManyField(
        "events.PriceLevel", blank=True, related_name="sale_windows", help_text="Blank: all"
    )
    limit_per_person = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Blank: the event's"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["opens_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="window_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(limit_per_person__isnull=True) | Q(limit_per_person__gte=1),
                name="window_limit_at_least_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()


class SaleWindowPerson(models.Model):
    """Somebody who may buy in a presale without a code."""

    window = models.ForeignKey(SaleWindow, on_delete=models.CASCADE, related_name="people")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["window", "user"], name="listed_once_per_window")
        ]

    def __str__(self) -> str:
        return str(self.user)


class PriceLevel(models.Model):
    """A price of one event, in minor units of the event's currency.

    What a fan sees and pays is `total_minor`: face price, fee and tax together.
    """

    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="price_levels")
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    face_minor = models.PositiveBigIntegerField()
    fee_minor = models.PositiveBigIntegerField(default=0)
    tax_minor = models.PositiveBigIntegerField(default=0)
    sections = models.ManyToManyField(
        "events.Section", through="PriceLevelSection", related_name="price_levels"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "name"], name="one_price_level_per_name")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def total_minor(self) -> int:
        """What one ticket costs, all in."""
        return self.face_minor + self.fee_minor + self.tax_minor


class PriceLevelSection(models.Model):
    """Which price a section has at an event: one."""

    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, editable=False)
    price_level = models.ForeignKey(PriceLevel, on_delete=models.CASCADE)
    section = models.ForeignKey("events.Section", on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "section"], name="one_price_per_section")
        ]

    def __str__(self) -> str:
        return f"{self.section}: {self.price_level}"

    def clean(self) -> None:
        """Refuse a price level or section of another event's."""
        if self.price_level.event_id != self.event_id:
            raise ValidationError("That price level belongs to another event.")
