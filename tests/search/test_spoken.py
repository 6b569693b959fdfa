"""What people say around the words that matter: countries, and that they want tickets."""

from datetime import UTC, datetime

import pytest
from rest_framework.test import APIClient

from search.readings import readings_in, spoken_words
from search.rows import write_search_rows
from search.vocabulary import learn_due_names
from tests.factories import PriceLevelFactory
from tests.search.test_windows import WEDNESDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_london(findable, catch_up):
    event = findable(
        name="Hamlet",
        venue__name="The Old Granary",
        venue__city="London",
        venue__region="",
        venue__country="GB",
    )
    learn_due_names()
    catch_up()
    return event.pk


@pytest.mark.parametrize(
    "term", ["hamlet tickets", "tickets for hamlet", "events in london", "London shows", "tickets"]
)
def test_words_that_only_say_what_is_sold_hide_nothing(in_london, find, term):
    assert find(term=term) == [in_london]


@pytest.mark.parametrize(
    "term",
    [
        "near me", "hamlet near me", "hamlet nearby", "things to do in london",
        "what's on in London", "cheap hamlet tickets", "tickets for hamlte in lodnon",
    ],
)  # fmt: skip
def test_small_talk_hides_nothing_however_it_is_put(in_london, find, term):
    assert find(term=term) == [in_london]


def test_small_talk_in_quotes_is_meant(in_london, find):
    assert find(term='"near me"') == []


def test_who_wants_it_cheap_sees_the_lowest_price_first(findable, find):
    dear, cheap = (findable(name="Hamlet") for _ in range(2))
    PriceLevelFactory.create(event=dear, face_minor=9000)
    PriceLevelFactory.create(event=cheap, face_minor=1000)
    write_search_rows([dear.pk, cheap.pk])

    assert find(term="cheap hamlet tickets") == [cheap.pk, dear.pk]


def test_free_is_a_price_unless_a_name_has_it(findable, find):
    free, dear = findable(name="Brass in the Park"), findable(name="Brass by Night")
    PriceLevelFactory.create(event=free, face_minor=0, fee_minor=0, tax_minor=0)
    PriceLevelFactory.create(event=dear, face_minor=1000)
    write_search_rows([free.pk, dear.pk])

    assert find(term="free brass") == [free.pk]
    assert find(term="brass tickets for free") == [free.pk]

    willy = findable(name="Free Willy")
    assert find(term="free willy") == [willy.pk]


@pytest.mark.parametrize("term", ["London, UK", "london united kingdom", "hamlet london england"])
def test_a_country_behind_a_city_belongs_to_it(in_london, find, term):
    assert find(term=term) == [in_london]


@pytest.mark.parametrize("location", ["London, UK", "London, United Kingdom", "London,GB"])
def test_a_place_may_name_its_country_in_words(in_london, find, location):
    assert find(location=location) == [in_london]


@pytest.mark.parametrize(
    ("city", "region", "country", "location"),
    [
        ("New York", "NY", "US", "nyc"),
        ("New York", "NY", "US", "NYC, NY"),
        ("Copenhagen", "", "DK", "København"),
        ("Philadelphia", "PA", "US", "philly"),
        ("Las Vegas", "NV", "US", "Vegas"),
        ("Washington", "DC", "US", "D.C."),
    ],
)
def test_a_place_may_be_called_by_its_other_name(findable, find, city, region, country, location):
    event = findable(venue__city=city, venue__region=region, venue__country=country)

    assert find(location=location) == [event.pk]


def test_a_city_in_words_may_be_called_by_its_other_name(findable, find):
    event = findable(name="Hamlet", venue__city="Philadelphia", venue__region="PA")
    learn_due_names()

    assert find(term="hamlet philly") == [event.pk]


def test_a_city_in_another_country_is_another_city(in_london, find):
    assert find(location="London, Canada") == []


def test_a_word_of_small_talk_that_a_name_has_is_searched_for(findable, find):
    wanted = findable(name="The Late Show")
    findable(name="The Late Train")

    assert find(term="late show") == [wanted.pk]


