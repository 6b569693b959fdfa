"""The search page: chips, facets, sums in whole units, and help for who finds nothing."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from events.models import Event
from search.page_filters import date_words
from search.page_query import address_with, address_without, api_query
from search.rows import write_search_rows
from search.service import SALT
from search.vocabulary import learn_due_names
from tests.factories import CategoryFactory, EventFactory, VenueFactory, on_sale_event
from ticketmaster.core.errors import InvalidInput
from ticketmaster.core.pagination import sign_cursor

pytestmark = pytest.mark.django_db


def page_of(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def found(page: str) -> set[int]:
    """The ids of the events that the list shows."""
    cards = page.split('id="cards"')[1].split("</ul>")[0] if 'id="cards"' in page else ""
    return {int(pk) for pk in re.findall(r'href="/event/(\d+)"', cards)}


def chips(page: str) -> dict[str, str]:
    """Each chip's words with the address without it."""
    links = re.findall(r'<a class="chip"[^>]* href="([^"]+)"[^>]*>(.*?)<svg', page, re.DOTALL)
    return {
        re.sub(r"<[^>]+>", "", words).replace("Without ", ""): unescape(a) for a, words in links
    }


@pytest.fixture
def programme() -> dict[str, Event]:
    """A rock concert in Leeds, jazz in London, a play in London."""
    jazz = CategoryFactory.create(genre="Jazz", slug="jazz")
    play = CategoryFactory.create(segment="theatre", genre="Drama", slug="drama")
    leeds, london = VenueFactory.create(city="Leeds"), VenueFactory.create(city="London")
    events = {
        "rock": on_sale_event(name="Loud Evening", venue=leeds),
        "jazz": on_sale_event(name="Blue Evening", venue=london, category=jazz),
        "play": on_sale_event(name="Long Evening", venue=london, category=play),
    }
    write_search_rows([event.pk for event in events.values()])
    learn_due_names()
    return events


def test_a_word_that_was_understood_is_a_chip_that_can_be_taken_away(programme):
    page = page_of("/search?term=evening+jazz")

    assert found(page) == {programme["jazz"].pk}
    assert chips(page) == {"Jazz": "/search?term=evening"}
    assert found(page_of(chips(page)["Jazz"])) == {event.pk for event in programme.values()}
    assert 'href="/search?term=evening+%22jazz%22"' in page


def test_each_filter_is_a_chip_that_leaves_the_others(programme):
    page = page_of("/search?type=concert&location=london&price_to=80")

    assert chips(page) == {
        "Concerts": "/search?location=london&price_to=80",
        "London": "/search?type=concert&price_to=80",
        "Up to 80": "/search?type=concert&location=london",
    }


def test_choices_carry_counts_as_if_their_own_kind_were_open(programme):
    page = page_of("/search?type=theatre")

    assert found(page) == {programme["play"].pk}
    for name, value, count, checked in (
        ("type", "theatre", 1, True),
        ("type", "concert", 2, False),
        ("location", "london", 1, False),
    ):
        choice = re.search(rf'name="{name}" value="{value}"[^>]*>.*?</label>', page).group()
        assert (" checked>" in choice) is checked
        assert f'<span class="facet-count">{count}<' in choice


def test_several_values_of_one_kind_widen_and_a_genre_narrows_its_segment(programme):
    def pks(*names: str) -> set[int]:
        return {programme[name].pk for name in names}

    assert found(page_of("/search?type=concert&type=theatre")) == pks("rock", "jazz", "play")
    assert found(page_of("/search?type=concert&genre=jazz")) == pks("jazz")
    assert found(page_of("/search?type=theatre&genre=jazz")) == pks("jazz", "play")
    assert found(page_of("/search?location=leeds&location=london")) == pks("rock", "jazz", "play")


def test_days_and_prices_are_counted_exactly():
    soon, later = EventFactory.create(), EventFactory.create()
    Event.objects.filter(pk=soon.pk).update(starts_at=timezone.now() + timedelta(days=2))
    Event.objects.filter(pk=later.pk).update(starts_at=timezone.now() + timedelta(days=20))
    dear = on_sale_event(starts_at=timezone.now() + timedelta(days=60))
    write_search_rows([soon.pk, later.pk, dear.pk])

    page = page_of("/search?date=next-7-days")

    assert found(page) == {soon.pk}
    assert re.search(r'value="next-7-days"[^>]* checked>.*?facet-count">1<', page)
    assert re.search(r'value="next-30-days"[^>]*>.*?facet-count">2<', page)
    assert re.search(r'price_to=50">Up to 50</a> <span class="facet-count">1<', page_of("/search"))


def test_a_price_is_asked_for_in_whole_units():
    event = on_sale_event()  # from 45.00
    write_search_rows([event.pk])

    assert found(page_of("/search?price_to=45")) == {event.pk}
    assert found(page_of("/search?price_to=45.00&price_from=45")) == {event.pk}
    assert found(page_of("/search?price_to=44,99")) == set()


@pytest.mark.parametrize("query", ["price_from=-1", "price_to=x", "price_to=NaN", "to=2026-02-31"])
def test_a_sum_or_day_that_cannot_be_keeps_the_other_filters(query):
    answer = Client().get(f"/search?type=concert&term=owls&{query}")
    page = answer.content.decode()

    assert answer.status_code == 400
    assert '<input type="hidden" name="type" value="concert">' in page
    assert 'value="owls"' in page


