"""Rules of holding seats: how long, how many, and what slows down those who hold without buying."""

from ticketmaster.settings import env

HOLD_SECONDS = env.number("HOLD_SECONDS", 600)
MAX_LIVE_HOLDS_PER_PERSON = 3
MAX_TICKETS_PER_REQUEST = 50
LAPSED_HOLDS_BEFORE_COOL_DOWN = 5
COOL_DOWN_SECONDS = 600
ALTERNATIVE_HOLD_SECONDS = 30

# A call with an Idempotency-Key is answered the same for a day. Its lease ends within 90 s of a
# process's death, and is longer than a call takes (two of Stripe's at 19 s each and a few locks).
# Where a Stripe that hangs makes three or four of them, a second run meets the locks and Stripe's
# own keys: the effect stays single.
IDEMPOTENCY_KEPT_SECONDS = 24 * 60 * 60
IDEMPOTENCY_LEASE_SECONDS = env.number("IDEMPOTENCY_LEASE_SECONDS", 75)
