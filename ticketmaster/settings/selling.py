"""Rules of holding seats: how long, how many, and what slows down those who hold without buying."""

from ticketmaster.settings import env

HOLD_SECONDS = env.number("HOLD_SECONDS", 600)
MAX_LIVE_HOLDS_PER_PERSON = 3
MAX_TICKETS_PER_REQUEST = 50
LAPSED_HOLDS_BEFORE_COOL_DOWN = 5
COOL_DOWN_SECONDS = 600
ALTERNATIVE_HOLD_SECONDS = 30
