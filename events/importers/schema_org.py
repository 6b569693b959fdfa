"""schema.org `Event` objects into listings."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from events.importers.errors import RowRefused
from events.importers.listing import Act, Listing, WrittenMoment
from events.importers.offers import read_offers
from events.importers.places import read_place
from events.importers.values import (
    first,
    listed,
    prose,
    required_text,
    shown,
    term,
    terms,
    text,
    whole,
)
from events.models import Event, Segment

SEGMENTS = {
    "MusicEvent": Segment.CONCERT,
    "SportsEvent": Segment.SPORT,
    "TheaterEvent": Segment.THEATRE,
    "ComedyEvent": Segment.COMEDY,
    "ChildrensEvent": Segment.FAMILY,
    "Festival": Segment.FESTIVAL,
}
STATUSES = {
    "": Event.Status.SCHEDULED,
    "EventScheduled": Event.Status.SCHEDULED,
    "EventRescheduled": Event.Status.SCHEDULED,
    "EventMovedOnline": Event.Status.SCHEDULED,
    "EventPostponed": Event.Status.POSTPONED,
    "EventCancelled": Event.Status.CANCELLED,
    "EventCanceled": Event.Status.CANCELLED,
}
LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_IDENTIFIER = 250, 20_000, 180
LONGEST_ACT, LONGEST_GENRE, MOST_ACTS = 200, 80, 200
YEARS = range(1900, 2201)


def read_listing(value: object) -> Listing:
    """The listing that this object describes.

    Raises RowRefused with the first thing that is wrong with it.
    """
    if not isinstance(value, Mapping):
        raise RowRefused(f"{shown(value)} is no listing: an object is expected")
    notes: list[str] = []
    segment = _segment(value)
    name = required_text(value.get("name"), field="name", longest=LONGEST_NAME)
    start, end = _dates(value)
    currency, offers = read_offers(value.get("offers"), notes=notes, read_moment=read_moment)
    return Listing(
        identifier=_identifier(value.get("identifier")),
        name=name,
        description=prose(
            value.get("description"), field="description", longest=LONGEST_DESCRIPTION
        ),
        segment=segment,
        genre=text(value.get("genre"), field="genre", longest=LONGEST_GENRE),
        status=_status(value.get("eventStatus"), notes),
        start=start,
        end=end,
        place=read_place(value.get("location"), notes=notes),
        acts=_acts(value.get("performer") or value.get("performers")),
        offers=offers,
        currency=currency,
        notes=notes,
    )


def _segment(value: Mapping[str, Any]) -> Segment:
    """The segment of the first known type; other kinds of event are `other`."""
    types = terms(value.get("@type"))
    for name in types:
        if name in SEGMENTS:
            return SEGMENTS[name]
    if types and not any(name.endswith(("Event", "Festival")) for name in types):
        raise RowRefused(f"@type is {shown(types[0])}, which is no kind of Event")
    return Segment.OTHER


def _status(value: object, notes: list[str]) -> Event.Status:
    written = term(value)
    if written not in STATUSES or (value and not written):
        raise RowRefused(f"eventStatus {shown(first(value))} is unknown")
    if written == "EventMovedOnline":
        notes.append("moved online: imported at its venue")
    return STATUSES[written]


def _dates(value: Mapping[str, Any]) -> tuple[WrittenMoment, WrittenMoment | None]:
    if first(value.get("startDate")) in (None, ""):
        raise RowRefused("startDate is missing")
    start = read_moment(value.get("startDate"), field="startDate")
    if first(value.get("endDate")) in (None, ""):
        return start, None
    return start, read_moment(value.get("endDate"), field="endDate")


def read_moment(value: object, *, field: str) -> WrittenMoment:
    """An ISO 8601 date or date and time, with or without offset."""
    written = text(value, field=field, longest=60)
    try:
        moment: date = _iso(written)
    except ValueError as error:
        raise RowRefused(f"{field} {shown(written)} is no ISO 8601 date") from error
    if moment.year not in YEARS:
        raise RowRefused(f"{field} {shown(written)} is not in this age")
    return WrittenMoment(moment)


def _iso(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return datetime.fromisoformat(written)


def _identifier(value: object) -> str:
    """The promoter's own key as text, blank when there is none."""
    value = first(value)
    if isinstance(value, Mapping):
        value = first(value.get("value") if "value" in value else value.get("@id"))
    if isinstance(value, int) and not isinstance(value, bool):
        most = 10**30
        return str(whole(value, field="identifier", most=most))
    return text(value, field="identifier", longest=LONGEST_IDENTIFIER)


def _acts(value: object) -> tuple[Act, ...]:
    """Performers in billing order, each once."""
    acts: dict[str, Act] = {}
    for one in listed(value):
        act = _act(one)
        acts.setdefault(act.name.casefold(), act)
    if len(acts) > MOST_ACTS:
        raise RowRefused(f"{len(acts)} performers; at most {MOST_ACTS} are kept")
    return tuple(acts.values())


def _act(value: object) -> Act:
    if not isinstance(value, Mapping):
        return Act(required_text(value, field="performer", longest=LONGEST_ACT))
    name = required_text(value.get("name"), field="performer name", longest=LONGEST_ACT)
    aliases: dict[str, str] = {}
    for one in listed(value.get("alternateName")):
        alias = text(one, field="performer alternateName", longest=LONGEST_ACT)
        if alias and alias.casefold() != name.casefold():
            aliases.setdefault(alias.casefold(), alias)
    return Act(name, tuple(aliases.values()))
