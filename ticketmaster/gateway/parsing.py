"""JSON bodies that cannot break the server."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """Answers 400 to nesting that Python's parser gives up on, as to any other malformed body."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        """The body as Python values. Raises ParseError."""
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise ParseError("JSON parse error - nested too deeply.") from error
