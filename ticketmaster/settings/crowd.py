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

# Load shedding, in each web process. What works at once has a database connection each, Stripe's
# webhook has its own. Looking and searching take at most half of the slots, and as many wait for
# those as READ_LINE says; as many as FRONT_LINE says wait, without a slot, for an answer that one
# of them fetches. The server has threads for all of them and some more (WEB_THREADS).
WORK_SLOTS = env.number("WORK_SLOTS", 8)
READ_SLOTS = env.number("READ_SLOTS", max(WORK_SLOTS // 2, 1))
READ_LINE = env.number("READ_LINE", 40)
FRONT_LINE = env.number("FRONT_LINE", 240)
FRONT_PATIENCE_SECONDS = 5.0
# Polls of waiting rooms need no such slot, nor a database connection, but the same interpreter and
# threads: so many are answered at a time, and so many wait.
POLL_SLOTS = env.number("POLL_SLOTS", 8)
POLL_LINE = env.number("POLL_LINE", 64)
# Claims of apps that are on their way to the ticket lock at a time (bookings/api/turnstile.py).
CLAIM_TURNS = max(env.number("CLAIM_TURNS", 4), 1)
WEBHOOK_SLOTS = 2
SLOT_PATIENCE_SECONDS = 1.0
MOST_QUEUED_SECONDS = 5.0

# Hashing a password takes a core for some 50 ms, on purpose. One at a time in each process leaves
# sales at least half of two cores, and those who wait leave them the other work slots.
HASHING_SLOTS = env.number("HASHING_SLOTS", 1)
HASHING_LINE = 2
HASHING_PATIENCE_SECONDS = 1.5

# Who may read /metrics: loopback, and these addresses or networks, or whoever has the token.
METRICS_ALLOW = env.words("METRICS_ALLOW", "127.0.0.0/8,::1/128")
METRICS_TOKEN = env.text("METRICS_TOKEN")

# --- The waiting room (docs/waiting-room.md) --------------------------------------------------
# Keys that sign visitors and passes: the first signs, all are believed. Empty: SECRET_KEY.
WAITING_ROOM_KEYS = env.words("WAITING_ROOM_KEYS")
# A pass is good for so long and renewed while its owner is active; a hold keeps the place as long.
WAITING_ROOM_PASS_SECONDS = 600
# Let in, and gone without a word for so long: the place is given back.
WAITING_ROOM_IDLE_SECONDS = env.number("WAITING_ROOM_IDLE_SECONDS", 300)
# Let in and not come: back into the line, in front, and the next one is let in.
WAITING_ROOM_CLAIM_SECONDS = env.number("WAITING_ROOM_CLAIM_SECONDS", 120)
# Whoever has not asked for so long is passed over at their turn; the place in line is kept.
WAITING_ROOM_AWAY_SECONDS = env.number("WAITING_ROOM_AWAY_SECONDS", 90)
# Nobody stays inside for longer, however active; a page that is left open gives way.
WAITING_ROOM_LONGEST_STAY_SECONDS = env.number("WAITING_ROOM_LONGEST_STAY_SECONDS", 1800)
WAITING_ROOM_JOINS_PER_MINUTE = env.number("WAITING_ROOM_JOINS_PER_MINUTE", 120)
# A callable `(request, event_id) -> None` that raises a DomainError to refuse a join, such as the
# check of a challenge's answer. Empty: everybody may join.
WAITING_ROOM_CHALLENGE = env.text("WAITING_ROOM_CHALLENGE")
# A room that tunes itself lets in fewer while holding seats takes longer than this.
WAITING_ROOM_SLOW_HOLD_MS = env.number("WAITING_ROOM_SLOW_HOLD_MS", 500)
DRAND_URL = env.text("DRAND_URL", "https://api.drand.sh").rstrip("/")
