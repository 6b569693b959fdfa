"""What staff set for an event's waiting room, and what of its line must outlive Redis."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from bookings.waiting_room.draw import commitment_to, new_seed


class WaitingRoom(models.Model):
    """The waiting room of one event. It is on while `Event.waiting_room` is.

    Everything in it may change while people wait; the seed never does, and neither do the times
    and the public source once the list is sealed. An event whose waiting room is on and that has
    no row gets one with these defaults.
    """

    class PublicSource(models.TextChoices):
        """Where the value comes from that nobody knows before the list is sealed."""

        NONE = "none", "None: the draw rests on our word"
        ENTERED = "entered", "A public number that staff enter, such as a lottery's"
        DRAND = "drand", "A round of the drand beacon, fetched"

    event = models.OneToOneField(
        "events.Event", on_delete=models.CASCADE, primary_key=True, related_name="room"
    )
    joins_from = models.DateTimeField(
        null=True, blank=True, help_text="When people can begin to join. Empty: at once."
    )
    opens_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Who joins before it stands in a draw. Empty: no draw, in order of joining.",
    )
    admit_per_second = models.FloatField(
        default=5, validators=[MinValueValidator(0.01), MaxValueValidator(1000)]
    )
    most_inside = models.PositiveIntegerField(
        default=500,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text="How many people can be choosing seats and paying at the same time.",
    )
    tunes_itself = models.BooleanField(
        default=True,
        help_text="Lets in fewer while holding seats is slow or fewer seats are free.",
    )
    is_paused = models.BooleanField(default=False, help_text="Nobody is let in; places are kept.")
    is_closed = models.BooleanField(default=False, help_text="Nobody joins or is let in any more.")
    message = models.CharField(max_length=300, blank=True, help_text="Shown to all who wait.")
    public_source = models.CharField(
        max_length=7, choices=PublicSource.choices, default=PublicSource.NONE
    )
    public_source_name = models.CharField(
        max_length=200,
        blank=True,
        help_text="Named before anybody joins: which draw of which lottery, which round.",
    )

    seed = models.CharField(max_length=64, default=new_seed, editable=False)
    sealed_at = models.DateTimeField(null=True, blank=True, editable=False)
    list_hash = models.CharField(max_length=64, blank=True, editable=False)
    list_length = models.PositiveIntegerField(default=0, editable=False)
    public_value = models.CharField(max_length=200, blank=True, editable=False)
    drawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(admit_per_second__gt=0), name="waiting_room_rate_positive"
            ),
            models.CheckConstraint(
                condition=Q(most_inside__gte=1), name="waiting_room_cap_positive"
            ),
            models.CheckConstraint(
                condition=Q(joins_from__isnull=True)
                | Q(opens_at__isnull=True)
                | Q(joins_from__lte=F("opens_at")),
                name="waiting_room_joined_before_open",
            ),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True) | Q(sealed_at__isnull=False),
                name="waiting_room_sealed_before_drawn",
            ),
            models.CheckConstraint(
                condition=Q(public_source__in=["none", "entered", "drand"]),
                name="waiting_room_source_known",
            ),
        ]

    def __str__(self) -> str:
        return f"Waiting room of {self.event}"

    @property
    def commitment(self) -> str:
        """SHA-256 of the seed: published from the start, so that the seed cannot be chosen late."""
        return commitment_to(self.seed)


class WaitingRoomEntry(models.Model):
    """One person in a line, as of the last checkpoint: what a flushed Redis is refilled from.

    `place` is the score in the line (the lower the earlier): the place in the draw, or behind all
    of those the order of joining; null before the draw.
    """

    class State(models.TextChoices):
        """Where the person is."""

        WAITING = "waiting", "Waiting"
        INSIDE = "inside", "Inside"
        LEFT = "left", "Left"

    room = models.ForeignKey(WaitingRoom, on_delete=models.CASCADE, related_name="entries")
    visitor = models.CharField(max_length=22)
    nonce = models.CharField(max_length=64)
    number = models.PositiveBigIntegerField(help_text="In order of joining")
    in_draw = models.BooleanField(default=False)
    place = models.PositiveBigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Who signed in with it or reserved first: nobody else can use its pass.",
    )
    joined_at = models.DateTimeField()
    admitted_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    left_by = models.CharField(max_length=10, blank=True, help_text="bought, left, idle, merged")
    bought_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["room", "number"]
        constraints = [
            models.UniqueConstraint(fields=["room", "visitor"], name="one_place_per_visitor"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "inside", "left"]), name="entry_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["room", "state", "place"], name="entry_in_line"),
            models.Index(fields=["room", "user"], name="entry_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.number}"
