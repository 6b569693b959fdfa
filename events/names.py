"""Comparing names of places as people write them."""

import re
import unicodedata


def folded(name: str) -> str:
    """The name without case, accents and punctuation: `São Paulo` and `SAO PAULO` are one."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", letters))
