"""Fills the page templates. Every value is escaped, except what `Markup` says is HTML already."""

from functools import cache
from html import escape
from pathlib import Path
from string import Template

from aiohttp import web

FOLDER = Path(__file__).parent / "templates"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
        " img-src 'self'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Markup(str):
    """Text that is HTML already."""


@cache
def _template(name: str) -> Template:
    return Template((FOLDER / name).read_text(encoding="utf-8"))


def render(template: str, /, **values: str) -> Markup:
    """A template filled with values."""
    safe = {
        key: value if isinstance(value, Markup) else escape(value) for key, value in values.items()
    }
    return Markup(_template(template).substitute(safe))


def page(template: str, /, *, title: str, status: int = 200, **values: str) -> web.Response:
    """A whole page as a response."""
    text = render("base.html", title=title, content=render(template, **values))
    return web.Response(status=status, text=text, content_type="text/html", headers=HEADERS)
