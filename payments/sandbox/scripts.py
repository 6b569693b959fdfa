"""Serves the Stripe.js stand-in at `/v3/` and the files of the frames and pages."""

from pathlib import Path

from aiohttp import web

from payments.sandbox.html import HEADERS

FOLDER = Path(__file__).parent / "static"
# The stand-in is one classic script for shops, as Stripe.js is; here it is written in parts.
STRIPE_JS = ("channel.js", "challenge.js", "elements.js", "stripe.js")
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}


def script_routes() -> list[web.RouteDef]:
    return [
        web.get("/v3/", stripe_js),
        web.get("/v3", stripe_js),
        web.get("/static/{name}", static_file),
    ]


async def stripe_js(request: web.Request) -> web.Response:
    """The parts in one function scope."""
    parts = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in STRIPE_JS)
    text = f'(() => {{\n"use strict";\n{parts}\n}})();\n'
    return web.Response(text=text, content_type="text/javascript", headers=_headers())


async def static_file(request: web.Request) -> web.Response:
    """A frame, a script or a stylesheet of ours."""
    available = {path.name: path for path in FOLDER.iterdir()}
    path = available.get(request.match_info["name"])
    if path is None or path.suffix not in TYPES:
        raise web.HTTPNotFound
    return web.Response(
        text=path.read_text(encoding="utf-8"),
        content_type=TYPES[path.suffix],
        headers=_headers(),
    )


def _headers() -> dict[str, str]:
    return HEADERS | {"Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "cross-origin"}
