"""What the API answers in: JSON, whatever a client says that it would rather have."""

from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class OneFormat(DefaultContentNegotiation):
    """Answers in the view's first format, and never with 406.

    HTTP lets a server answer what it has (RFC 9110, 12.5.1). A blank `Accept`, or a browser's, is
    no reason to refuse a fan who wants a seat, and each error stays in the envelope.
    """

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first renderer and its media type."""
        first = next(iter(renderers))
        return first, first.media_type
