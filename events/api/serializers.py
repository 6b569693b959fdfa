"""The shapes of the catalogue for the API's description; `events.api.shapes` writes them."""

from rest_framework import serializers

from events.models import Event, SaleWindow, Segment, Ticket

AVAILABILITY_STATES = ("available", "few", "sold_out", "not_on_sale")
SALE_STATES = ("not_open", "presale", "open", "closed", "cancelled", "postponed", "ended")
PUBLIC_STATUSES = [choice for choice in Event.Status.choices if choice[0] != Event.Status.DRAFT]


class MoneySerializer(serializers.Serializer[dict[str, object]]):
    """An amount, all-in."""

    amount = serializers.IntegerField(help_text="Minor units: cents, yen, fils")
    currency = serializers.CharField(help_text="ISO 4217")


class LocationSerializer(serializers.Serializer[dict[str, object]]):
    """A point."""

    lat = serializers.FloatField()
    lon = serializers.FloatField()


class VenueShape(serializers.Serializer[dict[str, object]]):
    """A venue in a list."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2")
    location = LocationSerializer(allow_null=True)


class PerformerShape(serializers.Serializer[dict[str, object]]):
    """A performer in a list."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class CategoryShape(serializers.Serializer[dict[str, object]]):
    """The slugs that search takes as `type`."""

    segment = serializers.ChoiceField(choices=Segment.choices)
    genre = serializers.CharField(allow_null=True)


class AvailabilityShape(serializers.Serializer[dict[str, object]]):
    """How many places are left."""

    state = serializers.ChoiceField(choices=AVAILABILITY_STATES)
    available = serializers.IntegerField()
    total = serializers.IntegerField()


class EventShape(serializers.Serializer[dict[str, object]]):
    """An event in a list."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    url = serializers.URLField(help_text="Its page")
    status = serializers.ChoiceField(choices=PUBLIC_STATUSES)
    starts_at = serializers.DateTimeField(help_text="With the venue's offset")
    time_zone = serializers.CharField(help_text="The venue's, an IANA name")
    venue = VenueShape()
    performers = PerformerShape(many=True, help_text="In billing order")
    category = CategoryShape()
    price_from = MoneySerializer(allow_null=True)
    availability = AvailabilityShape(allow_null=True)
    waiting_room = serializers.BooleanField()


class SectionName(serializers.Serializer[dict[str, object]]):
    """A section of the seat map."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class PriceLevelName(serializers.Serializer[dict[str, object]]):
    """A price level, without its price."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class TicketShape(serializers.Serializer[dict[str, object]]):
    """A seat or a standing place."""

    id = serializers.IntegerField()
    section = SectionName()
    row = serializers.CharField(allow_null=True, help_text="Null for a standing place")
    number = serializers.CharField(allow_null=True, help_text="Null for a standing place")
    price_level = PriceLevelName()
    price = MoneySerializer()
    status = serializers.ChoiceField(choices=Ticket.Status.choices)
    accessible = serializers.BooleanField()
    companion = serializers.BooleanField()
    restricted_view = serializers.BooleanField()


class TicketPageShape(serializers.Serializer[dict[str, object]]):
    """A page of tickets, neighbours one after another."""

    results = TicketShape(many=True)
    next = serializers.URLField(allow_null=True)


class FactShape(serializers.Serializer[dict[str, object]]):
    """A line about a performer."""

    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class PerformerDetails(PerformerShape):
    """A performer with facts."""

    description = serializers.CharField()
    facts = FactShape(many=True)


class VenueDetails(VenueShape):
    """A venue with all that is known of it."""

    address = serializers.CharField()
    postal_code = serializers.CharField()
    time_zone = serializers.CharField()
    capacity = serializers.IntegerField(allow_null=True)
    travel = serializers.CharField()
    access = serializers.CharField()


class PriceLevelShape(PriceLevelName):
    """A price: `price` is all-in, the other three are its parts."""

    price = MoneySerializer()
    face = MoneySerializer()
    fee = MoneySerializer()
    tax = MoneySerializer()


class SaleWindowShape(serializers.Serializer[dict[str, object]]):
    """A span in which tickets can be bought."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=SaleWindow.Kind.choices)
    name = serializers.CharField()
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField(allow_null=True, help_text="Null: when it starts")
    access_code_required = serializers.BooleanField()
    price_levels = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="Ids; null: all"
    )
    limit_per_person = serializers.IntegerField(allow_null=True, help_text="Null: the event's")


class SaleShape(serializers.Serializer[dict[str, object]]):
    """Where the sale stands for everybody."""

    state = serializers.ChoiceField(choices=SALE_STATES)
    opens_at = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)


class LinksShape(serializers.Serializer[dict[str, object]]):
    """Where the rest of an event is."""

    page = serializers.URLField()
    seats = serializers.URLField()
    tickets = serializers.URLField()
    availability = serializers.URLField()
    seat_map = serializers.URLField(allow_null=True)
    artwork = serializers.URLField()
    venue = serializers.URLField()


class EventDetails(EventShape):
    """An event with all that is known of it."""

    description = serializers.CharField()
    doors_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    currency = serializers.CharField()
    max_tickets_per_person = serializers.IntegerField()
    refund_policy = serializers.CharField()
    venue = VenueDetails()
    performers = PerformerDetails(many=True, help_text="In billing order")
    sale = SaleShape()
    sale_windows = SaleWindowShape(many=True)
    price_levels = PriceLevelShape(many=True)
    links = LinksShape()
    tickets = TicketPageShape(help_text="The first page")


class EventPageShape(serializers.Serializer[dict[str, object]]):
    """A page of events."""

    results = EventShape(many=True)
    next = serializers.URLField(allow_null=True)


class PerformerWithEvents(PerformerDetails):
    """A performer and a page of their coming events."""

    url = serializers.URLField(help_text="Their page")
    events = EventPageShape()


class VenueWithEvents(VenueDetails):
    """A venue and a page of its coming events."""

    url = serializers.URLField(help_text="Its page")
    events = EventPageShape()


class FeedShape(serializers.Serializer[dict[str, object]]):
    """What is free: a character per seat in the drawing's order, 1 for free."""

    version = serializers.CharField(help_text="Also the ETag")
    as_of = serializers.DateTimeField()
    sections = serializers.DictField(child=serializers.CharField(), help_text="By section id")
    standing = serializers.DictField(child=serializers.IntegerField(), help_text="By section id")


class StageShape(serializers.Serializer[dict[str, object]]):
    """Where one looks."""

    label = serializers.CharField(required=False)  # type: ignore[assignment]
    shape = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()), required=False
    )


class RowShape(serializers.Serializer[dict[str, object]]):
    """A row; a seat is [number, x, y, flags]."""

    name = serializers.CharField()
    seats = serializers.ListField(
        child=serializers.ListField(),
        help_text="[number, x, y, flags]; flags add up 1 accessible, 2 companion, "
        "4 restricted view, 8 an aisle follows",
    )


class DrawnSection(serializers.Serializer[dict[str, object]]):
    """A block of seats, or a floor to stand on (without rows)."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    level = serializers.CharField()
    kind = serializers.ChoiceField(choices=["seated", "standing"])
    outline = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    label = serializers.ListField(child=serializers.FloatField())  # type: ignore[assignment]
    capacity = serializers.IntegerField()
    rows = RowShape(many=True)


class DrawingShape(serializers.Serializer[dict[str, object]]):
    """A seat map: the n-th seat of a section is the n-th character of the feed."""

    version = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    stage = StageShape()
    sections = DrawnSection(many=True)
