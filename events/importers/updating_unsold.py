"""Events that no ticket is made of yet, brought to what their listings say by the hundred."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from events import moments
from events.importers.comparing import Status, changes_of, moved_doors, stored_events
from events.importers.identities import ensure_categories, ensure_performers, ensure_venues
from events.importers.planning import PlannedEvent
from events.importers.restocking import Change, rebill, rebuild_windows, replace_stock
from events.importers.stock import drawn_sections
from events.locks import own_event
from events.models import Event, Segment
from ticketmaster.core import audit

WRITE_FIELDS = """
UPDATE events_event AS event SET name = given.name, description = given.description,
    starts_at = given.starts_at, ends_at = given.ends_at, doors_at = given.doors_at,
    currency = given.currency, venue_id = given.venue_id, category_id = given.category_id,
    changed_at = clock_timestamp()
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[],
            %s::timestamptz[], %s::text[], %s::bigint[], %s::bigint[])
    AS given(id, name, description, starts_at, ends_at, doors_at, currency, venue_id, category_id)
WHERE event.id = given.id
"""


def is_unsold(event: Event, planned: PlannedEvent) -> bool:
    """Whether the event is scheduled, stays so, and has no tickets."""
    return event.status == planned.listing.status == Status.SCHEDULED and not event.ticket_total


@transaction.atomic
def update_unsold_events(planned: Sequence[PlannedEvent], *, now: datetime) -> dict[str, list[str]]:
    """Apply these listings to their events, all or none; what changed, by key.

    Leaves out events that are not `is_unsold` any more once their locks are held: see
    `updating.update_event` for those. Sends `events_changed` once.
    """
    venues = ensure_venues((one.listing.place, one.time_zone) for one in planned)
    for one in planned:
        one.venue = venues[one.listing.place.key]
    performers, fresh = ensure_performers(act for one in planned for act in one.listing.acts)
    keys = [one.key for one in planned]
    ids = Event.objects.filter(source_key__in=keys).order_by("pk").values_list("pk", flat=True)
    for event_id in list(ids):
        own_event(event_id)
    compared = _compare(planned, now)
    found = {
        one.planned.key: one.changes.names()
        + (["aliases"] if any(act.name in fresh for act in one.planned.listing.acts) else [])
        for one in compared
    }
    changed = [one for one in compared if found[one.planned.key]]
    rebill([one for one in changed if one.changes.billing], performers)
    made = replace_stock([one for one in changed if one.changes.stock])
    opening = [one for one in changed if one.changes.stock or one.changes.windows]
    rebuild_windows(opening, made, now)
    _write_fields(changed)
    _announce(changed, found)
    return found


def _compare(planned: Sequence[PlannedEvent], now: datetime) -> list[Change]:
    stored = stored_events(one.key for one in planned)
    drawn = drawn_sections({one.drawn_map_id for one in planned if one.drawn_map_id is not None})
    compared = []
    for one in planned:
        event = stored[one.key]
        if is_unsold(event, one):
            changes = changes_of(event, one, drawn=drawn, now=now)
            one.notes += changes.notes
            compared.append(Change(event, one, changes))
    return compared


def _write_fields(changed: Sequence[Change]) -> None:
    categories = ensure_categories(
        [(one.planned.listing.segment, one.planned.listing.genre) for one in changed]
    )
    rows = [_fields(one, categories) for one in changed]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(WRITE_FIELDS, [list(column) for column in zip(*rows, strict=True)])


def _fields(one: Change, categories: dict[tuple[Segment, str], int]) -> tuple[object, ...]:
    listing, planned = one.planned.listing, one.planned
    assert planned.venue is not None
    return (
        one.event.pk,
        listing.name,
        listing.description,
        planned.starts_at,
        planned.ends_at,
        moved_doors(one.event, planned),
        listing.currency,
        planned.venue.id,
        categories[listing.segment, listing.genre],
    )


def _announce(changed: Sequence[Change], found: dict[str, list[str]]) -> None:
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for one in changed:
        alike[tuple(found[one.planned.key])].append(one.event.pk)
    for names, ids in alike.items():
        audit.record_many(
            subject="event", subject_ids=ids, action="import", details={"changed": list(names)}
        )
    if changed:
        moments.events_changed.send(sender=__name__, event_ids=[one.event.pk for one in changed])
