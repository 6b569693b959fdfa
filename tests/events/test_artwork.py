"""Posters drawn by code: small, the same for ever, and never the same as the one beside them."""

import re
import subprocess
import sys
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from events.artwork import draw
from events.artwork.motifs import motif_for
from events.artwork.palettes import PALETTES, palette_for

KINDS = [
    ("concert", "rock"),
    ("music", ""),
    ("sports", "football"),
    ("sports", "american-football"),
    ("sports", "basketball"),
    ("sports", "baseball"),
    ("sports", "ice-hockey"),
    ("sports", "tennis"),
    ("sports", "athletics"),
    ("theatre", "musical"),
    ("comedy", ""),
    ("family", "circus"),
    ("festival", ""),
    ("conference", ""),
    ("", ""),
]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(("segment", "genre"), KINDS)
def test_a_poster_is_at_most_six_kilobytes_whatever_the_throw(segment, genre):
    sizes = [len(draw(seed=str(n), segment=segment, genre=genre).encode()) for n in range(200)]

    assert max(sizes) <= 6_000


@pytest.mark.parametrize(("segment", "genre"), KINDS)
def test_a_poster_is_well_formed_three_by_two_and_has_no_text(segment, genre):
    for n in range(40):
        root = ElementTree.fromstring(draw(seed=str(n), segment=segment, genre=genre))

        assert root.tag == f"{SVG}svg"
        assert root.get("viewBox") == "0 0 600 400"
        assert not [node for node in root.iter() if node.tag == f"{SVG}text"]
        assert "".join(root.itertext()).strip() == ""


@pytest.mark.parametrize(("segment", "genre"), KINDS)
def test_a_poster_uses_no_colour_but_its_three_inks(segment, genre):
    for n in range(40):
        inks = palette_for(seed=str(n), segment=segment)

        used = set(re.findall(r"#[0-9a-f]{6}", draw(seed=str(n), segment=segment, genre=genre)))

        assert used <= set(inks)
        assert inks.ground in used
        assert len(used) >= 2


@pytest.mark.parametrize(("segment", "genre"), KINDS)
def test_events_with_neighbouring_numbers_differ_in_inks_and_in_drawing(segment, genre):
    drawings = [draw(seed=str(n), segment=segment, genre=genre) for n in range(200)]

    grounds = [re.search(r"#[0-9a-f]{6}", drawing).group() for drawing in drawings]

    assert len(set(drawings)) == 200
    assert all(left != right for left, right in pairwise(grounds))


def test_motifs_of_a_kind_take_turns():
    motifs = [motif_for(segment="concert", genre="", step=step) for step in range(7)]

    assert len(set(motifs)) == 7
    assert motif_for(segment="concert", genre="", step=7) is motifs[0]


def test_all_twelve_palettes_are_used_within_twelve_neighbours():
    assert {palette_for(seed=str(n), segment="concert") for n in range(12)} == set(PALETTES)


def test_every_game_has_its_own_ground():
    games = ["football", "american-football", "basketball", "baseball", "ice-hockey", "tennis", ""]

    assert len({draw(seed="7", segment="sports", genre=game) for game in games}) == len(games)


def test_the_same_words_give_the_same_bytes_in_another_process():
    here = draw(seed="summer-run", segment="theatre", genre="drama")

    there = subprocess.run(
        [
            sys.executable,
            "-c",
            "from events.artwork import draw;"
            "print(draw(seed='summer-run', segment='theatre', genre='drama'), end='')",
        ],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "12345"},
    ).stdout

    assert there == here


def test_a_hostile_seed_is_only_a_seed():
    drawing = draw(seed='"><script>alert(1)</script>', segment="<b>", genre="'\"")

    assert "script" not in drawing
    ElementTree.fromstring(drawing)
