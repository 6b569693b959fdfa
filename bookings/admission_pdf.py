"""Printable tickets: one page per admission, A4, black on white with one signal colour."""

import io
import math
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from bookings import occasion
from bookings.models import Admission
from bookings.pdf_text import BOLD, DISPLAY, PLAIN, draw_line, fit_lines, width_of
from bookings.qr import qr_rows
from events.addresses import address_text
from ticketmaster.core.money import format_money

INK: Final = HexColor("#16141d")
SOFT: Final = HexColor("#5a5664")
LINE: Final = HexColor("#dcdad6")
SIGNAL: Final = HexColor("#c8371f")
PAPER: Final = HexColor("#faf8f4")

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 20 * mm
WIDTH = PAGE_WIDTH - 2 * MARGIN
TOP = PAGE_HEIGHT - MARGIN
QR_SIZE = 58 * mm
RADIUS = 6
SEAT_ANGLES = (-84, -42, 0, 42, 84)  # the mark: five seats in an arc, one of them yours
YOURS = 42


def tickets_pdf(admission_ids: Collection[int]) -> bytes:
    """A PDF with one page for each of these admissions, in the order of their lines.

    Owner or staff only: check that before asking. One query. The same admissions give the same
    bytes, so that a mail sent again is the same mail.
    """
    return pdf_of(printable(Admission.objects.filter(pk__in=admission_ids)))