@pytest.mark.parametrize("name", ["date", "term"])
@pytest.mark.parametrize("day", ["0001-01-01", "1000-12-31"])
def test_a_day_before_all_calendars_is_no_fault_of_ours(db, name, day):
    answer = APIClient().get("/api/v1/search", {name: day})

    assert answer.status_code == (400 if name == "date" else 200)


def test_the_ends_of_a_price_range_may_come_in_any_order(db):
    text = "between $50 and $20"

    found = readings_in(spoken_words(text), text, now=WEDNESDAY)

    assert {one.parameter: one.value for one in found} == {"price_min": 2000, "price_max": 5000}


@pytest.mark.parametrize(
    ("text", "now", "day"),
    [
        ("24 december", datetime(2026, 12, 24, 23, 59), "2026-12-24"),
        ("24 december", datetime(2026, 12, 25, 4, 0), "2026-12-24"),  # 20:00 in Los Angeles
        ("24 december", datetime(2026, 12, 25, 12, 0), "2027-12-24"),
        ("31 december", datetime(2027, 1, 1, 0, 30), "2026-12-31"),
        ("1 january", datetime(2026, 12, 31, 23, 59), "2027-01-01"),
        ("29 february", datetime(2027, 2, 28, 12, 0), "2028-02-29"),
        ("29 february", datetime(2028, 3, 2, 12, 0), "2032-02-29"),
        ("30 february", datetime(2028, 2, 1, 12, 0), "february"),
        ("29 february 2027", datetime(2026, 2, 1, 12, 0), None),
    ],
)
def test_a_day_without_a_year_is_the_next_one_that_is_not_over_everywhere(db, text, now, day):
    found = readings_in(spoken_words(text), text, now=now.replace(tzinfo=UTC))

    assert [one.value for one in found if one.end == len(text.split())] == [day] * bool(day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("friday night", "friday"),
        ("this saturday afternoon", "saturday"),
        ("this evening", "tonight"),
        ("tomorrow night", "tomorrow"),
        ("next friday", "2031-03-21"),
        ("next monday", "2031-03-17"),
        ("may", "may"),
        ("march", "march"),
        ("dec", "december"),
        ("new year's eve", "2031-12-31"),
        ("christmas eve 2032", "2031-12-24"),
        ("24.12.", "2031-12-24"),
        ("24.12.2032", "2032-12-24"),
        ("12/24/2032", "2032-12-24"),
        ("24/12/2032", "2032-12-24"),
        ("5/5/2032", "2032-05-05"),
    ],
)
def test_a_date_is_understood_as_people_say_it(db, text, day):
    found = readings_in(spoken_words(text), text, now=WEDNESDAY.replace(tzinfo=UTC))

    assert [(one.parameter, one.value) for one in found] == [("date", day)]


@pytest.mark.parametrize(
    "text", ["24/7", "7.30", "3/4/2032", "31.2.2031", "1.1.0000", "99/99/2031", "brian may", "nine"]
)
def test_figures_and_words_that_are_no_date_or_two_stay_words(db, text):
    assert readings_in(spoken_words(text), text, now=WEDNESDAY.replace(tzinfo=UTC)) == []


@pytest.mark.parametrize("text", ["under 50€", "below 50 €", "unter 50 Euro", "menos de 50€"])
def test_a_limit_is_understood_with_its_sign_behind(db, text):
    found = readings_in(spoken_words(text), text, now=WEDNESDAY.replace(tzinfo=UTC))

    assert [(one.parameter, one.value) for one in found] == [("price_max", 5000)]


@pytest.mark.parametrize(
    "term",
    [
        "arsenal vs chelsea", "chelsea versus arsenal", "Chelsea vs. Arsenal", "arsenal game",
        "arsenal match", "things to do with arsenal", "arsenal at highbury",
    ],
)  # fmt: skip
def test_sides_are_found_however_their_meeting_is_called(findable, find, term):
    wanted = findable(name="Arsenal FC v Chelsea FC", venue__name="Highbury")
    findable(name="Leeds United v Everton FC")

    assert find(term=term) == [wanted.pk]


def test_a_v_in_a_name_is_searched_for(findable, find):
    wanted = findable(name="Made v Born")
    findable(name="Made to be Born")

    assert find(term="made v born") == [wanted.pk]
