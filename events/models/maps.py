"""Seat maps: versions of a drawing, immutable once an event uses one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class SeatMap(models.Model):
    """One version of a venue's layout. Coordinates are in the map's own units, y downwards."""

    venue = models.ForeignKey("events.Venue", on_delete=models.PROTECT, related_name="seat_maps")
    name = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1, editable=False)
    width = models.PositiveIntegerField(default=1000)
    height = models.PositiveIntegerField(default=1000)
    stage = models.JSONField(default=dict, blank=True, help_text='{"label", "shape": [[x, y], …]}')
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)
    content_hash = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["venue", "name", "-version"]
        indexes = [
            models.Index(
                fields=["content_hash"], name="map_by_content", condition=~Q(content_hash="")
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["venue", "name", "version"], name="one_map_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"


class Section(models.Model):
    """A block of seats, or a floor to stand on."""

    class Kind(models.TextChoices):
        """How people stay there."""

        SEATED = "seated", "Seated"
        STANDING = "standing", "Standing"

    seat_map = models.ForeignKey(SeatMap, on_delete=models.CASCADE, related_name="sections")
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=60, blank=True, help_text="Stalls, Balcony, Lower bowl")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.SEATED)
    position = models.PositiveIntegerField(default=0, help_text="Order in the drawing")
    capacity = models.PositiveIntegerField(default=0, help_text="Standing places; 0 if seated")
    outline = models.JSONField(default=list, blank=True, help_text="[[x, y], …]")
    label_x = models.FloatField(default=0)
    label_y = models.FloatField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["seat_map", "name"], name="one_section_per_name"),
            models.CheckConstraint(
                condition=Q(kind="seated", capacity=0) | Q(kind="standing", capacity__gte=1),
                name="capacity_only_for_standing",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """One seat. `position` is its order in the section's drawing: neighbours follow each other.

    `row_rank` orders the rows of the whole map from best (1) on.
    """

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="seats")
    row = models.CharField(max_length=10)
    number = models.CharField(max_length=10)
    x = models.FloatField()
    y = models.FloatField()
    position = models.PositiveIntegerField()
    row_rank = models.PositiveIntegerField(default=1)
    accessible = models.BooleanField(default=False)
    companion = models.BooleanField(default=False)
    restricted_view = models.BooleanField(default=False)
    aisle = models.BooleanField(default=False, help_text="An aisle follows this seat")

    class Meta:
        ordering: ClassVar[list[str]] = ["section", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "row", "number"], name="one_seat_per_number"
            ),
            models.UniqueConstraint(fields=["section", "position"], name="one_seat_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.row} {self.number}"
