"""What was found is marked in the words as people wrote them, and nothing else is markup."""

import pytest

from search.highlighting import highlighted
from search.terms import term_from


@pytest.mark.parametrize(
    ("text", "term", "marked"),
    [
        ("Beyoncé live", "beyonce", "<mark>Beyoncé</mark> live"),
        ("BEYONCÉ, live", "beyonc", "<mark>BEYONCÉ</mark>, live"),
        ("AC/DC (live)", "ac dc", "<mark>AC/DC</mark> (live)"),
        ("AC/DC live", "acdc", "<mark>AC/DC</mark> live"),
        ("Jay Z", "jayz", "<mark>Jay</mark> <mark>Z</mark>"),
        ("blink-182", "blink 182", "<mark>blink-182</mark>"),
        ("Live at Live Hall", '"live hall"', "Live at <mark>Live</mark> <mark>Hall</mark>"),
        ("Queen tribute", "queen -tribute", "<mark>Queen</mark> tribute"),
        ("The Who", "xyz", "The Who"),
        ("Tom & Jerry's", "jerrys", "Tom &amp; <mark>Jerry&#x27;s</mark>"),
        ("<b>Queen</b>", "queen", "&lt;<mark>b&gt;Queen&lt;/b</mark>&gt;"),
        ("<i>x</i> Queen", "queen", "&lt;i&gt;x&lt;/i&gt; <mark>Queen</mark>"),
        ("Queen", "", "Queen"),
        ("", "queen", ""),
        ("— · —", "queen", "— · —"),
    ],
)  # fmt: skip
def test_words_that_answer_are_marked(text, term, marked):
    assert highlighted(text, term_from(term)) == marked


def test_a_very_long_text_is_only_escaped():
    assert highlighted("<queen> " * 200, term_from("queen")) == "&lt;queen&gt; " * 200
