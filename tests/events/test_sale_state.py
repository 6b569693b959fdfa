"""Where a sale stands, from its windows."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.db import connection
from django.utils import timezone

from events.availability import OPEN_TO_ALL
from events.models import Event, SaleWindow
from events.sale_state import SaleState, Window, state_at
from events.sales import terms_of
from tests.factories import EventFactory, UserFactory

NOON = datetime(2030, 6, 1, 12, 0, tzinfo=UTC)
STARTS = datetime(2030, 7, 1, 19, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def state_with(*windows, status="on_sale", starts_at=STARTS):
    """The state at NOON of an event with these (kind, opens, closes) windows."""
    event = Event(status=status, starts_at=starts_at)
    return state_at(NOON, event=event, windows=[Window(*window) for window in windows])


def test_before_the_sale_it_says_when_it_opens():
    state = state_with(("general", NOON + DAY, None))

    assert state == SaleState("not_open", opens_at=NOON + DAY)
    assert not state.can_buy


def test_from_the_moment_of_opening_it_is_open_until_the_event_starts():
    state = state_with(("general", NOON, None))

    assert state == SaleState("open", closes_at=STARTS)
    assert state.can_buy


def test_a_window_that_states_its_end_closes_then():
    assert state_with(("general", NOON - DAY, NOON + HOUR)).closes_at == NOON + HOUR


def test_at_the_moment_of_closing_it_is_closed():
    assert state_with(("general", NOON - DAY, NOON)) == SaleState("closed")


def test_no_window_outlives_the_start_of_the_event():
    assert state_with(("general", NOON - DAY, STARTS + DAY)).closes_at == STARTS


def test_a_presale_says_when_the_general_sale_opens():
    state = state_with(("presale", NOON - HOUR, NOON + HOUR), ("general", NOON + DAY, None))

    assert state == SaleState("presale", opens_at=NOON + DAY, closes_at=NOON + HOUR)
    assert state.can_buy


def test_before_everything_both_openings_are_named():
    state = state_with(("presale", NOON + HOUR, NOON + DAY), ("general", NOON + DAY, None))

    assert state == SaleState("not_open", opens_at=NOON + DAY, presale_opens_at=NOON + HOUR)


def test_a_presale_alone_is_what_opens_next():
    state = state_with(("presale", NOON + HOUR, None))

    assert state == SaleState("not_open", opens_at=NOON + HOUR, presale_opens_at=NOON + HOUR)


def test_between_two_windows_it_opens_again():
    state = state_with(("general", NOON - DAY, NOON - HOUR), ("general", NOON + HOUR, None))

    assert state == SaleState("not_open", opens_at=NOON + HOUR)


def test_two_open_windows_close_with_the_later():
    state = state_with(("general", NOON - DAY, NOON + HOUR), ("general", NOON - HOUR, NOON + DAY))

    assert state.closes_at == NOON + DAY


def test_an_open_general_sale_hides_a_presale():
    state = state_with(("presale", NOON - DAY, NOON + DAY), ("general", NOON - HOUR, NOON + HOUR))

    assert (state.state, state.closes_at) == ("open", NOON + HOUR)


def test_without_windows_nothing_is_open():
    assert state_with() == SaleState("not_open")


def test_a_scheduled_event_is_not_open_though_its_window_is():
    assert state_with(("general", NOON - DAY, None), status="scheduled") == SaleState("not_open")


@pytest.mark.parametrize("status", ["cancelled", "postponed", "ended"])
def test_an_event_that_is_off_says_so(status):
    assert state_with(("general", NOON - DAY, None), status=status) == SaleState(status)


def test_an_event_that_has_started_is_closed():
    state = state_with(("general", NOON - DAY, None), starts_at=NOON)

    assert state == SaleState("closed")


MOMENTS = (-2 * DAY, -HOUR, HOUR, 2 * DAY)
SPANS = [
    (opens, closes)
    for opens, closes in product(MOMENTS, (*MOMENTS, None))
    if closes is None or closes > opens
]


@pytest.mark.django_db
def test_page_list_and_claim_agree_on_whether_everybody_may_buy():
    """Three readings of one rule: of windows already read, in SQL over many, for one person."""
    stranger, now = UserFactory.create(), timezone.now()
    told = {}
    for status, starts_in in (("on_sale", DAY), ("on_sale", -HOUR), ("scheduled", DAY)):
        for kind, (opens, closes) in product(("general", "presale"), SPANS):
            event = EventFactory.create(status=status, starts_at=now + starts_in)
            SaleWindow.objects.create(
                event=event,
                kind=kind,
                opens_at=now + opens,
                closes_at=None if closes is None else now + closes,
                access_code="" if kind == "general" else "SECRET",
            )
            told[event.pk] = _readings(event, stranger, now)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT e.id, {OPEN_TO_ALL} FROM events_event e")
        in_sql = dict(cursor.fetchall())

    assert {pk: (in_sql[pk], in_sql[pk]) for pk in told} == told
    assert sum(in_sql.values()) == 6  # two openings behind us, three ends ahead of us


def _readings(event, person, now):
    windows = [
        Window(window.kind, window.opens_at, window.closes_at)
        for window in event.sale_windows.all()
    ]
    page = state_at(now, event=event, windows=windows).state == "open"
    claim = terms_of(event_id=event.pk, user_id=person.pk).sale_at(now).windows
    return page, bool(claim)
