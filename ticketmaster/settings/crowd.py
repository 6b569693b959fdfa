"""What keeps a crowd orderly: rate limits, load shedding, the waiting room."""

from ticketmaster.settings import env

RATE_LIMITS = env.switch("RATE_LIMITS", default=True)

# How often in a minute, by the kind of call (`gateway/endpoint_classes.py` says which is which):
# one address, its network (/24 of IPv4, /48 of IPv6, for scrapers that change addresses), one
# session, one user. An address may be a school or an office, so that it has many times what one
# person needs. Signing in, signing up and resetting have limits of their own (accounts/limits.py).
REQUEST_LIMITS: dict[str, dict[str, int]] = {
    "search": {"address": env.number("SEARCHES_PER_MINUTE", 300), "network": 3_000},
    "catalogue": {"address": 600, "network": 6_000, "session": 300},
    "claim": {"address": 600, "session": 60, "user": 60},
    "payment": {"address": 300, "session": 30, "user": 30},
    "booking": {"address": 1_200, "session": 240, "user": 240},
    "other": {"address": 1_200, "session": 300},
}
REQUEST_LIMIT_SECONDS = 60
