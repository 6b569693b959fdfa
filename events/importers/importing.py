"""Importing listings: read, compare with the catalogue, write in batches, report by row."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.db import DataError, IntegrityError

from events.importers.comparing import changes_of, stored_events
from events.importers.creating import create_events
from events.importers.errors import RowRefused
from events.importers.identities import find_performers, find_venues, missing_aliases
from events.importers.listing import Listing
from events.importers.planning import PlannedEvent, plan_event
from events.importers.reading import Row
from events.importers.report import ImportReport, Outcome
from events.importers.schema_org import read_listing
from events.importers.stock import drawn_sections
from events.importers.updating import update_event
from events.importers.updating_unsold import is_unsold, update_unsold_events
from events.models import Event
from events.publishing import put_on_sale
from ticketmaster.core.clock import database_now
from ticketmaster.core.errors import DomainError

BATCH = 500

Advance = Callable[[int], None]


def import_listings(rows: Iterable[Row], *, advance: Advance) -> ImportReport:
    """Store every row that can be stored; the report says which could not, and why.

    New events are written up to 500 in a transaction, and one by one where the database refuses
    such a batch; changed ones likewise, but each in its own once there are tickets. `advance` is
    told how many rows are done.
    """
    session = Session(now=database_now())
    for batch in _batches(rows):
        for group in session.plan(batch):
            session.store(group)
        advance(len(batch))
    return session.report


def preview_listings(rows: Iterable[Row], *, advance: Advance) -> ImportReport:
    """The report that `import_listings` would give, without writing anything."""
    session = Session(now=database_now())
    for batch in _batches(rows):
        for group in session.plan(batch):
            session.preview(group)
        advance(len(batch))
    return session.report


def open_sales(report: ImportReport, *, advance: Advance) -> None:
    """Put the imported events on sale that are scheduled, each in its own transaction.

    Those that cannot be are noted with the reason.
    """
    keys = [key for _, key in report.stored]
    scheduled = dict(
        Event.objects.filter(source_key__in=keys, status=Event.Status.SCHEDULED).values_list(
            "source_key", "pk"
        )
    )
    for row, key in report.stored:
        event_id = scheduled.pop(key, None)
        if event_id is not None:
            try:
                put_on_sale(event_id=event_id)
                report.put_on_sale += 1
            except DomainError as refusal:
                report.note(row, [f"not put on sale: {refusal.detail}"])
        advance(1)


class Session:
    """One run over one file: its report, and what its earlier rows have told."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.report = ImportReport()
        self._rows_by_key: dict[str, int] = {}
        self._zones: dict[str, str] = {}

    def plan(self, rows: Sequence[Row]) -> Iterator[list[PlannedEvent]]:
        """What the readable rows make, in groups within which no event occurs twice."""
        group: list[PlannedEvent] = []
        keys: set[str] = set()
        for planned in self._plan(rows):
            earlier = self._rows_by_key.setdefault(planned.key, planned.row)
            if earlier != planned.row:
                planned.notes.append(f"the same event as row {earlier}: updates it")
            if planned.key in keys:
                yield group
                group, keys = [], set()
            group.append(planned)
            keys.add(planned.key)
        if group:
            yield group

    def _plan(self, rows: Sequence[Row]) -> list[PlannedEvent]:
        listings = []
        for row in rows:
            try:
                if row.problem:
                    raise RowRefused(row.problem)
                listings.append((row.number, _listing(row.value)))
            except RowRefused as refusal:
                self.report.skip(row.number, str(refusal))
        venues = find_venues({listing.place.key for _, listing in listings})
        plans = []
        for number, listing in listings:
            place = listing.place
            zone = self._zones.get("\n".join(place.key).casefold(), place.time_zone)
            try:
                plans.append(
                    plan_event(
                        row=number,
                        listing=listing,
                        venue=venues.get(place.key),
                        time_zone=zone,
                    )
                )
            except RowRefused as refusal:
                self.report.skip(number, str(refusal))
            else:
                self._zones.setdefault("\n".join(place.key).casefold(), plans[-1].time_zone)
        return plans

    def store(self, group: Sequence[PlannedEvent]) -> None:
        """Write a group: the new together, the changed too unless there are tickets of them."""
        stored = stored_events(one.key for one in group)
        self._create([one for one in group if one.key not in stored])
        changed = self._changed([one for one in group if one.key in stored], stored)
        done = self._update_unsold([one for one in changed if is_unsold(stored[one.key], one)])
        for one in changed:
            if one.key not in done:
                self._update(one)

    def _update_unsold(self, planned: Sequence[PlannedEvent]) -> Collection[str]:
        """Write these together; the keys of those that it was possible for."""
        if not planned:
            return ()
        try:
            changed = update_unsold_events(planned, now=self.now)
        except (IntegrityError, DataError):
            return ()  # one of them is at fault: each on its own then
        for one in planned:
            if one.key in changed:
                self._count(one, Outcome.UPDATED if changed[one.key] else Outcome.UNCHANGED)
        return changed.keys()

    def _update(self, planned: PlannedEvent) -> None:
        try:
            changed = update_event(planned, now=self.now)
        except (IntegrityError, DataError, DomainError) as error:
            self.report.skip(planned.row, _reason(error))
            return
        self._count(planned, Outcome.UPDATED if changed else Outcome.UNCHANGED)

    def preview(self, group: Sequence[PlannedEvent]) -> None:
        """Count what storing this group would do."""
        stored = stored_events(one.key for one in group)
        changed = self._changed([one for one in group if one.key in stored], stored)
        for one in group:
            if one.key not in stored:
                repeated = self._rows_by_key[one.key] != one.row
                self._count(one, Outcome.UPDATED if repeated else Outcome.CREATED)
        for one in changed:
            self._count(one, Outcome.UPDATED)

    def _create(self, new: Sequence[PlannedEvent]) -> None:
        if not new:
            return
        try:
            create_events(new, now=self.now)
        except (IntegrityError, DataError) as error:
            if len(new) == 1:
                self.report.skip(new[0].row, _reason(error))
                return
            for one in new:
                self._create([one])
            return
        for one in new:
            self._count(one, Outcome.CREATED)

    def _changed(
        self, known: Sequence[PlannedEvent], stored: dict[str, Event]
    ) -> list[PlannedEvent]:
        """Those that differ from what is stored; the others are counted as unchanged."""
        maps = {one.venue.drawn_map_id for one in known if one.venue and one.venue.drawn_map_id}
        drawn = drawn_sections(maps)
        acts = [act for one in known for act in one.listing.acts]
        performers = find_performers({act.name for act in acts})
        fresh = {name for name, _ in missing_aliases(acts, performers)}
        changed = []
        for one in known:
            changes = changes_of(stored[one.key], one, drawn=drawn, now=self.now)
            if changes.names() or any(act.name in fresh for act in one.listing.acts):
                changed.append(one)
            else:
                one.notes += changes.notes
                self._count(one, Outcome.UNCHANGED)
        return changed

    def _count(self, planned: PlannedEvent, outcome: Outcome) -> None:
        self.report.count(outcome, planned.row, planned.key)
        self.report.note(planned.row, planned.notes)


def _listing(value: object) -> Listing:
    """The row's listing; those who read another format bring it ready."""
    return value if isinstance(value, Listing) else read_listing(value)


def _reason(error: Exception) -> str:
    """Why the database or the domain refused a row, in one line."""
    if isinstance(error, DomainError):
        return error.detail
    return f"the database refused it: {str(error).splitlines()[0]}"


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch
