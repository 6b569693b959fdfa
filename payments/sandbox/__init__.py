"""A Stripe-compatible server for laptops, tests and rehearsals.

It runs as its own process with its own store and is reached by HTTP only. It imports nothing of
the site, so that it cannot agree with the site's mistakes. `python -m payments.sandbox --help`.
"""
