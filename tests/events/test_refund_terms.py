"""The terms of refunds: in plain words, by the venue's clock."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from events.models import Event
from events.refund_terms import RefundTerms, terms_from, terms_of_event
from events.refund_words import refund_text
from tests.factories import VenueFactory, on_sale_event

START = datetime(2031, 3, 15, 0, 30, tzinfo=UTC)
LONG_BEFORE = datetime(2031, 1, 1, tzinfo=UTC)
NEW_YORK = "America/New_York"
CANCELLED = "If the event is cancelled, you get back all that you paid without asking."


def text(terms: RefundTerms, now: datetime = LONG_BEFORE) -> str:
    return refund_text(terms, starts_at=START, time_zone=NEW_YORK, now=now)


@pytest.mark.parametrize(
    ("hours", "until"),
    [
        (48, "Wed 12 March 2031, 20:30 EDT (2 days before the start)"),
        (24, "Thu 13 March 2031, 20:30 EDT (24 hours before the start)"),
        (1, "Fri 14 March 2031, 19:30 EDT (1 hour before the start)"),
        (0, "Fri 14 March 2031, 20:30 EDT (the start)"),
        (168, "Fri 7 March 2031, 19:30 EST (7 days before the start)"),
    ],
)
def test_a_full_refund_names_its_last_moment_at_the_venue(hours: int, until: str) -> None:
    assert text(RefundTerms("full", hours)) == (
        f"You can give tickets back until {until} and get back all that you paid. {CANCELLED}"
    )


def test_kept_fees_are_said_before_buying() -> None:
    words = text(RefundTerms("less_fees", 24, "Ask at the box office."))

    assert "get back all that you paid except the fees. Ask at the box office. If the" in words


def test_once_the_last_moment_is_over_nothing_is_promised_any_more() -> None:
    terms = RefundTerms("full", 24)
    last = terms.deadline(START)

    assert "You can give tickets back" in text(terms, now=last)
    assert text(terms, now=last + timedelta(seconds=1)) == (
        "These tickets cannot be given back any more: that was possible until "
        f"Thu 13 March 2031, 20:30 EDT (24 hours before the start). {CANCELLED}"
    )


def test_no_refunds_are_said_as_plainly() -> None:
    assert text(RefundTerms("none", 24)) == f"These tickets cannot be given back. {CANCELLED}"


def test_terms_survive_being_kept_on_a_booking() -> None:
    terms = RefundTerms("less_fees", 48, "Sorry.")

    assert terms_from(terms.as_json()) == terms
    assert terms.deadline(START) == START - timedelta(hours=48)


def test_a_booking_from_before_there_were_rules_promises_nothing() -> None:
    assert terms_from({"text": "Until a week before."}) == RefundTerms(
        "none", 0, "Until a week before."
    )


@pytest.mark.django_db
def test_an_event_takes_tickets_back_until_the_day_before_unless_staff_say_otherwise() -> None:
    event = on_sale_event()

    assert terms_of_event(event) == RefundTerms(Event.RefundRule.FULL, 24, "")


@pytest.mark.django_db
def test_page_and_api_say_the_same(client: Client) -> None:
    venue = VenueFactory.create(time_zone=NEW_YORK)
    event = on_sale_event(
        venue=venue, starts_at=START, refund_rule="less_fees", refund_hours=24, refund_policy="Ask."
    )
    words = text(RefundTerms("less_fees", 24, "Ask."))

    page = client.get(event.get_absolute_url()).content.decode()
    answer = client.get(f"/api/v1/event/{event.pk}").json()

    assert words in page
    assert answer["refund_policy"] == words
