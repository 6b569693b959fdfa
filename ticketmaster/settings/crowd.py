"""What keeps a crowd orderly: rate limits, load shedding, the waiting room."""

from ticketmaster.settings import env

RATE_LIMITS = env.switch("RATE_LIMITS", default=True)
