"""Verification of a draw: anybody works it out again from the record, and cheats are caught."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from bookings.models import WaitingRoomEntry
from bookings.waiting_room import checking, keeper, sealing
from bookings.waiting_room.drand import CHAIN
from bookings.waiting_room.draw import (
    Entry,
    commitment_to,
    draw_order,
    hash_of,
    list_text,
    name_of,
    new_seed,
)
from bookings.waiting_room.models import WaitingRoom
from events.models import Event
from tests.waiting_room.helpers import (
    Record,
    behind_room,
    change,
    join_by_api,
    opens_in,
    poll_by_api,
    published,
)
from ticketmaster.accounts.models import User

SCRIPT = Path(__file__).resolve().parents[2] / "static" / "verify_draw.py"


def _words(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def verified(record: Record, tmp_path: Path, **noted: Any) -> tuple[int, str]:
    """What the stand-alone script says, run as a fan runs it."""
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record))
    options = [
        word
        for name, value in noted.items()
        for word in (f"--{name.replace('_', '-')}", *_words(value))
    ]
    ran = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(path), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout


@pytest.mark.django_db
def test_places_follow_the_draw_and_late_arrivals_stand_behind(
    opened: tuple[Event, list[Record]], tmp_path: Path
) -> None:
    event, answers = opened

    places = [poll_by_api(event, answer["visitor"]).json()["place"] for answer in answers]

    assert sorted(places[:40]) == list(range(1, 41))
    assert places[:40] != list(range(1, 41))
    assert places[40:] == [41, 42, 43]
    drawn = {entry.nonce: place for place, entry in checking.places(WaitingRoom.objects.get())}
    assert [drawn[f"mine-{n}"] for n in range(40)] == places[:40]
    assert verified(published(event), tmp_path, place=places[7], nonce="mine-7") == (
        0,
        "All 40 places are as drawn.\n"
        "No public value was used: that no other seed was tried rests on their word.\n",
    )


@pytest.fixture
def known() -> tuple[Record, list[Entry]]:
    """A draw whose numbers are written down, so that the rule cannot change unnoticed."""
    seed = "00" * 31 + "2a"
    entries = [Entry(name_of(name), nonce) for name, nonce in (("a", "x"), ("b", "y"), ("c", "z"))]
    list_hash = hash_of(list_text(entries))

    order = draw_order(entries, seed=seed, list_hash=list_hash, public_value="42")

    record = {
        "commitment": commitment_to(seed), "seed": seed, "list_hash": list_hash, "list_length": 3,
        "public_source": "drand", "public_value": "42", "drawn_at": "2026-11-22T02:00:00Z",
        "public_source_name": "drand quicknet, round 7",
        "list": "".join(f"{place} {entry.line}\n" for place, entry in enumerate(order, start=1)),
    }  # fmt: skip
    return record, order


def test_the_script_and_the_site_agree_on_a_known_draw(
    known: tuple[Record, list[Entry]], tmp_path: Path
) -> None:
    record, order = known

    assert verified(record, tmp_path, public_value=42) == (0, "All 3 places are as drawn.\n")
    assert verified(record, tmp_path) == (
        0,
        "All 3 places are as drawn.\n"
        "The public value is theirs: use --public-value or --drand to be sure of it.\n",
    )
    assert record["list_hash"] == "d9b9c27ac03ab14e4fd50c3a17a61a71d461c1ad00e4d78254f31ad3ca6cf4c8"
    assert [entry.nonce for entry in order] == ["x", "z", "y"]


@pytest.fixture
def drand() -> Iterator[Callable[[str], str]]:
    """Stand-ins for drand's addresses: the address of one whose round 7 is this value."""
    with ExitStack() as open_ones:

        def stand_in(value: str) -> str:
            class Round(BaseHTTPRequestHandler):
                def do_GET(self) -> None:
                    is_known = self.path == f"/{CHAIN}/public/7"
                    self.send_response(200 if is_known else 404)
                    self.end_headers()
                    self.wfile.write(json.dumps({"randomness": value}).encode())

                def log_message(self, *words: Any) -> None:
                    """Nothing."""

            server = open_ones.enter_context(HTTPServer(("127.0.0.1", 0), Round))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            open_ones.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}"

        yield stand_in


def test_the_script_looks_the_public_value_up_where_all_have_to_agree(
    known: tuple[Record, list[Entry]], tmp_path: Path, drand: Callable[[str], str]
) -> None:
    record, _ = known
    one, other, liar = drand("42"), drand("42"), drand("43")
    caught = "DOES NOT FIT: The public value is not the one that you looked up.\n"

    assert verified(record, tmp_path, drand=[one, other]) == (0, "All 3 places are as drawn.\n")
    assert verified(record, tmp_path, drand=[one, liar]) == (1, caught)
    assert verified(record, tmp_path, drand=[liar]) == (1, caught)
    no_round = {**record, "public_source_name": "Saturday's lottery"}
    assert verified(no_round, tmp_path, drand=[one]) == (1, caught)


