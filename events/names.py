"""Comparing names of places as people write them."""

import re
import unicodedata

# Letters that Unicode does not take apart.
LETTERS = str.maketrans(
    {
        "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t",
        "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss", "ŋ": "ng",
    }
)  # fmt: skip


def folded(name: str) -> str:
    """The name without case, accents and punctuation: `São Paulo` and `SAO PAULO` are one."""
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(LETTERS)
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", letters))
