"""Bad rows are reported with number and reason, the rest is imported, nothing half-made stays."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from events.importers import creating
from events.models import Event, Performer, SeatMap, Venue
from tests.importers.conftest import DATA, import_file, listing, offer


def place(**changed):
    return {"name": "Long Hall", "address": {"addressLocality": "Boston"}, **changed}


BAD = {
    "no name": (listing(name=None), "name is missing"),
    "a number as name": (listing(name=7), "name is 7, not text"),
    "NUL in the name": (listing(name="A\x00B"), "name holds characters that are not text"),
    "half a surrogate": (listing(name="A\ud800"), "name holds characters that are not text"),
    "too long a name": (listing(name="x" * 251), "name has 251 characters; at most 250 are kept"),
    "another type": (listing(**{"@type": "Recipe"}), "@type is 'Recipe', which is no kind of"),
    "no start": (listing(startDate=None), "startDate is missing"),
    "no date": (listing(startDate="soon"), "startDate 'soon' is no ISO 8601 date"),
    "the thirtieth of February": (listing(startDate="2031-02-30"), "is no ISO 8601 date"),
    "a date as number": (listing(startDate=20310101), "startDate is 20310101, not text"),
    "the year 9999": (listing(startDate="9999-12-31T23:59"), "is not in this age"),
    "an end before the start": (listing(endDate="2031-05-31"), "endDate is before startDate"),
    "an unknown status": (listing(eventStatus="EventMaybe"), "eventStatus 'EventMaybe' is unknown"),
    "no location": (listing(location=None), "location is missing"),
    "only online": (listing(location={"@type": "VirtualLocation"}), "location is only online"),
    "no city": (listing(location={"name": "Hall"}), "address names no known city"),
    "no zone": (
        listing(location=place(address={"addressLocality": "Nowhereville"})),
        "no time zone: location has no usable geo, and 'Nowhereville' is not known",
    ),
    "no Paris in that state": (
        listing(
            location=place(address={"addressLocality": "Portland", "addressRegion": "Texas"})
        ),
        "no time zone",
    ),
    "a point off the Earth": (
        listing(location=place(geo={"latitude": 91, "longitude": 0})), "is not on Earth"
    ),
    "half a point": (
        listing(location=place(geo={"latitude": 9})), "only one of latitude and longitude"
    ),
    "a negative price": (listing(offers=offer(price=-1)), "price of 'Floor' is negative"),
    "a price in words": (listing(offers=offer(price="cheap")), "price of 'Floor' is 'cheap', not"),
    "a price of NaN": (listing(offers=offer(price=float("nan"))), "price of 'Floor' is NaN, not"),
    "true as price": (listing(offers=offer(price=True)), "price of 'Floor' is True, not a number"),
    "no price": (listing(offers=offer(price=None)), "offer 'Floor' has no price"),
    "an absurd price": (listing(offers=offer(price=10**30)), "which nobody pays"),
    "an endless price": (listing(offers=offer(price=10**4000)), "not a number"),
    "cents of a yen": (
        listing(offers=offer(price=9.5, priceCurrency="JPY")), "more decimals than JPY allows"
    ),
    "no such currency": (listing(offers=offer(priceCurrency="ZZZ")), "is no ISO 4217 code"),
    "two currencies": (
        listing(offers=[offer(), offer(name="B", priceCurrency="EUR")]), "offers in USD and EUR"
    ),
    "fewer than no places": (
        listing(offers=offer(inventoryLevel=-5)), "inventoryLevel of 'Floor' is negative"
    ),
    "half a place": (listing(offers=offer(inventoryLevel=1.5)), "not a whole number"),
    "a billion places": (listing(offers=offer(inventoryLevel=10**9)), "at most 200,000 is believ"),
    "an offer in words": (listing(offers="tickets at the door"), "not an object"),
    "a nameless performer": (listing(performer={"name": ""}), "performer name is missing"),
    "a bad validFrom": (listing(offers=offer(validFrom="today")), "validFrom 'today' is no ISO"),
    "an endless key": (listing(identifier="k" * 200), "identifier has 200 characters"),
    "no object": (["a", "list"], "a list is no listing: an object is expected"),
}  # fmt: skip


@pytest.mark.parametrize(("bad", "reason"), BAD.values(), ids=BAD.keys())
def test_a_bad_row_is_reported_and_the_next_one_imported(run_import, bad, reason):
    report = run_import(bad, listing(identifier="good"))

    assert "  row 1: " in report
    assert reason in report
    assert report.startswith("1 created, 0 updated, 0 unchanged, 1 skipped")
    assert list(Event.objects.values_list("source_key", flat=True)) == ["good"]


def test_broken_json_lines_are_reported_by_line(db, capsys):
    report = import_file(DATA / "broken.jsonl", capsys)

    assert report.splitlines() == [
        "2 created, 0 updated, 0 unchanged, 5 skipped, 0 put on sale",
        "Skipped:",
        "  row 2: broken JSON: Expecting property name enclosed in double quotes "
        "(line 1, column 44)",
        "  row 4: no time zone: location has no usable geo, and 'Nowhereville' is not known",
        "  row 5: name holds characters that are not text",
        "  row 6: price of 'Floor' is negative",
        "  row 7: 'just text' is no listing: an object is expected",
        "Notes:",
        "  row 8: no offers: nothing can be put on sale",
    ]
    assert set(Event.objects.values_list("source_key", flat=True)) == {"good-1", "good-2"}
    assert Venue.objects.get().name == "Hall"
    assert list(Performer.objects.values_list("name", flat=True)) == ["Solo"]


def test_lines_that_are_not_utf_8_are_reported(tmp_path, capsys, db):
    path = tmp_path / "mixed.jsonl"
    good = (DATA / "broken.jsonl").read_bytes().splitlines()[0]
    path.write_bytes(good + b'\n{"name": "\xff"}\n')

    report = import_file(path, capsys)

    assert "row 2: broken JSON: not UTF-8 at byte 10" in report
    assert Event.objects.get().source_key == "good-1"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"  \n ", "is empty"),
        (b'[{"@type": "Event"}, {"na', "The file is no JSON"),
        (b"[" * 200_000, "The file is no JSON: nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, db, content, reason):
    path = tmp_path / "listings.json"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=reason) as refusal:
        call_command("import_events", path)

    assert refusal.value.returncode == 1


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_events", tmp_path / "none.json")


def test_a_file_of_which_no_row_can_be_imported_is_an_error(run_import):
    with pytest.raises(CommandError, match="No row could be imported"):
        run_import(listing(name=None), listing(startDate="never"))

    assert Event.objects.count() == 0


def test_a_row_that_the_database_refuses_costs_only_itself(run_import, monkeypatch):
    make_levels = creating.make_levels

    def refuse_one(stocks, drawn):
        make_levels(stocks, drawn)
        if any(stock.planned.key == "bad" for stock in stocks):
            raise IntegrityError("duplicate key\nDETAIL: of a neighbour")

    monkeypatch.setattr(creating, "make_levels", refuse_one)

    report = run_import(
        listing(identifier="a"),
        listing(identifier="bad", location=place(name="Lost Hall"), performer="Lost Act"),
        listing(identifier="z"),
    )

    assert "2 created, 0 updated, 0 unchanged, 1 skipped" in report
    assert "row 2: the database refused it: duplicate key" in report
    assert set(Event.objects.values_list("source_key", flat=True)) == {"a", "z"}
    assert not Venue.objects.filter(name="Lost Hall").exists()
    assert not Performer.objects.filter(name="Lost Act").exists()
    assert SeatMap.objects.count() == 2
