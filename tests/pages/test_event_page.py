"""The event page: every state an event can be in, in few queries."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from bookings.holds import hold_tickets
from events.models import Event, EventPerformer
from events.publishing import cancel_event, postpone_event
from tests.factories import (
    EventFactory,
    PerformerFactFactory,
    PerformerFactory,
    PriceLevelFactory,
    SaleWindowFactory,
    VenueFactory,
    on_sale_event,
    priced_event,
    tickets_of,
)

LONG = "The Los Angeles Philharmonic plays Mahler 8 with 350 voices " * 4


def page_of(event: Event) -> str:
    answer = Client().get(f"/event/{event.pk}")
    assert answer.status_code == 200
    return answer.content.decode()


def text_of(event: Event) -> str:
    """The page's words, without scripts and tags, one space between."""
    page = re.sub(r"<script.*?</script>", " ", page_of(event), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def steps_of(event: Event) -> list[str]:
    """Where the buttons lead: on wide screens the one beside the facts, on phones the bar's."""
    return re.findall(r'<a class="button"[^>]* href="([^"]+)"', page_of(event))


def linked_data(event: Event) -> dict:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page_of(event), re.S)
    assert found
    return json.loads(found[1])


def test_the_page_tells_what_when_where_who_and_how_much(db):
    venue = VenueFactory.create(name="Larch Hall", city="New York", time_zone="America/New_York")
    performer = PerformerFactory.create(name="The Larks", description="Five voices.")
    PerformerFactFactory.create(performer=performer, label="Founded", value="1999")
    event = on_sale_event(
        name="Larks by night",
        venue=venue,
        performers=[performer],
        starts_at=datetime(2031, 3, 15, 0, 30, tzinfo=UTC),
        doors_at=datetime(2031, 3, 14, 23, 30, tzinfo=UTC),
        ends_at=datetime(2031, 3, 15, 3, 0, tzinfo=UTC),
        description="A long evening.\n\nWith songs.",
        refund_policy="Until a week before.",
    )

    text = text_of(event)

    for part in (
        "Larks by night",
        "Fri 14 March 2031, 20:30",
        "Doors 19:30",
        "Ends 23:00",
        "EDT",
        "Larch Hall",
        "New York",
        "The Larks",
        "Five voices.",
        "Founded 1999",
        "Standard $45.00",
        "With songs.",
        "Until a week before.",
    ):
        assert part in text, part
    assert f'href="/event/{event.pk}/seats"' in page_of(event)
    assert f'href="/venue/{venue.pk}"' in page_of(event)
    assert f'href="/performer/{performer.pk}"' in page_of(event)
    assert "openstreetmap.org" in page_of(event)


def test_what_is_not_open_yet_says_exactly_when(db):
    event = EventFactory.create(starts_at=timezone.now() + timedelta(days=60))
    opens_at = (timezone.now() + timedelta(days=20)).replace(hour=10, minute=0)
    SaleWindowFactory.create(event=event, opens_at=opens_at)

    text = text_of(event)

    assert "Not on sale yet" in text
    assert re.search(r"Tickets go on sale \w{3} \d+ \w+( \d{4})?, 1[01]:00 (GMT|BST)\.", text)
    assert f"/event/{event.pk}/seats" not in page_of(event)


def test_a_sold_out_event_says_so_and_offers_no_seats(fan):
    event = on_sale_event(rows="A", seats_per_row=2)
    hold_tickets(user=fan, ticket_ids=[ticket.pk for ticket in tickets_of(event)])

    assert "Sold out" in text_of(event)
    assert "Choose seats" not in text_of(event)
    assert steps_of(event) == [f"/event/{event.pk}/seats"] * 2


def test_the_next_step_stands_beside_the_facts_and_at_the_foot_of_a_phone(db):
    open_event = on_sale_event()
    waiting = EventFactory.create(waiting_room=True)
    SaleWindowFactory.create(event=waiting, opens_at=timezone.now() + timedelta(days=2))
    unannounced = EventFactory.create()

    assert steps_of(open_event) == [f"/event/{open_event.pk}/seats"] * 2
    assert steps_of(waiting) == [f"/event/{waiting.pk}/waiting-room"] * 2
    assert steps_of(unannounced) == []


def test_who_plays_first_leads_to_their_other_dates(db):
    larks = PerformerFactory.create(name="The Larks")
    event = on_sale_event(name="Larks I", performers=[larks])
    other = EventFactory.create(name="Larks II")
    past = EventFactory.create(starts_at=timezone.now() - timedelta(days=1))
    for one in (other, past):
        EventPerformer.objects.create(event=one, performer=larks)

    page = page_of(event)

    assert "More with The Larks" in page
    assert f'href="/event/{other.pk}"' in page
    assert f'href="/event/{past.pk}"' not in page
    assert "More with" not in page_of(on_sale_event(name="Alone", performers=[]))


