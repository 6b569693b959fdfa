"""What search keeps of the catalogue: a row per event, and the names people may mean."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value

from search.sync.models import BuiltIndex, IndexChange

__all__ = [
    "BuiltIndex",
    "IndexChange",
    "Name",
    "NameStart",
    "NamesDue",
    "SearchRow",
    "Word",
    "WordVariant",
]


# What is counted, and what else it is asked by: counts of many thousand rows by day, city, genre or
# venue are read from the index alone.
COUNTED = (
    "event", "starts_at", "status", "segment", "category", "genre", "city", "region", "country",
    "time_zone", "wall_clock", "wall_clock_ends",
)  # fmt: skip


def _counted_by(*fields: str, name: str) -> models.Index:
    beside = [field for field in COUNTED if field not in fields]
    return models.Index(fields=fields, include=beside, name=name)


class SearchRow(models.Model):
    """An event as every engine sees it, written in the transaction of each catalogue change.

    Text is folded (`search.folding`) unless it says otherwise. Drafts have no row. `version`
    comes from the sequence `search_version` while the row is locked: it grows with every write.
    `wall_clock` and `wall_clock_ends` are on the venue's clock, labelled UTC, so that one column
    serves days everywhere; the second is the first unless the event lasts for days. Prices are
    all-in, in minor units. `availability`, `accessible` and `popularity` follow the sale within
    a second or so (`search.availability`, `search.popularity`): selling never touches the row.
    """

    event = models.OneToOneField(
        "events.Event", primary_key=True, on_delete=models.CASCADE, related_name="search_row"
    )
    version = models.BigIntegerField()
    document = SearchVectorField()
    title = models.TextField()
    performers = ArrayField(models.TextField(), help_text="Names in billing order")
    aliases = ArrayField(models.TextField(), help_text="Other names of the performers")
    collapsed = ArrayField(
        models.TextField(), help_text="Whole names of event, performers and venue without spaces"
    )
    performer_ids = ArrayField(models.BigIntegerField())
    status = models.CharField(max_length=12)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    wall_clock = models.DateTimeField()
    wall_clock_ends = models.DateTimeField()
    local_dow = models.SmallIntegerField(help_text="Day of the week there, Monday is 1")
    time_zone = models.CharField(max_length=64)
    onsale_at = models.DateTimeField(null=True, help_text="First opening of the general sale")
    venue_id = models.BigIntegerField()
    venue_name = models.TextField()
    city = models.CharField(max_length=120)
    city_name = models.CharField(max_length=120, help_text="As people read it")
    region = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, help_text="Lower case")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    segment = models.CharField(max_length=20)
    category = models.CharField(max_length=100, help_text="Slug of the category")
    genre = models.CharField(max_length=100, blank=True, help_text="Slug; blank for none")
    kind = models.TextField(help_text="Words for segment and genre")
    currency = models.CharField(max_length=3)
    price_from_minor = models.BigIntegerField(null=True)
    price_to_minor = models.BigIntegerField(null=True)
    price_order = models.BigIntegerField(help_text="The lowest price; unpriced events last")
    availability = models.CharField(max_length=12)
    accessible = models.BooleanField(help_text="Has a free wheelchair space")
    turns_at = models.DateTimeField(null=True, help_text="When the clock next opens or closes it")
    popularity = models.SmallIntegerField(help_text="0 to 100")
    demand = models.SmallIntegerField(help_text="0 to 100, from recent sales alone")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["document"], name="search_document"),
            GinIndex(Func(F("document"), Value("{a}"), function="ts_filter"), name="search_names"),
            GinIndex(fields=["collapsed"], name="search_collapsed"),
            _counted_by("starts_at", "event", name="search_counted_by_date"),
            _counted_by("city", "starts_at", name="search_counted_by_city"),
            models.Index(fields=["region", "starts_at"], name="search_by_region"),
            models.Index(fields=["country", "starts_at"], name="search_by_country"),
            _counted_by("venue_id", "starts_at", name="search_counted_by_venue"),
            _counted_by("category", "starts_at", name="search_counted_by_genre"),
            models.Index(fields=["segment", "starts_at"], name="search_by_segment"),
            models.Index(fields=["-popularity", "starts_at", "event"], name="search_by_popularity"),
            models.Index(
                fields=["category", "-popularity", "starts_at", "event"],
                name="search_genre_by_popularity",
            ),
            models.Index(fields=["price_order", "starts_at", "event"], name="search_by_price"),
            models.Index(
                fields=["turns_at"], name="search_turning", condition=Q(turns_at__isnull=False)
            ),
            models.Index(
                fields=["wall_clock_ends"],
                include=["starts_at", "wall_clock"],
                name="search_lasting_for_days",
                condition=Q(wall_clock_ends__gt=F("wall_clock")),
            ),
        ]

    def __str__(self) -> str:
        return f"search row of event {self.event_id}"


class Name(models.Model):
    """A performer, venue or city with something coming: what suggestions and typo repair know.

    Written beside the transactions of the catalogue (`search.vocabulary`), a second or two later.
    """

    class Kind(models.TextChoices):
        """What bears the name."""

        PERFORMER = "performer", "Performer"
        VENUE = "venue", "Venue"
        CITY = "city", "City"

    kind = models.CharField(max_length=9, choices=Kind.choices)
    key = models.CharField(max_length=250, help_text="Its id; of a city folded city|region|country")
    shown = models.CharField(max_length=250, help_text="As people read it")
    detail = models.JSONField(default=dict, help_text="Where it is: city, region, country")
    folded = models.TextField()
    coming = models.PositiveIntegerField(help_text="How many events are coming")
    popularity = models.SmallIntegerField(help_text="Of the most popular of them")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_name_per_thing")]
        indexes = [models.Index(fields=["folded", "kind"], name="name_by_itself")]

    def __str__(self) -> str:
        return self.shown


class NameStart(models.Model):
    """A beginning under which a name is suggested: the whole of it, or from one of its words on."""

    name = models.ForeignKey(Name, on_delete=models.CASCADE, related_name="starts")
    text = models.TextField()
    whole = models.BooleanField(help_text="From the name's first word on")

    class Meta:
        indexes = [
            models.Index(fields=["text"], name="name_by_beginning", opclasses=["text_pattern_ops"])
        ]

    def __str__(self) -> str:
        return self.text


class Word(models.Model):
    """A word that occurs in names. What is no word here may be a typo."""

    text = models.CharField(max_length=60, primary_key=True)
    weight = models.PositiveIntegerField(help_text="Popularity of the best name it occurs in")

    def __str__(self) -> str:
        return self.text


class WordVariant(models.Model):
    """A word with one letter left out, or as it is: two words that share one are a typo apart."""

    variant = models.CharField(max_length=60)
    word = models.ForeignKey(Word, on_delete=models.CASCADE, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "word"], name="one_variant_of_a_word")
        ]
        indexes = [models.Index(fields=["word"], name="variant_by_word")]

    def __str__(self) -> str:
        return self.variant


class NamesDue(models.Model):
    """An event whose names are to be learned. Written with its search row, deleted when learned."""

    event_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"names of event {self.event_id}"
