"""Expressions over search rows that the ORM has no words for."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    DateTimeField,
    F,
    FloatField,
    Func,
    IntegerField,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Ln

from search.documents import query_of
from search.terms import Term

# How much of a row's relevance is told apart: coarse, so that equal hits go by date.
STEPS = 1000
EXACT_NAME_COUNTS = 10.0
WEIGHTS = "{0.1, 0.2, 0.4, 1.0}"  # D, C, B, A


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


class IsOneOf(Func):
    """Whether a column is in an array: one parameter, however many values."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def is_one_of(column: str, values: Collection[int]) -> IsOneOf:
    """The condition that a whole-number column has one of many values."""
    array = Value(list(values), output_field=ArrayField(BigIntegerField()))
    return IsOneOf(F(column), array)


class IsShownIn(Func):
    """Whether a row overlaps the span of its own time zone: arrays of zones, starts and ends."""

    template = (
        "EXISTS (SELECT FROM unnest(%(expressions)s) span(zone, starts, ends)"
        " WHERE span.zone = time_zone AND (span.starts IS NULL OR wall_clock_ends >= span.starts)"
        " AND (span.ends IS NULL OR wall_clock < span.ends))"
    )
    output_field = BooleanField()


def is_shown_in(spans: Collection[tuple[str, datetime | None, datetime | None]]) -> IsShownIn:
    """The condition that a row overlaps the span (aware) of its time zone; None is open."""
    zones, starts, ends = (list(column) for column in zip(*spans, strict=True))
    moments = ArrayField(DateTimeField(null=True))
    return IsShownIn(
        Value(zones, output_field=ArrayField(TextField())),
        Value(starts, output_field=moments),
        Value(ends, output_field=moments),
    )


def matches(term: Term) -> Matches:
    """Whether a row has all that the term asks for."""
    return matches_query(query_of(term))


def matches_query(query: str) -> Matches:
    """Whether a row answers a tsquery literal of `search.documents`."""
    return Matches(F("document"), TsQuery(Value(query)))


def bears_the_name(term: Term) -> Q:
    """Whether the term is the whole name of a row's event, performer or venue."""
    return Q(collapsed__contains=[term.collapsed])


def relevance(term: Term) -> Func:
    """How well a row answers, as an integer: whole names first, then by weight of the words,
    lifted by popularity."""
    is_name: Any = Value(0.0)
    if term.collapsed:
        is_name = Case(
            When(bears_the_name(term), then=Value(EXACT_NAME_COUNTS)), default=Value(0.0)
        )
    words = Rank(F("document"), TsQuery(Value(query_of(term))))
    # As a float: the logarithm of a numeric takes longer than all the rest.
    known = 1.0 + Ln(Cast("popularity", FloatField()) + 1.0) / 10.0
    return Func(
        (words * known + is_name) * Value(float(STEPS)),
        function="floor",
        template="%(function)s(%(expressions)s)::int",
        output_field=IntegerField(),
    )
