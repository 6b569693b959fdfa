"""The QR code holds the admission's code and nothing else."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from bookings.qr import qr_rows, qr_svg
from tests.bookings_output.reading import text_of_qr
from ticketmaster.core.ids import new_reference


def test_the_modules_read_back_as_the_code() -> None:
    for _ in range(50):
        code = new_reference()

        assert text_of_qr(qr_rows(code)) == code


def test_the_svg_draws_the_same_modules() -> None:
    code = new_reference()
    rows = qr_rows(code)

    drawn = _modules_of(qr_svg(code), len(rows))

    assert drawn == rows
    assert text_of_qr(drawn) == code


def test_the_svg_can_stand_in_a_page_under_our_policy() -> None:
    svg = qr_svg("V7Ut1bXJ0qk0m1cYhRZ3Qw_a")

    element = ElementTree.fromstring(svg)
    assert element.attrib["role"] == "img"
    assert element.attrib["class"] == "qr"
    assert element.attrib["viewBox"] == "0 0 33 33"
    assert "style" not in svg
    assert "script" not in svg
    assert 'width="' not in svg


@pytest.mark.parametrize("label", ["", 'A "quoted" <label>'])
def test_the_label_is_escaped(label: str) -> None:
    svg = qr_svg("V7Ut1bXJ0qk0m1cYhRZ3Qw_a", label=label)

    element = ElementTree.fromstring(svg)
    assert element.attrib["aria-label"] == (label or "QR code V7Ut1bXJ0qk0m1cYhRZ3Qw_a")


def _modules_of(svg: str, size: int) -> list[list[bool]]:
    """The strokes of the path, in segno's commands: M to begin, m to move, h to draw."""
    path = re.findall(r'stroke="#16141d" d="([^"]+)"', svg)[0]
    modules = [[False] * size for _ in range(size)]
    x = y = 0.0
    for command, arguments in re.findall(r"([Mmh])([^Mmh]*)", path):
        numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", arguments)]
        if command == "M":
            x, y = numbers
        elif command == "m":
            x, y = x + numbers[0], y + numbers[1]
        else:
            for step in range(int(numbers[0])):
                modules[int(y) - 4][int(x) - 4 + step] = True
            x += numbers[0]
    return modules