def swap_two(record: Record) -> Record:
    rows = [line_.split(" ") for line_ in record["list"].splitlines()]
    rows[0][0], rows[20][0] = rows[20][0], rows[0][0]
    return {**record, "list": "".join(" ".join(row) + "\n" for row in rows)}


def other_seed(record: Record) -> Record:
    """An operator who draws again until the friend stands first, with a fitting commitment."""
    entries = [Entry(*line_.split(" ")[1:]) for line_ in record["list"].splitlines()]
    while True:
        seed = new_seed()
        order = draw_order(
            entries, seed=seed, list_hash=record["list_hash"], public_value=record["public_value"]
        )
        if order[0].nonce == "mine-3":
            break
    return {
        **record, "seed": seed, "commitment": commitment_to(seed),
        "list": "".join(f"{place} {one.line}\n" for place, one in enumerate(order, start=1)),
    }  # fmt: skip


def redrawn(record: Record, entries: list[Entry]) -> Record:
    list_hash = hash_of(list_text(entries))
    order = draw_order(
        entries, seed=record["seed"], list_hash=list_hash, public_value=record["public_value"]
    )
    return {
        **record, "list_hash": list_hash, "list_length": len(entries),
        "list": "".join(f"{place} {one.line}\n" for place, one in enumerate(order, start=1)),
    }  # fmt: skip


def entries_in(record: Record) -> list[Entry]:
    return [Entry(*line_.split(" ")[1:]) for line_ in record["list"].splitlines()]


def friend_added(record: Record) -> Record:
    return redrawn(record, [*entries_in(record), Entry(name_of("friend"), "f")])


def me_dropped(record: Record) -> Record:
    return redrawn(record, [one for one in entries_in(record) if one.nonce != "mine-5"])


def my_nonce_changed(record: Record) -> Record:
    changed = [
        Entry(one.name, "chosen-by-them") if one.nonce == "mine-5" else one
        for one in entries_in(record)
    ]
    return redrawn(record, changed)


def other_public_value(record: Record) -> Record:
    return redrawn({**record, "public_value": "a luckier number"}, entries_in(record))


def list_changed_after_sealing(record: Record) -> Record:
    fresh = friend_added(record)
    return {**fresh, "list_hash": record["list_hash"]}


CHEATS: list[tuple[Callable[[Record], Record], str]] = [
    (swap_two, "stands at place"),
    (lambda record: {**record, "seed": new_seed()}, "The seed is not the one"),
    (other_seed, "not the one that you noted before the opening"),
    (friend_added, "not the one that you noted at the opening"),
    (me_dropped, "Your entry is not in the list"),
    (my_nonce_changed, "another nonce than yours"),
    (other_public_value, "The public value is not the one that you looked up"),
    (list_changed_after_sealing, "The list is not the one whose hash was published"),
    (lambda record: {**record, "public_value": "", "public_source": "entered"}, "is missing"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("cheat", "said"), CHEATS)
def test_an_operator_who_cheats_is_caught(
    event: Event, staff: User, tmp_path: Path, cheat: Callable[[Record], Record], said: str
) -> None:
    """With what a fan noted: both hashes, the public number of the lottery, the own entry."""
    room = behind_room(event, opens_at=opens_in(3600), public_source="entered", is_paused=True)
    answers = [join_by_api(event, nonce=f"mine-{n}") for n in range(40)]
    before = published(event)
    change(room, opens_at=timezone.now())
    keeper.keep(event.pk)
    at_opening = published(event)
    sealing.enter_public_value(WaitingRoom.objects.get(), "05 12 33 40", actor_id=staff.pk)
    keeper.keep(event.pk)
    place = poll_by_api(event, answers[5]["visitor"]).json()["place"]
    mine = WaitingRoomEntry.objects.get(nonce="mine-5")
    noted = {
        "commitment": before["commitment"], "list_hash": at_opening["list_hash"],
        "public_value": "05 12 33 40", "entry": name_of(mine.visitor), "nonce": "mine-5",
    }  # fmt: skip
    honest = published(event)

    assert verified(honest, tmp_path, **noted, place=place) == (0, "All 40 places are as drawn.\n")
    code, told = verified(cheat(honest), tmp_path, **noted)
    assert code == 1
    assert said in told


@pytest.mark.parametrize(
    "record",
    [
        "<html>",
        {},
        {"drawn_at": "now", "seed": "no digits", "list": ""},
        {"drawn_at": "now", "seed": "00", "list": "1 a"},
    ],
)
def test_what_is_no_record_of_a_draw_is_said_in_a_sentence(record: Any, tmp_path: Path) -> None:
    code, said = verified(record, tmp_path)

    assert code == 1
    assert said.startswith(("CANNOT BE CHECKED: ", "DOES NOT FIT: "))
