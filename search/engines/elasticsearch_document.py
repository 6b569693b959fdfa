"""The document of an event in Elasticsearch: its search row, field by field.

Only features of the server's core: text arrives folded, prefixes come from `index_prefixes`,
money is integers, and nothing is scripted.
"""

import hashlib
import json
import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django_elasticsearch_dsl import Document, fields
from django_elasticsearch_dsl.registries import registry

from search.engines.elasticsearch_texts import texts_of
from search.models import SearchRow

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PREFIXES = {"min_chars": 1, "max_chars": 15}


class Words(fields.TextField):  # type: ignore[misc]  # the package is untyped
    """Folded words that are also found together in `anything`; a hit counts by its field."""

    def __init__(self, **options: Any) -> None:
        super().__init__(copy_to="anything", norms=False, **options)


@registry.register_document
class EventDocument(Document):  # type: ignore[misc]  # the package is untyped
    """One field for each thing that is asked, sorted or counted by, under the row's own names."""

    anything = fields.TextField(norms=False, index_prefixes=PREFIXES)
    words_a = Words(index_prefixes=PREFIXES)
    words_b = Words(index_prefixes=PREFIXES)
    words_c = Words(index_prefixes=PREFIXES)
    words_d = Words(index_prefixes=PREFIXES)
    title = fields.TextField(norms=False, index_prefixes=PREFIXES)
    performers = fields.KeywordField()
    aliases = fields.KeywordField()
    collapsed = fields.KeywordField()
    performer_ids = fields.LongField()
    venue_id = fields.LongField()
    venue_name = fields.KeywordField()
    city = fields.KeywordField()
    region = fields.KeywordField()
    country = fields.KeywordField()
    location = fields.GeoPointField()
    segment = fields.KeywordField()
    category = fields.KeywordField()
    genre = fields.KeywordField()
    status = fields.KeywordField()
    availability = fields.KeywordField()
    accessible = fields.BooleanField()
    starts_at = fields.DateField()
    starts_us = fields.LongField()
    wall_clock = fields.DateField()
    wall_clock_ends = fields.DateField()
    time_zone = fields.KeywordField()
    currency = fields.KeywordField()
    price_from = fields.LongField(attr="price_from_minor")
    price_to = fields.LongField(attr="price_to_minor")
    price_order = fields.LongField()
    popularity = fields.IntegerField()
    popularity_lift = fields.FloatField()
    event_id = fields.LongField(attr="event_id")

    class Index:
        name = settings.ELASTICSEARCH_ALIAS
        settings = {
            "number_of_shards": 1,
            "number_of_replicas": 0,
            "refresh_interval": "1s",
            # How long a delete is remembered: a late write may not bring the event back.
            "gc_deletes": "1h",
        }

    class Django:
        model = SearchRow
        ignore_signals = True
        auto_refresh = False

    def prepare(self, instance: SearchRow) -> dict[str, Any]:
        """The document of a row, as the server keeps it; fields without a value are left out."""
        instance.texts = texts_of(instance.document)  # type: ignore[attr-defined]
        prepared: dict[str, Any] = super().prepare(instance)
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in prepared.items()
            if value is not None
        }

    def prepare_anything(self, row: SearchRow) -> None:
        """Filled by the server from the other words."""

    def prepare_words_a(self, row: Any) -> list[str]:
        return row.texts["A"]

    def prepare_words_b(self, row: Any) -> list[str]:
        return row.texts["B"]

    def prepare_words_c(self, row: Any) -> list[str]:
        return row.texts["C"]

    def prepare_words_d(self, row: Any) -> list[str]:
        return row.texts["D"]

    def prepare_performers(self, row: SearchRow) -> list[str]:
        return row.performers

    def prepare_aliases(self, row: SearchRow) -> list[str]:
        return row.aliases

    def prepare_collapsed(self, row: SearchRow) -> list[str]:
        return row.collapsed

    def prepare_performer_ids(self, row: SearchRow) -> list[int]:
        return row.performer_ids

    def prepare_location(self, row: SearchRow) -> dict[str, float] | None:
        if row.latitude is None or row.longitude is None:
            return None
        return {"lat": row.latitude, "lon": row.longitude}

    def prepare_popularity_lift(self, row: SearchRow) -> float:
        """Worked out once here and not for each of a hundred thousand hits; as exact as a float."""
        return round(math.log1p(row.popularity), 4)

    def prepare_starts_us(self, row: SearchRow) -> int:
        return microseconds(row.starts_at)


def microseconds(moment: datetime) -> int:
    """Since 1970: what Postgres keeps, where Elasticsearch's dates end at milliseconds."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment_of(microseconds_since_1970: int) -> datetime:
    """The way back."""
    return EPOCH + timedelta(microseconds=microseconds_since_1970)


@lru_cache(maxsize=1)
def document_maker() -> EventDocument:
    """One instance prepares them all."""
    return EventDocument()


def documents_of(rows: Iterable[SearchRow]) -> dict[int, tuple[int, dict[str, Any]]]:
    """Version and document of each event."""
    maker = document_maker()
    return {row.event_id: (row.version, maker.prepare(row)) for row in rows}


@lru_cache(maxsize=1)
def mapping() -> dict[str, Any]:
    """The index's mapping; `_meta` carries its own hash, by which a running site knows it."""
    declared: dict[str, Any] = EventDocument._doc_type.mapping.to_dict()
    body = {"dynamic": "strict", "properties": declared["properties"]}
    written = json.dumps([body, index_settings()], sort_keys=True)
    digest = hashlib.sha256(written.encode()).hexdigest()[:12]
    return {**body, "_meta": {"mapping_hash": digest}}


def mapping_hash() -> str:
    """Of this code's mapping."""
    found: str = mapping()["_meta"]["mapping_hash"]
    return found


def index_settings() -> dict[str, Any]:
    """How the index is kept."""
    found: dict[str, Any] = EventDocument._index._settings
    return found
