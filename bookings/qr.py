"""The QR code of an admission: as inline SVG for pages and mails, as modules for the PDF."""

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

QUIET_ZONE = 4  # modules of white on each side, as the standard asks
INK = "#16141d"
PAPER = "#fff"
# Trying all eight masks is most of the work. They are there to break up patterns in the data, and
# random codes have none: any one is as good, and every scanner reads which it was.
MASK = 2


def qr_svg(code: str, *, label: str = "") -> SafeString:
    """The code as an SVG element without size, style or script: CSS decides how large it is.

    It has the class `qr` and, for screen readers, the role of a picture called `label`. Ink on
    white in the dark theme too: many scanners do not read inverted codes.
    """
    drawing = _symbol(code).svg_inline(
        border=QUIET_ZONE, omitsize=True, dark=INK, light=PAPER, svgclass=None, lineclass=None
    )
    name = escape(label or f"QR code {code}")
    opened = f'<svg class="qr" role="img" aria-label="{name}"'
    return mark_safe(drawing.replace("<svg", opened, 1))  # segno's own paths and our escaped name


def qr_rows(code: str) -> list[list[bool]]:
    """The modules, row by row, without the quiet zone; True is dark."""
    return [[bool(module) for module in row] for row in _symbol(code).matrix]


def _symbol(code: str) -> segno.QRCode:
    """Never a micro code, which phones do not read; level M survives a crease in the paper."""
    return segno.make(code, error="m", micro=False, mask=MASK)
