"""Which addresses of the shop Stripe will send a browser to."""

from urllib.parse import urlsplit

from payments.sandbox.errors import InvalidParameter

NEVER = ("javascript", "data", "vbscript", "file")


def check_return_url(url: str, *, param: str = "return_url") -> None:
    """Raises InvalidParameter unless it is an absolute address; an app's own scheme is fine."""
    scheme = _scheme(url, param)
    if not scheme or scheme in NEVER:
        raise InvalidParameter("Not a valid URL", code="url_invalid", param=param)


def check_web_url(url: str, *, param: str) -> None:
    """Raises InvalidParameter unless it is an absolute http or https address."""
    if _scheme(url, param) not in ("http", "https") or not urlsplit(url).netloc:
        raise InvalidParameter("Not a valid URL", code="url_invalid", param=param)


def _scheme(url: str, param: str) -> str:
    if not url.isprintable() or " " in url:
        raise InvalidParameter("Not a valid URL", code="url_invalid", param=param)
    try:
        return urlsplit(url).scheme.lower()
    except ValueError as error:
        raise InvalidParameter("Not a valid URL", code="url_invalid", param=param) from error
