"""What people call a kind of event, in words and in `type`."""

import pytest
from rest_framework.test import APIClient

from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


def kind(segment, genre, slug):
    return CategoryFactory.create(segment=segment, genre=genre, slug=slug)


@pytest.fixture
def evening(findable):
    """Makes an event of a kind and answers its id."""
    return lambda *of: findable(name="Hamlet", category=kind(*of)).pk


@pytest.mark.parametrize(
    ("said", "of"),
    [
        ("concerts", ("concert", "Jazz", "jazz")),
        ("Live music", ("concert", "Jazz", "jazz")),
        ("Konzerte", ("concert", "Jazz", "jazz")),
        ("jazz concerts", ("concert", "Jazz", "jazz")),
        ("sports", ("sport", "Football", "football")),
        ("soccer", ("sport", "Football", "football")),
        ("Fußball", ("sport", "Football", "football")),
        ("football matches", ("sport", "Football", "football")),
        ("hockey", ("sport", "Ice hockey", "ice-hockey")),
        ("ice hockey", ("sport", "Hockey", "hockey")),
        ("theater", ("theatre", "Drama", "drama")),
        ("comedy shows", ("comedy", "Stand-up", "stand-up")),
        ("standup", ("comedy", "Stand-up", "stand-up")),
        ("kids", ("family", "Circus", "circus")),
    ],
)
def test_a_kind_may_be_called_as_people_call_it(evening, find, said, of):
    wanted, other = evening(*of), evening("festival", "Rock", "festival-rock")

    assert find(type=said) == find(term=said) == [wanted]
    assert find(type=f"-{said}") == [other]


@pytest.mark.parametrize("said", ["soccer", "Soccer", "-soccer"])
def test_a_kinds_own_name_comes_before_what_others_call_it(evening, find, said):
    soccer = evening("sport", "Soccer", "soccer")
    football = evening("sport", "Football", "football")

    assert find(type=said) == [football if said.startswith("-") else soccer]


def test_a_slug_is_that_kind_whatever_another_one_is_named(evening, find):
    evening("concert", "Soul", "the-soul")
    wanted = evening("concert", "Soul & funk", "soul")

    assert find(type="soul") == [wanted]


def test_a_kind_that_nobody_knows_finds_nothing(evening, find):
    evening("concert", "Jazz", "jazz")

    assert find(type="nonsense") == []


def test_hockey_under_fifty_dollars_is_understood_whatever_hockey_it_is(evening):
    evening("sport", "Ice hockey", "ice-hockey")

    answer = APIClient().get("/api/v1/search", {"term": "hockey under $50"})

    assert answer.json()["understood"] == {"type": "ice-hockey", "price_max": 5000}


def test_games_that_a_name_has_are_a_name(findable, find):
    wanted = findable(name="The Hunger Games in concert")
    findable(name="Bears v Lions", category=kind("sport", "Football", "football"))

    assert find(term="hunger games") == [wanted.pk]
