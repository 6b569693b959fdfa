"""JSON by orjson: several times faster than DRF's renderer on lists of a thousand tickets."""

from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer


def _other(value: Any) -> str:
    return str(value)


class JSONRenderer(BaseRenderer):
    """UTF-8 JSON, compact, integers beyond 53 bits included."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None
    ) -> bytes:
        """The bytes; nothing for no data (a 204)."""
        if data is None:
            return b""
        return orjson.dumps(data, default=_other, option=orjson.OPT_NON_STR_KEYS)
