"""GET /api/v1/performer/{id} and /venue/{id}."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from events.models import EventPerformer
from tests.factories import EventFactory, PerformerFactFactory, PerformerFactory, VenueFactory


def listed_ids(answer) -> list[int]:
    return [event["id"] for event in answer.json()["events"]["results"]]


def test_a_performer_comes_with_facts_and_coming_events(db):
    performer = PerformerFactory.create(name="The Larks", description="Five voices.")
    PerformerFactFactory.create(performer=performer)
    later = EventFactory.create(starts_at=timezone.now() + timedelta(days=9))
    sooner = EventFactory.create(starts_at=timezone.now() + timedelta(days=2))
    past = EventFactory.create(starts_at=timezone.now() - timedelta(days=2))
    draft = EventFactory.create(status="draft")
    for event in (later, sooner, past, draft):
        EventPerformer.objects.create(event=event, performer=performer)

    answer = APIClient().get(f"/api/v1/performer/{performer.pk}")

    found = answer.json()
    assert (found["id"], found["name"], found["description"]) == (
        performer.pk,
        "The Larks",
        "Five voices.",
    )
    assert found["facts"] == [{"label": "From", "value": "Leeds"}]
    assert listed_ids(answer) == [sooner.pk, later.pk]
    assert found["events"]["next"] is None


def test_a_venue_comes_with_its_coming_events_in_pages(db):
    venue = VenueFactory.create(name="The Hall", travel="Bus 9", access="Step-free")
    start = timezone.now() + timedelta(days=1)
    events = [EventFactory.create(venue=venue, starts_at=start) for _ in range(5)]
    EventFactory.create()
    api = APIClient()

    answer = api.get(f"/api/v1/venue/{venue.pk}", {"page_size": 2})

    found = answer.json()
    assert (found["name"], found["travel"], found["access"]) == ("The Hall", "Bus 9", "Step-free")
    assert found["time_zone"] == "Europe/London"
    ids = listed_ids(answer)
    while found["events"]["next"]:
        answer = api.get(found["events"]["next"])
        found = answer.json()
        ids += listed_ids(answer)
    assert ids == [event.pk for event in events]


@pytest.mark.parametrize("kind", ["performer", "venue"])
@pytest.mark.parametrize("wanted", ["0", str(2**63), "x", "9" * 60])
def test_an_unknown_one_is_404(db, kind, wanted):
    answer = APIClient().get(f"/api/v1/{kind}/{wanted}")

    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not_found"


@pytest.mark.parametrize("kind", ["performer", "venue"])
def test_a_bent_cursor_is_400(db, kind):
    made = {"performer": PerformerFactory, "venue": VenueFactory}[kind].create()

    answer = APIClient().get(f"/api/v1/{kind}/{made.pk}", {"cursor": "bent"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "cursor"


def test_a_list_of_many_takes_as_few_queries_as_a_list_of_one(db, django_assert_max_num_queries):
    venue = VenueFactory.create()
    for _ in range(30):
        event = EventFactory.create(venue=venue)
        EventPerformer.objects.create(event=event, performer=PerformerFactory.create())

    with django_assert_max_num_queries(7):
        APIClient().get(f"/api/v1/venue/{venue.pk}")
