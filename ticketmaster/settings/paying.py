"""Stripe: keys, addresses, and how long its answers are waited for."""

from ticketmaster.settings import env

STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
STRIPE_PUBLISHABLE_KEY = env.text("STRIPE_PUBLISHABLE_KEY")
STRIPE_WEBHOOK_SECRETS = env.words("STRIPE_WEBHOOK_SECRET")
STRIPE_API_BASE = env.text("STRIPE_API_BASE")
STRIPE_JS_URL = env.text("STRIPE_JS_URL", "https://js.stripe.com/v3/")
STRIPE_PAGES_ORIGIN = env.text("STRIPE_PAGES_ORIGIN", "https://hooks.stripe.com")
