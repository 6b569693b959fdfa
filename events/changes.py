"""Saying that what events show has changed, where no event itself was written.

Each runs inside the transaction of the change.
"""

from events.models import Event
from events.moments import events_changed


def venue_has_changed(*, venue_id: int) -> None:
    """Its events are found by its new name, town and point."""
    _announce(list(Event.objects.filter(venue_id=venue_id).values_list("pk", flat=True)))


def performer_has_changed(*, performer_id: int) -> None:
    """Their events are found by the new name and aliases."""
    found = Event.objects.filter(billing__performer_id=performer_id)
    _announce(list(found.values_list("pk", flat=True)))


def category_has_changed(*, category_id: int) -> None:
    """Its events are found by its new genre and slug."""
    _announce(list(Event.objects.filter(category_id=category_id).values_list("pk", flat=True)))


def _announce(event_ids: list[int]) -> None:
    if event_ids:
        events_changed.send(sender=__name__, event_ids=event_ids)
