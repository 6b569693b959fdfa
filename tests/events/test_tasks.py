"""What beat does for the catalogue."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import Event
from events.tasks import end_past_events
from tests.factories import EventFactory


@pytest.mark.django_db
def test_the_minutes_task_ends_what_is_over():
    over = EventFactory.create(starts_at=timezone.now() - timedelta(days=1))
    coming = EventFactory.create()

    end_past_events.delay()

    statuses = dict(Event.objects.values_list("pk", "status"))
    assert statuses == {over.pk: "ended", coming.pk: "scheduled"}