def test_a_cancelled_event_says_so(event):
    cancel_event(event_id=event.pk)

    assert "Cancelled" in text_of(event)
    assert "you get back all that you paid, without asking" in text_of(event)
    assert "Choose seats" not in text_of(event)
    assert "all fees and taxes included" not in text_of(event)  # no price of what cannot be had
    assert "Refunds" not in text_of(event)  # nor until when tickets could have been given back
    assert linked_data(event)["eventStatus"] == "https://schema.org/EventCancelled"


def test_a_postponed_event_says_so(event):
    postpone_event(event_id=event.pk)

    assert "Postponed" in text_of(event)
    assert "Choose seats" not in text_of(event)
    assert linked_data(event)["eventStatus"] == "https://schema.org/EventPostponed"


def test_an_ended_event_says_so(db):
    event = EventFactory.create(status="ended", starts_at=timezone.now() - timedelta(days=9))

    assert "This event is over" in text_of(event)


def test_a_presale_tells_who_may_buy_and_when_everybody_may(db):
    event = on_sale_event(window=False)
    SaleWindowFactory.create(event=event, kind="presale", access_code="SESAME")
    SaleWindowFactory.create(event=event, opens_at=timezone.now() + timedelta(days=2))

    text = text_of(event)

    assert "Presale" in text
    assert "General sale opens" in text
    assert "SESAME" not in page_of(event)


def test_an_event_without_price_performers_point_or_text_is_whole(db):
    venue = VenueFactory.create(latitude=None, longitude=None, region="", address="")
    event = EventFactory.create(venue=venue, description="", name="U2")

    text = text_of(event)

    assert "U2" in text
    assert "None" not in text
    assert "openstreetmap.org" not in page_of(event)


def test_long_names_are_whole_and_hostile_ones_only_text(db):
    venue = VenueFactory.create(name="V" * 200)
    performer = PerformerFactory.create(name="</script><script>alert(1)</script>")
    event = EventFactory.create(name=LONG[:250].strip(), venue=venue)
    EventPerformer.objects.create(event=event, performer=performer)

    page = page_of(event)

    assert event.name in page
    assert "<script>alert" not in page
    assert linked_data(event)["performer"][0]["name"] == performer.name


def test_the_linked_data_is_an_event_of_schema_org(db):
    event = on_sale_event(name="Larks", starts_at=datetime(2031, 7, 14, 18, 30, tzinfo=UTC))

    found = linked_data(event)

    assert found["@type"] == "MusicEvent"
    assert found["name"] == "Larks"
    assert found["startDate"] == "2031-07-14T19:30:00+01:00"
    assert found["location"]["address"]["addressLocality"] == "London"
    assert found["location"]["geo"]["latitude"] == 51.5
    [offer] = found["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("45.00", "USD")
    assert offer["availability"] == "https://schema.org/LimitedAvailability"


def test_the_linked_data_of_a_sale_that_is_open_names_no_opening(event):
    [offer] = linked_data(event)["offers"]

    assert "validFrom" not in offer
    assert None not in offer.values()


@pytest.mark.parametrize(("currency", "price"), [("JPY", "¥5,000"), ("KWD", "KWD 5.000")])
def test_prices_are_written_with_their_currencys_decimals(db, currency, price):
    event = EventFactory.create(currency=currency)
    PriceLevelFactory.create(event=event, face_minor=5000, fee_minor=0, tax_minor=0)

    assert price in text_of(event)


@pytest.mark.parametrize("rows", ["A-B", "A-Z"])
def test_the_page_takes_twelve_queries_at_most_however_many_seats(
    db, rows, django_assert_max_num_queries
):
    event = on_sale_event(rows=rows, seats_per_row=80)
    cache.delete_pattern("*")

    with django_assert_max_num_queries(12):
        Client().get(f"/event/{event.pk}")


def test_the_picture_is_for_good_and_an_old_address_leads_to_it(event):
    page = page_of(event)
    found = re.search(rf'src="(/event/{event.pk}/artwork-\w+\.svg)"', page)
    assert found

    picture = Client().get(found[1])

    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert "immutable" in picture.headers["Cache-Control"]
    assert picture.content.startswith(b"<svg")
    old = Client().get(f"/event/{event.pk}/artwork-0123.svg")
    assert (old.status_code, old.headers["Location"]) == (302, found[1])
    assert "immutable" not in old.headers["Cache-Control"]


def test_an_event_without_tickets_or_map_leads_from_its_seats_to_its_page(db):
    event = EventFactory.create()

    answer = Client().get(f"/event/{event.pk}/seats")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/event/{event.pk}")


def test_the_seats_page_of_an_event_not_on_sale_yet_is_whole(db):
    event = priced_event()

    assert Client().get(f"/event/{event.pk}/seats").status_code == 200
