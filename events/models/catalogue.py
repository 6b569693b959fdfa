"""What is on, where and by whom."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.urls import reverse

from events.querysets import EventQuerySet
from events.zones import validate_time_zone
from ticketmaster.core.money import validate_currency


class Venue(models.Model):
    """A place. Two are the same if name, city and region are."""

    name = models.CharField(max_length=200)
    address = models.CharField(max_length=250, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=120)
    region = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2, such as GB")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])
    capacity = models.PositiveIntegerField(null=True, blank=True)
    travel = models.TextField(blank=True, help_text="How to get there")
    access = models.TextField(blank=True, help_text="Step-free ways, hearing loops, companions")

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), Lower("city"), Lower("region"), name="one_venue_per_place"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="venue_point_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("events:venue", args=[self.pk])


class Performer(models.Model):
    """An artist, a team, a company."""

    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("name"), name="one_performer_per_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Their page."""
        return reverse("events:performer", args=[self.pk])


class PerformerFact(models.Model):
    """One line of an artist's facts: From, Founded, Ground."""

    performer = models.ForeignKey(Performer, on_delete=models.CASCADE, related_name="facts")
    position = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(max_length=60)
    value = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


class PerformerAlias(models.Model):
    """Another name under which people look for a performer."""

    performer = models.ForeignKey(Performer, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint("performer", Lower("name"), name="one_alias_per_performer")
        ]

    def __str__(self) -> str:
        return self.name


class Segment(models.TextChoices):
    """The broad kind of an event; its value is the slug that search takes as `type`."""

    CONCERT = "concert", "Concerts"
    SPORT = "sport", "Sport"
    THEATRE = "theatre", "Theatre"
    COMEDY = "comedy", "Comedy"
    FAMILY = "family", "Family"
    FESTIVAL = "festival", "Festivals"
    OTHER = "other", "More"


class Category(models.Model):
    """A segment with a genre, such as concert and jazz. A blank genre is the segment itself."""

    segment = models.CharField(max_length=20, choices=Segment.choices)
    genre = models.CharField(max_length=80, blank=True, help_text="As people read it: Hip-hop")
    slug = models.SlugField(max_length=100, unique=True, help_text="What search takes as type")

    class Meta:
        verbose_name_plural = "categories"
        ordering: ClassVar[list[str]] = ["segment", "genre"]
        constraints = [
            models.UniqueConstraint("segment", Lower("genre"), name="one_category_per_genre")
        ]

    def __str__(self) -> str:
        return self.genre or self.get_segment_display()

    @property
    def genre_slug(self) -> str | None:
        """The genre's slug, None for a bare segment."""
        return self.slug if self.genre else None


class Event(models.Model):
    """One evening at one venue.

    Its status moves only through `events.publishing`; a lapsed one becomes `ended` by beat.
    """

    class Status(models.TextChoices):
        """Where the event stands."""

        DRAFT = "draft", "Draft"
        SCHEDULED = "scheduled", "Scheduled"
        ON_SALE = "on_sale", "On sale"
        ENDED = "ended", "Ended"
        POSTPONED = "postponed", "Postponed"
        CANCELLED = "cancelled", "Cancelled"

    class RefundRule(models.TextChoices):
        """What comes back when a fan gives tickets back in time."""

        NONE = "none", "Nothing: tickets are not taken back"
        FULL = "full", "All that was paid"
        LESS_FEES = "less_fees", "All but the fees"

    name = models.CharField(max_length=250)
    description = models.TextField(blank=True)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="events")
    seat_map = models.ForeignKey(
        "events.SeatMap", null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="events")
    performers = models.ManyToManyField(Performer, through="EventPerformer", related_name="events")
    status = models.CharField(
        max_length=12, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    doors_at = models.DateTimeField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD", validators=[validate_currency])
    max_tickets_per_person = models.PositiveSmallIntegerField(
        default=8, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    waiting_room = models.BooleanField(default=False)
    refund_rule = models.CharField(
        "fans get back",
        max_length=9,
        choices=RefundRule.choices,
        default=RefundRule.FULL,
        db_default=RefundRule.FULL,
        help_text="Each booking keeps what holds when its seats are held",
    )
    refund_hours = models.PositiveSmallIntegerField(
        "until so many hours before the start",
        default=24,
        db_default=24,
        validators=[MaxValueValidator(24 * 365)],
    )
    refund_policy = models.TextField(
        "more about refunds", blank=True, help_text="Shown after the rule, in your own words"
    )
    popularity = models.PositiveIntegerField(default=0, editable=False)
    ticket_total = models.PositiveIntegerField(default=0, editable=False)
    source_key = models.CharField(
        max_length=200, null=True, blank=True, unique=True, help_text="The promoter's identifier"
    )
    announced_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["status", "starts_at", "id"], name="event_by_date"),
            models.Index(fields=["venue", "starts_at"], name="event_by_venue"),
            # Asked every second by every process: which sales stand behind a waiting room.
            models.Index(fields=["id"], name="event_behind_room", condition=Q(waiting_room=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=["draft", "scheduled", "on_sale", "ended", "postponed", "cancelled"]
                ),
                name="event_status_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="event_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(max_tickets_per_person__gte=1), name="event_limit_at_least_one"
            ),
            models.CheckConstraint(
                condition=Q(refund_rule__in=["none", "full", "less_fees"]),
                name="event_refund_rule_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("events:event", args=[self.pk])


class EventPerformer(models.Model):
    """Who plays, in billing order."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="billing")
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="billing")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "performer"], name="billed_once_per_event")
        ]

    def __str__(self) -> str:
        return str(self.performer)