def test_a_filter_that_nothing_fits_stays_a_choice(programme):
    page = page_of("/search?term=zebra&type=theatre&location=atlantis")

    assert re.search(r'name="type" value="theatre"[^>]* checked>', page)
    assert re.search(r'name="location" value="atlantis"[^>]* checked>', page)


def test_who_finds_nothing_somewhere_sees_what_is_on_there(programme):
    page = page_of("/search?term=zebra&location=leeds")

    assert "Nothing found" in page
    assert f'href="/event/{programme["rock"].pk}"' in page
    assert f'href="/event/{programme["jazz"].pk}"' not in page


def test_who_finds_nothing_that_day_sees_the_same_on_others(programme):
    page = page_of("/search?term=jazz+london&date=2019-01-01")

    assert "Nothing found" in page
    assert re.findall(r'href="/event/(\d+)"', page) == [str(programme["jazz"].pk)]
    assert list(chips(page)) == ["London", "Jazz", "Tue 1 January"]


def test_who_finds_no_such_name_sees_others_of_the_kind(programme):
    page = page_of("/search?term=zzzzzz&type=theatre")

    assert re.findall(r'href="/event/(\d+)"', page) == [str(programme["play"].pk)]


def test_the_words_that_were_found_are_marked(programme):
    page = page_of("/search?term=loud")

    assert "<mark>Loud</mark> Evening" in page


def test_a_typo_is_repaired_and_said(programme):
    page = page_of("/search?term=evenin+lod")

    assert found(page) == {programme["rock"].pk}
    assert "Nothing fits “evenin lod”" in page


def test_what_was_meant_instead_of_a_typo_keeps_the_filters(programme):
    page = page_of("/search?term=evenin+lod&location=Leeds")

    meant = re.search(r'These are for <a href="([^"]+)"', page)
    assert meant is not None
    assert unescape(meant[1]) == "/search?location=Leeds&term=evening+loud"


def test_near_a_point_each_card_says_how_far():
    near = EventFactory.create(venue=VenueFactory.create(latitude=51.5, longitude=-0.1))
    write_search_rows([near.pk])

    miles = page_of("/search?location=51.60,-0.10&sort=distance")
    kilometres = page_of("/search?location=51.60,-0.10&sort=distance&unit=km&radius=50")

    assert "7 mi away" in miles
    assert "11 km away" in kilometres
    assert chips(miles) == {"Near you": "/search"}


def test_more_events_go_on_behind_the_first():
    events = [EventFactory.create() for _ in range(7)]
    write_search_rows([event.pk for event in events])

    first = page_of("/search?page_size=4")
    more = unescape(re.search(r'id="more-link" href="([^"]+)"', first).group(1))
    second = page_of(more)

    assert found(first) | found(second) == {event.pk for event in events}
    assert len(found(first)) == 4
    assert 'href="/search?page_size=4"' in second


def test_a_list_that_begins_anew_says_so_among_its_cards(programme):
    """The cursor is another engine's; "More events" takes over what is among the cards."""
    cursor = sign_cursor(
        ["relevance", ["elasticsearch 2031-03-12 1.5", "2031-03-14", 1]], salt=SALT
    )

    page = page_of(f"/search?{urlencode({'term': 'evening', 'cursor': cursor})}")

    cards = page.split('id="cards"')[1].split("</ul>")[0]
    assert "The list begins anew here" in cards
    assert found(page) == {event.pk for event in programme.values()}


def test_the_usual_order_is_not_carried_into_other_words(programme):
    page = page_of("/search?term=evening")

    assert '<option value="" selected>Best match</option>' in page
    assert '<option value="date">Soonest</option>' in page


def test_scripts_get_the_same_bytes_as_everybody(programme):
    plain = Client().get("/search?term=evening")
    by_script = Client().get("/search?term=evening", headers={"HX-Request": "true"})

    assert by_script.content == plain.content


def test_an_address_is_changed_without_its_cursor_and_blanks():
    query = QueryDict("term=a+b&location=&type=concert&type=sport&cursor=x")

    assert (
        address_with(query, sort="price") == "/search?term=a+b&type=concert&type=sport&sort=price"
    )
    assert address_without(query, "type", "sport") == "/search?term=a+b&type=concert"
    assert address_with(QueryDict(""), term=None) == "/search"


def test_the_pages_parameters_become_the_apis():
    asked = api_query(QueryDict("from=2026-03-01&to=2026-03-14&price_from=12.5&free=1"))

    assert asked.getlist("date") == ["2026-03-01..2026-03-14"]
    assert asked["price_min"] == "1250"
    assert asked.getlist("availability") == ["available", "few"]
    assert "from" not in asked


def test_a_sum_of_too_many_figures_is_refused_by_the_fields_name():
    with pytest.raises(InvalidInput) as refusal:
        api_query(QueryDict(f"price_to={'9' * 400}"))

    assert refusal.value.attr == "price_to"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("this-weekend", "This weekend"),
        ("friday", "Friday"),
        ("2026-03-14", "Sat 14 March"),
        ("2027-03", "March 2027"),
        ("2026-03-14..2026-03-15", "From Sat 14 March to Sun 15 March"),
        ("..2026-03-15", "To Sun 15 March"),
    ],
)
def test_dates_read_as_people_say_them(value, words):
    assert date_words(value) == words


@pytest.mark.parametrize("said", ["concerts", "Live music"])
def test_a_kind_called_otherwise_is_the_choice_that_it_means(programme, said):
    page = page_of(f"/search?{urlencode({'type': said})}")

    assert list(chips(page)) == ["Concerts"]
    assert found(page) == found(page_of("/search?type=concert"))
    assert re.search(r'value="concert"[^>]* checked', page)
