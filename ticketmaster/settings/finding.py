"""Search: which engine, and how it is reached."""

from ticketmaster.settings import env

ELASTICSEARCH_URL = env.text("ELASTICSEARCH_URL")
