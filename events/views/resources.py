"""What pages and robots fetch: pictures, drawings, the feed, the sitemap."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.api.seats import feed_answer
from events.artwork import draw
from events.calendar import calendar_url, event_calendar, opening_calendar
from events.listing import listed
from events.maps.drawing import drawing_bytes, frozen_map
from events.models import Event, Performer, Venue
from events.pictures import artwork_seed, artwork_url, turn_of
from events.public_ids import known_id
from events.selectors import event_for_public, pages_that_list
from ticketmaster.core.errors import NotFound
from ticketmaster.core.public import Freshness, public_page

FOR_GOOD = Freshness(shared=0, immutable=True)
PER_SITEMAP = 10_000
# The sitemap of the pages that are no thing's own: the home page, kinds and cities.
LISTS = "lists"
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
PRIVATE_PATHS = (
    "/admin/",
    "/accounts/",
    "/booking/",
    "/bookings",
    "/admission/",
    "/checkin",
    "/me",
)


@public_page(FOR_GOOD)
def artwork(request: HttpRequest, event_id: int, version: str) -> HttpResponse:
    """The event's picture. An outdated address leads to the present one."""
    events = Event.objects.public().select_related("category")
    event = events.filter(pk=known_id(event_id)).first()
    if event is None:
        raise NotFound("There is no such picture.")
    turn = turn_of(event, version)
    if turn is None:
        return redirect(artwork_url(event))
    return HttpResponse(draw(**artwork_seed(event, turn=turn)), content_type="image/svg+xml")


@public_page(Freshness(shared=0, immutable=True, kept=3600))
def seat_map(request: HttpRequest, version: str) -> HttpResponse:
    """The drawing of a seat map in use."""
    found = frozen_map(version)
    if found is None:
        raise NotFound("There is no such seat map.")
    return HttpResponse(drawing_bytes(found), content_type="application/json")


@public_page(Freshness(shared=60))
def calendar(request: HttpRequest, event_id: int) -> HttpResponse:
    """The event as a file for calendars."""
    event = Event.objects.public().select_related("venue").filter(pk=known_id(event_id)).first()
    if event is None or not calendar_url(event):
        raise NotFound("There is no such date.")
    return _calendar_file(event_calendar(event))


@public_page(Freshness(shared=60))
def opening(request: HttpRequest, event_id: int) -> HttpResponse:
    """The moment the sale opens, as a file for calendars."""
    [row] = listed([event_for_public(known_id(event_id))])
    if row.sale.opens_at is None:
        raise NotFound("This sale has no opening ahead.")
    return _calendar_file(opening_calendar(row.event, opens_at=row.sale.opens_at))


def _calendar_file(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")


@public_page(Freshness(shared=1, stale=5))
def availability_feed(request: HttpRequest, event_id: int) -> HttpResponse:
    """What is free at an event, for its map."""
    return feed_answer(event_id)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The mark, for browsers that ask without reading the page."""
    response = redirect(static("img/mark.svg"))
    response["Cache-Control"] = "public, max-age=86400"
    return response


@public_page(Freshness(shared=3600, browser=3600))
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may not look at, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE_PATHS)]
    lines.append(f"Sitemap: {settings.SITE_URL}/sitemap.xml")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public_page(Freshness(shared=3600, kept=600))
def sitemap(request: HttpRequest) -> HttpResponse:
    """The list of sitemaps, ten thousand pages each."""
    sizes = {kind: rows.count() for kind, rows in _mapped().items()}
    sizes[LISTS] = len(pages_that_list())
    addresses = [
        f"{settings.SITE_URL}/sitemap-{kind}-{number}.xml"
        for kind, size in sizes.items()
        for number in range(1, -(-size // PER_SITEMAP) + 1)
    ]
    return _xml("sitemapindex", "sitemap", addresses)


@public_page(Freshness(shared=3600, kept=600))
def sitemap_part(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Ten thousand pages of one kind."""
    rows = _mapped().get(kind)
    if not (rows is not None or kind == LISTS) or not 1 <= number <= 1_000:
        raise NotFound
    part = slice((number - 1) * PER_SITEMAP, number * PER_SITEMAP)
    if rows is None:
        paths = pages_that_list()[part]
    else:
        paths = [row.get_absolute_url() for row in rows.order_by("pk")[part]]
    if not paths:
        raise NotFound
    return _xml("urlset", "url", [f"{settings.SITE_URL}{path}" for path in paths])


def _mapped() -> dict[str, QuerySet[Event] | QuerySet[Performer] | QuerySet[Venue]]:
    return {
        "events": Event.objects.coming(timezone.now()).only("pk"),
        "performers": Performer.objects.only("pk"),
        "venues": Venue.objects.only("pk"),
    }


def _xml(root: str, element: str, addresses: Iterable[str]) -> HttpResponse:
    items = "".join(f"<{element}><loc>{escape(one)}</loc></{element}>" for one in addresses)
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{SITEMAPS}">{items}</{root}>'
    return HttpResponse(body, content_type="application/xml; charset=utf-8")
