"""Heartbeats of the relays, so that an invariant can tell a slow relay from a site switched off."""

from django.db import connection

QUIET_SECONDS = 30
WRITE_EVERY_SECONDS = 5

BEAT = """
INSERT INTO core_relayheartbeat (name, started_at, seen_at)
VALUES (%(name)s, clock_timestamp(), clock_timestamp())
ON CONFLICT (name) DO UPDATE SET
    started_at = CASE
        WHEN core_relayheartbeat.seen_at < clock_timestamp() - make_interval(secs => %(quiet)s)
        THEN clock_timestamp() ELSE core_relayheartbeat.started_at END,
    seen_at = clock_timestamp()
WHERE core_relayheartbeat.seen_at < clock_timestamp() - make_interval(secs => %(every)s)
"""


def beat(name: str) -> None:
    """Note that this relay runs. After 30 s of silence it counts as started anew."""
    with connection.cursor() as cursor:
        cursor.execute(BEAT, {"name": name, "quiet": QUIET_SECONDS, "every": WRITE_EVERY_SECONDS})
