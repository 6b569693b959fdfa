"""The embedded default: Postgres, Redis, the Stripe sandbox and all processes from one command."""
