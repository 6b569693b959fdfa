"""Which search rows a request asks for, as conditions that an index can serve."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from events.models import EventPerformer, Segment, Venue
from events.zones import zone_of
from search.dates import DateFilter, Span
from search.engines.postgres_expressions import is_one_of, is_shown_in, matches
from search.engines.postgres_places import venues_near
from search.folding import collapse
from search.known import known_places
from search.models import SearchRow
from search.request import COMING, Named, Place, SearchRequest

# Clocks on earth are at most this far from UTC.
CLOCKS_DIFFER = timedelta(hours=15)


def filtered(request: SearchRequest) -> QuerySet[SearchRow]:
    """The rows of all events that a request asks for, in no order."""
    rows = SearchRow.objects.filter(_status(request), _kind(request), _price(request))
    if request.term:
        rows = rows.filter(matches(request.term))
    if request.has_place:
        rows = rows.filter(_in_place(request))
    if request.dates:
        rows = rows.filter(any_of(_on(date, request.now) for date in request.dates))
    if request.performers:
        rows = rows.filter(_performed_by(request.performers))
    if request.venues:
        rows = rows.filter(_at_venue(request.venues))
    if request.availabilities:
        rows = rows.filter(availability__in=request.availabilities)
    if request.accessible is not None:
        rows = rows.filter(accessible=request.accessible)
    return rows


def any_of(conditions: Iterable[Q]) -> Q:
    """Either of these; everything where there are none."""
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def _status(request: SearchRequest) -> Q:
    """Coming events; of those statuses that look back, past ones too."""
    statuses = request.statuses or COMING
    coming = [status for status in statuses if status in COMING]
    other = [status for status in statuses if status not in COMING]
    if not other:
        return Q(status__in=coming, starts_at__gt=request.now)
    return Q(status__in=coming, starts_at__gt=request.now) | Q(status__in=other)


def _in_place(request: SearchRequest) -> Q:
    found = any_of(_in_city(place) for place in request.places)
    if request.points:
        near = list({venue for point in request.points for venue in venues_near(point)})
        found |= Q(is_one_of("venue_id", near))
    return found


def _in_city(place: Place) -> Q:
    """A city of that name; where there is none, a region or country of that name."""
    named = Q(city=place.city)
    if place.within:
        named &= Q(region=place.within) | Q(country=place.within)
    elif not _is_a_city(place.city):
        named = Q(region=place.city) | Q(country=place.city)
    return named


def _is_a_city(name: str) -> bool:
    return name in known_places() or SearchRow.objects.filter(city=name).exists()


def _kind(request: SearchRequest) -> Q:
    wanted = any_of(_of_kind(slug) for slug in request.types)
    for slug in request.types_not:
        wanted &= ~_of_kind(slug)
    return wanted


def _of_kind(slug: str) -> Q:
    """What is no segment is looked for among the categories alone: one index instead of two."""
    genre = Q(category=slug)
    return Q(segment=slug) | genre if slug in Segment.values else genre


def _price(request: SearchRequest) -> Q:
    """Events with a price in the range: the cheapest at most the maximum, and so on."""
    wanted = Q()
    if request.price_min is not None:
        wanted &= Q(price_to_minor__gte=request.price_min)
    if request.price_max is not None:
        wanted &= Q(price_from_minor__lte=request.price_max)
    return wanted


def _on(date: DateFilter, now: datetime) -> Q:
    if date.fixed is not None:
        return _within(date.fixed)
    zones = Venue.objects.order_by().values_list("time_zone", flat=True).distinct()
    spans = [
        (zone, date.span_at(now.astimezone(zone_of(zone)).replace(tzinfo=None))) for zone in zones
    ]
    if not spans:
        return Q()
    whole = Span(
        min((span.start for _, span in spans if span.start), default=None),
        max((span.end for _, span in spans if span.end), default=None),
    )
    there = [(zone, _labelled(span.start), _labelled(span.end)) for zone, span in spans]
    return _about(whole) & Q(is_shown_in(there))


def _labelled(wall_clock: datetime | None) -> datetime | None:
    """As rows have it: labelled UTC."""
    return None if wall_clock is None else timezone.make_aware(wall_clock, UTC)


def _within(span: Span) -> Q:
    return _about(span) & _shown(span)


def _shown(span: Span) -> Q:
    """Events that overlap the span on their own wall clocks."""
    wanted = Q()
    if span.start is not None:
        wanted &= Q(wall_clock_ends__gte=timezone.make_aware(span.start, UTC))
    if span.end is not None:
        wanted &= Q(wall_clock__lt=timezone.make_aware(span.end, UTC))
    return wanted


def _about(span: Span) -> Q:
    """A little more than the span by the start alone, which the indexes are ordered by."""
    wanted = Q()
    if span.end is not None:
        wanted &= Q(starts_at__lt=timezone.make_aware(span.end, UTC) + CLOCKS_DIFFER)
    if span.start is not None:
        start = timezone.make_aware(span.start, UTC)
        wanted &= Q(starts_at__gte=min(start - CLOCKS_DIFFER, _begun_before(start)))
    return wanted


def _begun_before(start: datetime) -> datetime:
    """When the first of the events of several days began that go on at `start`."""
    going_on = SearchRow.objects.filter(
        wall_clock_ends__gt=F("wall_clock"), wall_clock_ends__gte=start, wall_clock__lt=start
    )
    # Not MIN(): that would be looked for along the dates of all events.
    return min(going_on.order_by().values_list("starts_at", flat=True), default=start)


def _performed_by(performers: Named) -> Q:
    wanted = []
    if performers.ids:
        billed = EventPerformer.objects.filter(performer_id__in=performers.ids)
        wanted.append(Q(pk__in=billed.values("event_id")))
    if performers.names:
        names = list(performers.names)
        named = Q(performers__overlap=names) | Q(aliases__overlap=names)
        wanted.append(Q(collapsed__overlap=_joined(names)) & named)
    return any_of(wanted)


def _at_venue(venues: Named) -> Q:
    wanted = [Q(venue_id__in=venues.ids)] if venues.ids else []
    if venues.names:
        names = list(venues.names)
        wanted.append(Q(collapsed__overlap=_joined(names)) & Q(venue_name__in=names))
    return any_of(wanted)


def _joined(names: list[str]) -> list[str]:
    """As `SearchRow.collapsed` has them, whose index finds them."""
    return [collapse(name) for name in names]
