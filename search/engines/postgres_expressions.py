"""Expressions over search rows that the ORM has no words for."""

from datetime import datetime

from django.contrib.postgres.search import SearchVectorField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import ACos, Coalesce, Cos, Greatest, Least, Ln, Radians, Sin

from events.models import SaleWindow, Ticket
from search.documents import query_of
from search.request import Point
from search.terms import Term

EARTH_RADIUS_KM = 6371.0088
BIGGEST = 2**62
# How much of a row's relevance is told apart: coarse, so that equal hits go by date.
STEPS = 1000
EXACT_NAME_COUNTS = 10.0
WEIGHTS = "{0.1, 0.2, 0.4, 1.0}"  # D, C, B, A
FEW_SHARE = 10  # a tenth
FEW_PLACES = 20


class TsQuery(Func):
    """A tsquery literal of `search.documents.query_of`, as a parameter."""

    template = "(%(expressions)s)::tsquery"
    output_field = SearchVectorField()


class Matches(Func):
    """Whether a tsvector answers a tsquery."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


class Rank(Func):
    """How well a tsvector answers a tsquery."""

    function = "ts_rank"
    template = f"%(function)s('{WEIGHTS}'::float4[], %(expressions)s)"
    output_field = FloatField()


def matches(term: Term) -> Matches:
    """Whether a row has all that the term asks for."""
    return Matches(F("document"), TsQuery(Value(query_of(term))))


def relevance(term: Term) -> Func:
    """How well a row answers, as an integer: whole names first, then by weight of the words,
    lifted by popularity."""
    is_name = Case(
        When(collapsed__contains=[term.collapsed], then=Value(EXACT_NAME_COUNTS)),
        default=Value(0.0),
    )
    words = Rank(F("document"), TsQuery(Value(query_of(term))))
    known = 1.0 + Ln(F("popularity") + Value(1.0)) / Value(10.0)
    return Func(
        (words * known + is_name) * Value(float(STEPS)),
        function="floor",
        template="%(function)s(%(expressions)s)::int",
        output_field=IntegerField(),
    )


def distance_km(point: Point) -> Func:
    """How far a row's venue is; null where its point is unknown.

    Spherical law of cosines, exact to a metre beyond ten of them; whole metres, so that a cursor
    can name the value.
    """
    here = Radians(Value(point.latitude))
    there = Radians(F("latitude"))
    across = Radians(F("longitude") - Value(point.longitude))
    cosine = Sin(here) * Sin(there) + Cos(here) * Cos(there) * Cos(across)
    angle = ACos(Least(Value(1.0), Greatest(Value(-1.0), cosine)))
    return Func(
        angle * Value(EARTH_RADIUS_KM),
        template="round((%(expressions)s)::numeric, 3)::float8",
        output_field=FloatField(),
    )


def price_or_last() -> Coalesce:
    """The lowest price; events without one come last."""
    return Coalesce("price_from_minor", Value(BIGGEST), output_field=BigIntegerField())


def free_tickets(now: datetime) -> Coalesce:
    """How many tickets of a row's event can be taken now."""
    free = (
        Ticket.objects.filter(event_id=OuterRef("pk"))
        .free_at(now)
        .order_by()
        .values("event_id")
        .annotate(places=Count("pk"))
        .values("places")
    )
    return Coalesce(Subquery(free), Value(0), output_field=IntegerField())


def in_state(state: str, now: datetime) -> Q:
    """Whether a row's event has this availability; reads the annotation `free`."""
    running = SaleWindow.objects.open_to_all(now).filter(event_id=OuterRef("pk"))
    on_sale = Q(status="on_sale", starts_at__gt=now) & Q(Exists(running))
    few = Q(free__lte=FEW_PLACES) | Q(free__lte=F("event__ticket_total") / FEW_SHARE)
    return {
        "not_on_sale": ~on_sale,
        "sold_out": on_sale & Q(free=0),
        "few": on_sale & Q(free__gt=0) & few,
        "available": on_sale & Q(free__gt=0) & ~few,
    }[state]


def accessible_tickets(now: datetime) -> QuerySet[Ticket]:
    """Free accessible seats of a row's event, for Exists."""
    return Ticket.objects.filter(event_id=OuterRef("pk"), seat__accessible=True).free_at(now)
