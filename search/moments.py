"""Moments of search, sent inside the transaction that makes them true.

For what has to follow a row: an index elsewhere. Each row has its new `version` by then.
"""

from django.dispatch import Signal

# sent with event_ids: their rows were written, be it the catalogue's part or the sale's figures
rows_written = Signal()
# sent with event_ids and version: their rows are gone; the version is younger than any they had
rows_deleted = Signal()
