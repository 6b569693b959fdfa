"""What Elasticsearch is owed: rows beside the change, so that a crash between loses none.

Without Elasticsearch nothing is owed: it is filled from the search rows when there is one.
"""

from collections.abc import Collection
from typing import Any

from django.db import connection

from search.engines.elasticsearch_client import is_configured

OWE_DOCUMENTS = """
INSERT INTO search_outbox (event_id, version)
SELECT event_id, version FROM search_searchrow WHERE event_id = ANY(%s) ORDER BY event_id
"""
OWE_DELETES = "INSERT INTO search_outbox (event_id, version) SELECT unnest(%s::bigint[]), %s"


def rows_were_written(*, event_ids: Collection[int], **_: Any) -> None:
    """Owe these events' documents, in the transaction that wrote their rows."""
    if event_ids and is_configured():
        with connection.cursor() as cursor:
            cursor.execute(OWE_DOCUMENTS, [list(event_ids)])


def rows_were_deleted(*, event_ids: Collection[int], version: int, **_: Any) -> None:
    """Owe the deletion of these events' documents, in the transaction that deleted their rows."""
    if event_ids and is_configured():
        with connection.cursor() as cursor:
            cursor.execute(OWE_DELETES, [list(event_ids), version])
