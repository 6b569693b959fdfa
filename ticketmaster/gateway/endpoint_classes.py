"""Which kind of call each address is, for its rate limit."""

from django.http import HttpRequest

# Never counted: health and figures; Stripe, which has a signature; what is the same bytes for all
# and costs next to nothing (the feed that maps poll, pictures and drawings kept for good); and the
# waiting room, which counts by itself who joins, and in Redis who polls faster than told.
UNCOUNTED = frozenset(
    {
        "gateway:livez",
        "gateway:readyz",
        "gateway:metrics",
        "payments:webhook",
        "api-availability",
        "events:availability-feed",
        "events:artwork",
        "events:seat-map",
        "events:favicon",
        "events:robots",
        "api-waiting-room",
        "bookings:waiting-room",
        "bookings:waiting-room-leave",
    }
)

BY_VIEW = {
    "api-search": "search",
    "api-suggest": "search",
    "search:results": "search",
    "search:suggest": "search",
    "api-event": "catalogue",
    "api-tickets": "catalogue",
    "api-seat-map": "catalogue",
    "api-performer": "catalogue",
    "api-venue": "catalogue",
    "events:home": "catalogue",
    "events:event": "catalogue",
    "events:seats": "catalogue",
    "events:performer": "catalogue",
    "events:venue": "catalogue",
    "events:city": "catalogue",
    "events:category": "catalogue",
    "events:sitemap": "catalogue",
    "events:sitemap-part": "catalogue",
    "api-waiting-room-draw": "catalogue",
    "bookings:waiting-room-draw": "catalogue",
    "bookings:sealed-list": "catalogue",
    "api-reserve": "claim",
    "bookings:hold": "claim",
    "api-confirm": "payment",
    "payments:confirm": "payment",
    "payments:pay-hosted": "payment",
    "payments:return": "payment",
    "api-bookings": "booking",
    "api-booking": "booking",
    "api-extend": "booking",
    "api-admission-pdf": "booking",
    "bookings:mine": "booking",
    "payments:booking": "booking",
}
# One address for two kinds: reading the list, and reserving and paying in one step.
UNSAFE_BY_VIEW = {"api-bookings": "payment"}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ACCOUNT_PATHS = ("/accounts/", "/_allauth/")


def endpoint_class(request: HttpRequest) -> str | None:
    """The kind of call, None for those that are not counted here."""
    match = request.resolver_match
    name = match.view_name if match else ""
    if name in UNCOUNTED:
        return None
    is_safe = request.method in SAFE
    if not is_safe:
        if request.path.startswith(ACCOUNT_PATHS):
            return None  # counted by accounts/limits.py
        if name in UNSAFE_BY_VIEW:
            return UNSAFE_BY_VIEW[name]
    return BY_VIEW.get(name, "other")
