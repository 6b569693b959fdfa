"""A listing, told the venue's clock: what its event will be."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from events.ending import is_over
from events.importers.errors import RowRefused
from events.importers.listing import Listing, WrittenMoment
from events.models import Event

# An end without a time of day is the end of that day.
END_OF_DAY = time(23, 59)


@dataclass(frozen=True, slots=True)
class KnownVenue:
    """A venue that is there already, with the newest map of seats that staff drew, if any."""

    id: int
    time_zone: str
    drawn_map_id: int | None


@dataclass(slots=True)
class PlannedEvent:
    """The event of one row. Moments are in UTC; `key` is what a later import finds it by."""

    row: int
    listing: Listing
    venue: KnownVenue | None
    time_zone: str
    key: str
    starts_at: datetime
    ends_at: datetime | None
    opens: dict[str, datetime | None]
    notes: list[str] = field(default_factory=list)

    def status_at(self, now: datetime) -> Event.Status:
        """What a new event becomes: cancelled and postponed as listed, a past one `ended`."""
        over = is_over(self.starts_at, self.ends_at, now=now)
        if self.listing.status != Event.Status.CANCELLED and over:
            return Event.Status.ENDED
        return self.listing.status

    @property
    def drawn_map_id(self) -> int | None:
        """The map of seats that staff drew for the venue, if there is one."""
        return self.venue.drawn_map_id if self.venue else None

    def performer_ids(self, ids: dict[str, int]) -> list[int]:
        """The listing's performers in billing order, each once."""
        return list(dict.fromkeys(ids[act.name] for act in self.listing.acts))

    def sale_groups(self) -> list[tuple[datetime | None, list[str]]]:
        """Offers that open together: (when, their names); None stands for now."""
        groups: dict[datetime | None, list[str]] = {}
        for name, opens_at in self.opens.items():
            groups.setdefault(opens_at, []).append(name)
        return list(groups.items())


def plan_event(
    *, row: int, listing: Listing, venue: KnownVenue | None, time_zone: str
) -> PlannedEvent:
    """What this listing makes of its event; `time_zone` is that of a venue not stored yet.


    Raises RowRefused when nothing tells the time zone, or when it ends before it starts.
    """
    time_zone = venue.time_zone if venue else time_zone
    if not time_zone:
        raise RowRefused(
            f"no time zone: location has no usable geo, and {listing.place.city!r} is not known"
        )
    zone = ZoneInfo(time_zone)
    starts_at = _moment(listing.start, zone)
    ends_at = _moment(listing.end, zone, day_means=END_OF_DAY) if listing.end else None
    if ends_at is not None and ends_at < starts_at:
        raise RowRefused("endDate is before startDate")
    notes = list(listing.notes)
    if listing.start.is_day:
        notes.append("startDate has no time of day: taken as 00:00 at the venue")
    return PlannedEvent(
        row=row,
        listing=listing,
        venue=venue,
        time_zone=time_zone,
        key=listing.identifier or _key(listing, starts_at),
        starts_at=starts_at,
        ends_at=ends_at,
        opens={
            offer.name: _moment(offer.valid_from, zone) if offer.valid_from else None
            for offer in listing.offers
        },
        notes=notes,
    )


def _moment(written: WrittenMoment, zone: ZoneInfo, *, day_means: time = time.min) -> datetime:
    """The moment in UTC; without an offset it is the venue's wall clock."""
    value = written.value
    moment = value if isinstance(value, datetime) else datetime.combine(value, day_means)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _key(listing: Listing, starts_at: datetime) -> str:
    """A key for a listing without identifier: the same name, venue and start are the same."""
    place = listing.place
    parts = [listing.name, place.name, place.city, place.region, starts_at.isoformat()]
    digest = hashlib.blake2b("\n".join(parts).casefold().encode(), digest_size=16).hexdigest()
    return f"listing:{digest}"