def tickets_answer(admission_ids: Collection[int]) -> HttpResponse:
    """The same PDF, shown by the browser and kept by no cache."""
    response = HttpResponse(tickets_pdf(admission_ids), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="tickets.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def printable(admissions: QuerySet[Admission]) -> QuerySet[Admission]:
    """These admissions with all that their pages say, in the order of their lines."""
    return admissions.select_related(
        "line__booking__event__venue", "line__booking__user", "ticket__section", "ticket__seat"
    ).order_by("line_id", "pk")


def pdf_of(admissions: Iterable[Admission]) -> bytes:
    """The same PDF of admissions that are loaded already, by `printable`."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, lang="en")
    canvas.setTitle(f"{settings.SITE_NAME} tickets")
    canvas.setAuthor(settings.SITE_NAME)
    for admission in admissions:
        _draw_page(canvas, admission)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw_page(canvas: Canvas, admission: Admission) -> None:
    event = admission.line.booking.event
    _draw_brand(canvas, TOP)
    y = _draw_event(canvas, TOP - 24 * mm, event.name)
    y = _draw_when_and_where(canvas, y - 5 * mm, admission)
    y = _draw_seat(canvas, y - 9 * mm, admission)
    y = _draw_code(canvas, y - 10 * mm, admission)
    _draw_small_print(canvas, admission)


def _draw_brand(canvas: Canvas, y: float) -> None:
    _draw_mark(canvas, MARGIN + 4 * mm, y - 6 * mm, radius=3.2 * mm)
    canvas.setFillColor(INK)
    draw_line(canvas, MARGIN + 11 * mm, y - 7 * mm, settings.SITE_NAME, font=DISPLAY, size=15)
    canvas.setFillColor(SOFT)
    word = "Admit one"
    x = PAGE_WIDTH - MARGIN - width_of(word, font=PLAIN, size=10)
    draw_line(canvas, x, y - 6.6 * mm, word, font=PLAIN, size=10)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(1.2)
    canvas.line(MARGIN, y - 12 * mm, PAGE_WIDTH - MARGIN, y - 12 * mm)


def _draw_mark(canvas: Canvas, x: float, y: float, *, radius: float) -> None:
    for angle in SEAT_ANGLES:
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(-angle)
        canvas.setFillColor(SIGNAL if angle == YOURS else INK)
        canvas.roundRect(-radius * 0.27, radius * 0.78, radius * 0.54, radius * 0.5, 1, 0, 1)
        canvas.restoreState()


def _draw_event(canvas: Canvas, y: float, name: str) -> float:
    canvas.setFillColor(INK)
    lines, size = fit_lines(name, font=DISPLAY, size=34, width=WIDTH, most=3)
    for line in lines:
        y -= size
        draw_line(canvas, MARGIN, y, line, font=DISPLAY, size=size)
        y -= size * 0.14
    return y


def _draw_when_and_where(canvas: Canvas, y: float, admission: Admission) -> float:
    event = admission.line.booking.event
    venue = event.venue
    when = f"{occasion.date_text(event.starts_at, venue)}, {occasion.times_text(event)}"
    texts = [
        (f"{when} ({occasion.zone_text(event)})", BOLD, 13, INK),
        (venue.name, BOLD, 13, INK),
        (address_text(venue), PLAIN, 11, SOFT),
    ]
    for text, font, size, colour in texts:
        canvas.setFillColor(colour)
        lines, fitted = fit_lines(text, font=font, size=size, width=WIDTH, most=2)
        for line in lines:
            y -= fitted * 1.45
            draw_line(canvas, MARGIN, y, line, font=font, size=fitted)
    return y


def _draw_seat(canvas: Canvas, y: float, admission: Admission) -> float:
    """The three figures that the stewards ask for, as large as they get."""
    seat, section = admission.ticket.seat, admission.ticket.section
    parts = [("Section", section.name)]
    parts += [("Row", seat.row), ("Seat", seat.number)] if seat else [("Place", "Standing")]
    height = 30 * mm
    canvas.setFillColor(PAPER)
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.8)
    canvas.roundRect(MARGIN, y - height, WIDTH, height, RADIUS, 1, 1)
    shares = (0.5, 0.25, 0.25) if seat else (0.6, 0.4)
    x = MARGIN
    for (label, value), share in zip(parts, shares, strict=True):
        canvas.setFillColor(SOFT)
        draw_line(canvas, x + 6 * mm, y - 9 * mm, label, font=PLAIN, size=10)
        canvas.setFillColor(INK)
        _draw_figure(canvas, x + 6 * mm, y - 21 * mm, value, width=WIDTH * share - 9 * mm)
        x += WIDTH * share
    return y - height


def _draw_figure(canvas: Canvas, x: float, y: float, text: str, *, width: float) -> None:
    """One line if it can be large, two if not: a section's name is never cut before that."""
    lines, size = fit_lines(text, font=DISPLAY, size=28, width=width, most=1)
    if lines[0].endswith("…"):
        lines, size = fit_lines(text, font=DISPLAY, size=17, width=width, most=2)
        y += size * 0.55 * (len(lines) - 1)
    for line in lines:
        draw_line(canvas, x, y, line, font=DISPLAY, size=size)
        y -= size * 1.15


def _draw_code(canvas: Canvas, y: float, admission: Admission) -> float:
    _draw_qr(canvas, MARGIN, y - QR_SIZE, admission.code)
    line = admission.line
    booking = line.booking
    x = MARGIN + QR_SIZE + 9 * mm
    facts = [
        ("Price level", line.price_level_name),
        ("Price, all in", format_money(line.total_minor, booking.currency)),
        ("Booked by", booking.user.name or booking.user.email if booking.user else "Box office"),
        ("Booking", booking.reference),
        ("Ticket code", admission.code),
    ]
    top = y - 2
    for label, value in facts:
        canvas.setFillColor(SOFT)
        draw_line(canvas, x, top - 9, label, font=PLAIN, size=9)
        canvas.setFillColor(INK)
        width = PAGE_WIDTH - MARGIN - x
        lines, size = fit_lines(value, font=BOLD, size=11, width=width, most=1)
        draw_line(canvas, x, top - 23, lines[0], font=BOLD, size=size)
        top -= QR_SIZE / len(facts)
    if admission.status != Admission.Status.VALID:
        _draw_stamp(canvas, MARGIN + QR_SIZE / 2, y - QR_SIZE / 2, admission)
    return y - QR_SIZE


def _draw_qr(canvas: Canvas, x: float, y: float, code: str) -> None:
    """Modules as runs of rectangles: sharp at every size, and small.

    Written as operators in whole modules: as a path of points they were a third of a page's time.
    """
    rows = qr_rows(code)
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(QR_SIZE / len(rows), QR_SIZE / len(rows))
    canvas.setFillColor(INK)
    runs = [
        f"{start} {len(rows) - index - 1} {length} 1.01 re"  # overlapping: no seams on screens
        for index, row in enumerate(rows)
        for start, length in _dark_runs(row)
    ]
    canvas.addLiteral("\n".join([*runs, "f"]))
    canvas.restoreState()


def _dark_runs(row: Iterable[bool]) -> Iterator[tuple[int, int]]:
    """Where each run of dark modules starts, and how long it is."""
    at = 0
    for is_dark, modules in groupby(row):
        length = len(list(modules))
        if is_dark:
            yield at, length
        at += length


def _draw_stamp(canvas: Canvas, x: float, y: float, admission: Admission) -> None:
    """Across a code that opens no door any more."""
    word = admission.get_status_display().upper()
    canvas.saveState()
    canvas.translate(x, y)
    canvas.rotate(math.degrees(math.atan2(1, 3)))
    width = width_of(word, font=BOLD, size=30) + 10 * mm
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.setStrokeColor(SIGNAL)
    canvas.setLineWidth(2)
    canvas.roundRect(-width / 2, -7 * mm, width, 15 * mm, RADIUS, 1, 1)
    canvas.setFillColor(SIGNAL)
    draw_line(canvas, -width / 2 + 5 * mm, -3.4 * mm, word, font=BOLD, size=30)
    canvas.restoreState()


def _draw_small_print(canvas: Canvas, admission: Admission) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.8)
    canvas.line(MARGIN, MARGIN + 22 * mm, PAGE_WIDTH - MARGIN, MARGIN + 22 * mm)
    canvas.setFillColor(SOFT)
    texts = [
        "This code opens the door once. Keep it to yourself until you are there: whoever shows it"
        " first gets in.",
        "Printed or on a phone, both are fine. Times are the venue’s own.",
        f"Your booking, and this ticket again: {settings.SITE_URL}/admission/{admission.code}",
    ]
    y = MARGIN + 15 * mm
    for text in texts:
        lines, size = fit_lines(text, font=PLAIN, size=9, width=WIDTH, most=1)
        draw_line(canvas, MARGIN, y, lines[0], font=PLAIN, size=size)
        y -= 13
