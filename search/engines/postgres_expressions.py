"""Expressions over search rows that the ORM has no words for."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateTimeField,
    Expression,
    F,
    Func,
    IntegerField,
    Q,
    TextField,
    Value,
)

from search.documents import query_of
from search.terms import Term

# Weights of D, C, B and A; coarse, so that equal hits go by date; all as floats, since the
# logarithm of a numeric takes longer than all the rest.
RELEVANCE = """floor(1000.0::float8 * (
    ts_rank(ARRAY[0.1, 0.2, 0.4, 1.0]::float4[], search_searchrow.document, (%s)::tsquery)
    * (1.0 + ln(search_searchrow.popularity::float8 + 1.0) / 10.0) + {is_name}))::int"""
NO_NAME = "0.0::float8"
IS_NAME = f"CASE WHEN search_searchrow.collapsed @> %s::text[] THEN 10.0::float8 ELSE {NO_NAME} END"


class TsQuery(Func):
    """A tsquery literal of `search.documents.query_of`, as a parameter."""

    template = "(%(expressions)s)::tsquery"
    output_field = SearchVectorField()


class Matches(Func):
    """Whether a tsvector answers a tsquery."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


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


class Relevance(Expression):
    """How well a row answers, as an integer: whole names first, then by weight of the words,
    lifted by popularity. Written out, since Django takes longer to put it together than Postgres to
    rank a hundred rows by it."""

    output_field = IntegerField()

    def __init__(self, term: Term) -> None:
        super().__init__()
        self.term = term

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The expression over the table's own columns."""
        words = query_of(self.term)
        if not self.term.collapsed:
            return RELEVANCE.format(is_name=NO_NAME), (words,)
        return RELEVANCE.format(is_name=IS_NAME), (words, [self.term.collapsed])
