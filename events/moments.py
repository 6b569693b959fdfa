"""Moments of the catalogue, sent inside the transaction that makes them true."""

from django.dispatch import Signal

# sent with event_id
event_changed = Signal()
# sent with event_ids: one sending for many, by imports and by edits of a venue or performer
events_changed = Signal()
# sent with event_id, under the event's exclusive lock
event_cancelled = Signal()
