"""The search row: what an event is found by, in one place and one index."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchRow(models.Model):
    """An event as search sees it, written in the transaction of each change of the catalogue.

    Text is folded (`search.folding`). `wall_clock` is the start on the venue's clock, labelled
    UTC, so that one index serves days everywhere. Drafts have no row. Ticket states never
    touch it. Prices are all-in, in minor units.
    """

    event = models.OneToOneField(
        "events.Event", primary_key=True, on_delete=models.CASCADE, related_name="search_row"
    )
    document = SearchVectorField()
    exact = models.TextField(help_text="Whole names without spaces, each between bars")
    status = models.CharField(max_length=12)
    starts_at = models.DateTimeField()
    wall_clock = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    venue_id = models.BigIntegerField()
    venue_name = models.TextField()
    performer_names = models.TextField(help_text="Folded names and aliases, each between bars")
    city = models.CharField(max_length=120)
    city_name = models.CharField(max_length=120, help_text="As people read it")
    region = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    segment = models.CharField(max_length=20)
    category = models.CharField(max_length=100, help_text="Slug of the category")
    genre = models.CharField(max_length=100, blank=True, help_text="Slug; blank for none")
    price_from_minor = models.BigIntegerField(null=True)
    price_to_minor = models.BigIntegerField(null=True)
    popularity = models.IntegerField(default=0)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["document"], name="search_document"),
            models.Index(fields=["starts_at", "event"], name="search_by_date"),
            models.Index(fields=["city", "starts_at"], name="search_by_city"),
            models.Index(fields=["venue_id", "starts_at"], name="search_by_venue"),
            models.Index(fields=["category", "starts_at"], name="search_by_category"),
            models.Index(fields=["segment", "starts_at"], name="search_by_segment"),
        ]

    def __str__(self) -> str:
        return f"search row of event {self.event_id}"
