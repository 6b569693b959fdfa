"""Stripe: keys, addresses, and how long its answers are waited for."""

from ticketmaster.settings import env

STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
STRIPE_PUBLISHABLE_KEY = env.text("STRIPE_PUBLISHABLE_KEY")
STRIPE_WEBHOOK_SECRETS = env.words("STRIPE_WEBHOOK_SECRET")
STRIPE_API_BASE = env.text("STRIPE_API_BASE")
STRIPE_JS_URL = env.text("STRIPE_JS_URL", "https://js.stripe.com/v3/")
STRIPE_PAGES_ORIGIN = env.text("STRIPE_PAGES_ORIGIN", "https://hooks.stripe.com")

# A cancelled event with more bookings than this waits for a second person before its money goes
# back (ASVS 2.3.5). 0: one person, who has confirmed count and sum, is enough.
MASS_REFUND_SECOND_PERSON_ABOVE = env.number("MASS_REFUND_SECOND_PERSON_ABOVE", 0)
