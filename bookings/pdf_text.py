"""Text for PDFs in any script: which font draws a letter, and where a line ends.

Besley for names where it has the letters, DejaVu Sans for Latin, Greek, Cyrillic, Armenian,
Georgian, Hebrew and Arabic (shaped and put in visual order here, as reportlab draws glyph by
glyph), and Adobe's standard Asian fonts, which PDF readers bring along, for Chinese, Japanese
and Korean.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from arabic_reshaper import reshape
from bidi import get_display
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONTS = Path(__file__).parent / "fonts"
DISPLAY = "Besley-Bold"
PLAIN = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
HAN, KANA, HANGUL = "STSong-Light", "HeiseiKakuGo-W5", "HYGothic-Medium"
FILES = {DISPLAY: "besley-bold.ttf", PLAIN: "dejavu-sans.ttf", BOLD: "dejavu-sans-bold.ttf"}
FALLBACK = {DISPLAY: BOLD, BOLD: BOLD, PLAIN: PLAIN}
MISSING = "\N{WHITE SQUARE}"
# Hebrew begins here: before it no letter runs from right to left, and none joins the next.
FIRST_TURNED = "\u0590"
SMALLEST_SHARE = 0.6  # a long name shrinks to this share of its size before it loses its end


@cache
def _letters(font: str) -> frozenset[int]:
    """The code points a font can draw; registers the font with reportlab when first asked."""
    loaded = TTFont(font, str(FONTS / FILES[font]), asciiReadable=0)
    pdfmetrics.registerFont(loaded)
    return frozenset(loaded.face.charToGlyph)


@cache
def _asian(font: str) -> str:
    pdfmetrics.registerFont(UnicodeCIDFont(font))
    return font


def _font_of(letter: str, wanted: str) -> tuple[str, str]:
    """The font that draws this letter, and what it draws: a box where no font has it."""
    point = ord(letter)
    for font in (wanted, FALLBACK[wanted]):
        if point in _letters(font):
            return font, letter
    if 0x3040 <= point <= 0x30FF:
        return _asian(KANA), letter
    if 0xAC00 <= point <= 0xD7AF or 0x1100 <= point <= 0x11FF:
        return _asian(HANGUL), letter
    if 0x3000 <= point <= 0x303F or 0x3400 <= point <= 0x9FFF or 0xFF00 <= point <= 0xFFEF:
        return _asian(HAN), letter
    return FALLBACK[wanted], MISSING


def _visual(text: str) -> str:
    """The line as it is drawn from left to right."""
    if max(text, default="") < FIRST_TURNED:
        return text
    return str(get_display(reshape(text)))


@lru_cache(maxsize=4096)
def _runs(text: str, font: str) -> list[tuple[str, str]]:
    """(font, text) of each stretch in one font, in drawing order."""
    # One missing letter takes the whole line from the display face: no name in two designs.
    drawable = "".join(letter for letter in _visual(text) if letter.isprintable())
    if font == DISPLAY and any(ord(letter) not in _letters(DISPLAY) for letter in drawable):
        font = BOLD
    chosen = [_font_of(letter, font) for letter in drawable]
    return [
        (name, "".join(letter for _, letter in pairs))
        for name, pairs in groupby(chosen, key=lambda pair: pair[0])
    ]


def width_of(text: str, *, font: str, size: float) -> float:
    """The line's width in points."""
    return sum(pdfmetrics.stringWidth(part, name, size) for name, part in _runs(text, font))


def draw_line(canvas: Canvas, x: float, y: float, text: str, *, font: str, size: float) -> None:
    """Draw one line with its baseline at y."""
    for name, part in _runs(text, font):
        canvas.setFont(name, size)
        canvas.drawString(x, y, part)
        x += pdfmetrics.stringWidth(part, name, size)


def fit_lines(
    text: str, *, font: str, size: float, width: float, most: int
) -> tuple[list[str], float]:
    """The text in at most `most` lines of this width, and the size at which it fits.

    A long text shrinks first; what does not fit even then ends in an ellipsis.
    """
    lines, fitted = _fitted(text, font, size, width, most)
    return list(lines), fitted


@lru_cache(maxsize=1024)  # an evening's name and place are on thousands of tickets
def _fitted(
    text: str, font: str, size: float, width: float, most: int
) -> tuple[tuple[str, ...], float]:
    smallest = size * SMALLEST_SHARE
    while True:
        fits = _fits(font, size, width)
        lines = _wrapped(text.split(), fits)
        if len(lines) <= most and all(map(fits, lines)):
            return tuple(lines), size
        if size <= smallest:
            return tuple(_cut(lines[:most], fits, shortened=len(lines) > most)), size
        size = max(smallest, size - 1)


def _fits(font: str, size: float, width: float) -> Callable[[str], bool]:
    return lambda line: width_of(line, font=font, size=size) <= width


def _wrapped(words: list[str], fits: Callable[[str], bool]) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and fits(longer):
            lines[-1] = longer
        else:
            lines += _broken(word, fits)
    return lines


def _broken(word: str, fits: Callable[[str], bool]) -> list[str]:
    """The word, in pieces where it is longer than a line (and where Chinese has no spaces)."""
    if fits(word):
        return [word]
    pieces = [""]
    for letter in word:
        if pieces[-1] and not fits(pieces[-1] + letter):
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _cut(lines: list[str], fits: Callable[[str], bool], *, shortened: bool) -> list[str]:
    if shortened:
        last = lines[-1]
        while last and not fits(f"{last}…"):
            last = last[:-1]
        lines[-1] = f"{last.rstrip()}…"
    return lines
