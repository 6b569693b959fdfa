"""What must hold before the site starts: documents are full, and nothing else writes the index."""

from datetime import UTC, datetime
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db.models.signals import post_delete, post_save
from django_elasticsearch_dsl.signals import BaseSignalProcessor

from search.documents import Weighted, document_of
from search.engines.elasticsearch_document import document_maker, mapping
from search.models import SearchRow

MOMENT = datetime(2031, 3, 14, 20, tzinfo=UTC)
FILLED_BY_THE_SERVER = {"anything"}


@register(Tags.compatibility)
def documents_are_full(**_: Any) -> list[CheckMessage]:
    """Some releases of the two packages index every document empty, without a word."""
    prepared = document_maker().prepare(full_row())
    empty = sorted(
        name
        for name in mapping()["properties"].keys() - FILLED_BY_THE_SERVER
        if prepared.get(name) in (None, "", [], {})
    )
    if not empty:
        return []
    return [
        Error(
            f"Documents for Elasticsearch lack {', '.join(empty)}.",
            hint="Install elasticsearch and django-elasticsearch-dsl as requirements.txt names.",
            id="search.E001",
        )
    ]


@register(Tags.signals)
def nothing_else_writes_the_index(**_: Any) -> list[CheckMessage]:
    """The package's signal processors write in the middle of transactions."""
    for signal in (post_save, post_delete):
        for receiver in signal._live_receivers(SearchRow)[0]:
            if isinstance(getattr(receiver, "__self__", None), BaseSignalProcessor):
                return [
                    Error(
                        "A signal processor of django-elasticsearch-dsl is on.",
                        hint="ELASTICSEARCH_DSL_SIGNAL_PROCESSOR must be BaseSignalProcessor.",
                        id="search.E002",
                    )
                ]
    return []


TEXTS = (
    Weighted("Evening of AC/DC", "A"),
    Weighted("Grand Hall", "B"),
    Weighted("Leeds", "C"),
    Weighted("Rock", "D"),
)


def full_row() -> SearchRow:
    """A row with a value in every column, of no event."""
    return SearchRow(
        event_id=1,
        version=1,
        document=document_of(TEXTS),
        title="evening of ac dc",
        performers=["ac dc"],
        aliases=["acca dacca"],
        collapsed=["eveningofacdc", "acdc"],
        performer_ids=[1],
        status="on_sale",
        starts_at=MOMENT,
        ends_at=MOMENT,
        wall_clock=MOMENT,
        wall_clock_ends=MOMENT,
        local_dow=5,
        time_zone="Europe/London",
        onsale_at=MOMENT,
        venue_id=1,
        venue_name="grand hall",
        city="leeds",
        city_name="Leeds",
        region="england",
        country="gb",
        latitude=53.8,
        longitude=-1.5,
        segment="concert",
        category="rock",
        genre="rock",
        kind="rock concerts concert",
        currency="GBP",
        price_from_minor=4500,
        price_to_minor=9000,
        price_order=4500,
        availability="available",
        accessible=True,
        popularity=50,
        demand=10,
    )
