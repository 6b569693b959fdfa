"""The printable ticket says what a steward needs, in any script, the same bytes each time."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bookings import admission_pdf, pdf_text
from bookings.admission_pdf import tickets_pdf
from bookings.models import Admission, Booking
from bookings.pdf_text import BOLD, DISPLAY, PLAIN, fit_lines, width_of
from events.models import Event
from tests.factories import tickets_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every line that is drawn."""
    lines: list[str] = []
    real = admission_pdf.draw_line

    def spy(canvas: Any, x: float, y: float, text: str, **how: Any) -> float:
        lines.append(text)
        return real(canvas, x, y, text, **how)

    monkeypatch.setattr(admission_pdf, "draw_line", spy)
    return lines


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_each_admission_has_a_page_with_all_that_it_must_say(
    admissions: list[Admission], booking: Booking, drawn: list[str]
) -> None:
    pdf = tickets_pdf([admission.pk for admission in admissions])

    assert pdf.startswith(b"%PDF-")
    assert pages_of(pdf) == 2
    local = booking.event.starts_at.astimezone(ZoneInfo("Pacific/Auckland"))
    for said in [
        "An evening & more",
        f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M} ({local.tzname()})",
        "Town Hall",
        "303 Queen Street, Auckland 1010, New Zealand",
        "Stalls",
        "A",
        "1",
        "2",
        "fan@example.org",
        booking.reference,
        *(admission.code for admission in admissions),
    ]:
        assert said in drawn, said


def test_the_same_tickets_are_the_same_bytes(admissions: list[Admission]) -> None:
    ids = [admission.pk for admission in admissions]

    assert tickets_pdf(ids) == tickets_pdf(ids)


def test_the_ticket_shows_its_own_code(
    admissions: list[Admission], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    real = admission_pdf.qr_rows

    def spy(code: str) -> list[list[bool]]:
        shown.append(code)
        return real(code)

    monkeypatch.setattr(admission_pdf, "qr_rows", spy)

    tickets_pdf([admissions[1].pk])

    assert shown == [admissions[1].code]


def test_tickets_cost_one_query(
    admissions: list[Admission], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        tickets_pdf([admission.pk for admission in admissions])


def test_a_void_ticket_says_so(admissions: list[Admission], drawn: list[str]) -> None:
    Admission.objects.filter(pk=admissions[0].pk).update(status="void")

    tickets_pdf([admissions[0].pk])

    assert "VOID" in drawn


def test_a_standing_place_has_no_row(
    admissions: list[Admission], evening: Event, drawn: list[str]
) -> None:
    place = tickets_of(evening, "Floor")[0]
    Admission.objects.filter(pk=admissions[0].pk).update(ticket=place)

    tickets_pdf([admissions[0].pk])

    assert "Standing" in drawn
    assert "Row" not in drawn


@pytest.mark.parametrize(
    "name",
    [
        "U2",
        "The Los Angeles Philharmonic plays Mahler 8 with 350 voices",
        "Żółw i Škoda: Ľudia Ěvropy",
        "Дельфин и Ωμέγα",
        "أم كلثوم في القاهرة",
        "שלום חנוך",
        "椎名林檎と東京事変",
        "방탄소년단",
        "🎸 Rock ’n’ roll",
        "กรุงเทพ",
        "a" * 250,
        "x " * 125,
        " ",
        "<b>& \\ () %",
    ],
)
def test_any_name_makes_one_page(admissions: list[Admission], evening: Event, name: str) -> None:
    Event.objects.filter(pk=evening.pk).update(name=name)

    assert pages_of(tickets_pdf([admissions[0].pk])) == 1


@pytest.mark.parametrize("font", [DISPLAY, PLAIN, BOLD])
def test_a_long_line_shrinks_then_wraps_then_ends_in_an_ellipsis(font: str) -> None:
    long = "The Los Angeles Philharmonic plays Mahler 8 with 350 voices " * 4

    lines, size = fit_lines(long, font=font, size=30, width=400, most=2)

    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert size == pytest.approx(18)
    assert all(width_of(line, font=font, size=size) <= 400 for line in lines)


def test_a_short_line_keeps_its_size() -> None:
    assert fit_lines("U2", font=DISPLAY, size=34, width=400, most=3) == (["U2"], 34)


def test_arabic_is_shaped_and_ordered() -> None:
    # lam and alef join to one glyph, and the line runs from right to left
    runs = list(pdf_text._runs("سلام", PLAIN))

    assert runs == [(PLAIN, "\N{ARABIC LETTER MEEM ISOLATED FORM}"
                            "\N{ARABIC LIGATURE LAM WITH ALEF FINAL FORM}"
                            "\N{ARABIC LETTER SEEN INITIAL FORM}")]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("Hello", DISPLAY),
        ("Šárka", DISPLAY),
        ("Дельфин", BOLD),
        ("漢字", pdf_text.HAN),
        ("かな", pdf_text.KANA),
        ("한글", pdf_text.HANGUL),
    ],
)
def test_each_script_has_a_font(text: str, font: str) -> None:
    assert [run[0] for run in pdf_text._runs(text, DISPLAY)] == [font]
