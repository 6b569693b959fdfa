"""Search rows follow the catalogue, in the transaction of each change."""

import contextlib

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from events.changes import performer_has_changed, venue_has_changed
from events.models import Event, Performer, Venue
from events.moments import event_changed
from events.publishing import put_on_sale
from search.models import SearchRow
from search.vocabulary import learn_due_names
from tests.factories import EventFactory, VenueFactory, priced_event


def test_a_change_is_found_at_once(findable, find):
    event = findable(name="Old name")
    Event.objects.filter(pk=event.pk).update(name="Fresh title")

    event_changed.send(sender="test", event_id=event.pk)

    assert find(term="fresh title") == [event.pk]
    assert find(term="old name") == []


def test_putting_on_sale_writes_the_row(find):
    event = priced_event(name="Opening night")

    put_on_sale(event_id=event.pk)

    assert find(term="opening night") == [event.pk]
    assert SearchRow.objects.get(pk=event.pk).price_from_minor == 4500


def test_a_venue_that_moves_takes_its_events_along(findable, find):
    venue = VenueFactory.create(city="Leeds")
    events = [findable(venue=venue).pk, findable(venue=venue).pk]
    Venue.objects.filter(pk=venue.pk).update(city="York")

    venue_has_changed(venue_id=venue.pk)

    assert find(location="york") == events
    assert find(location="leeds") == []


def test_a_performer_who_is_renamed_is_found_by_the_new_name(findable, find):
    event = findable(name="An evening", performers=("Prince",))
    Performer.objects.update(name="The Symbol")

    performer_has_changed(performer_id=event.billing.get().performer_id)

    assert find(term="symbol") == [event.pk]
    assert find(term="prince") == []


def test_an_event_taken_back_to_draft_is_found_no_more(findable, find):
    event = findable()
    Event.objects.filter(pk=event.pk).update(status="draft")

    event_changed.send(sender="test", event_id=event.pk)

    assert find() == []
    assert not SearchRow.objects.filter(pk=event.pk).exists()


def test_a_stale_row_shows_no_draft(findable, find):
    event = findable()
    Event.objects.filter(pk=event.pk).update(status="draft")

    assert find() == []


class Undo(Exception):
    """What undoes a transaction."""


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_undone_leaves_no_row():
    event = EventFactory.create()

    with contextlib.suppress(Undo), transaction.atomic():
        event_changed.send(sender="test", event_id=event.pk)
        raise Undo

    assert not SearchRow.objects.filter(pk=event.pk).exists()


def test_reindex_writes_every_row_anew(db, find, capsys):
    events = [EventFactory.create().pk for _ in range(3)]
    draft = EventFactory.create(status="draft")

    call_command("reindex")

    assert find() == events
    assert not SearchRow.objects.filter(pk=draft.pk).exists()
    assert "3 events can be found" in capsys.readouterr().out


@pytest.mark.parametrize("part", ["--index", "--rollback"])
def test_without_elasticsearch_reindex_says_that_there_is_no_index(db, settings, part):
    settings.ELASTICSEARCH_URL = ""

    with pytest.raises(CommandError, match="There is no index without ELASTICSEARCH_URL"):
        call_command("reindex", part)


@pytest.mark.parametrize("term", ["NBA", "nba tickets", "geese nba"])
def test_games_are_found_by_the_league_of_a_side(findable, find, term):
    game = findable(name="Toronto Geese v Boston Larks", performers=("Toronto Geese",))
    findable(name="Toronto Geese: the film", performers=("The Film Club",))
    side = Performer.objects.get(name="Toronto Geese")

    side.facts.create(label="League", value="NBA")
    performer_has_changed(performer_id=side.pk)

    assert find(term=term) == [game.pk]


def test_a_league_whose_name_begins_as_a_city_does_is_a_league(findable, find):
    game = findable(name="Sevilla v Getafe", performers=("Sevilla",))
    findable(name="Hamlet", venue__city="Los Angeles", venue__region="CA", venue__country="US")
    side = Performer.objects.get(name="Sevilla")
    side.facts.create(label="League", value="La Liga")
    performer_has_changed(performer_id=side.pk)
    learn_due_names()

    assert find(term="la liga") == [game.pk]
