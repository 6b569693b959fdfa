"""Where a sale stands, from its windows."""

from datetime import UTC, datetime, timedelta

import pytest

from events.models import Event
from events.sale_state import SaleState, Window, state_at

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
