"""The drand beacon (quicknet): a public random number every three seconds that nobody can foresee.

https://docs.drand.love: a round's number follows from its time, so that the round of a draw can be
named before anybody joins, and everybody looks it up afterwards.
"""

import json
import logging
import math
import re
from datetime import datetime
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings

logger = logging.getLogger(__name__)

CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
GENESIS_S = 1_692_803_367
PERIOD_S = 3
AFTER_OPENING_S = 10  # the list is sealed well before the round is made
RANDOMNESS = re.compile(r"[0-9a-f]{64}")


def round_for(opens_at: datetime) -> int:
    """The first round that is made ten seconds or more after the opening."""
    seconds = opens_at.timestamp() + AFTER_OPENING_S - GENESIS_S
    return math.ceil(seconds / PERIOD_S) + 1


def name_of(opens_at: datetime) -> str:
    """What the public is told beforehand."""
    return f"drand quicknet, round {round_for(opens_at)}"


def fetch(round_number: int) -> str | None:
    """The round's randomness as 64 hexadecimal digits; None while it cannot be had."""
    address = f"{settings.DRAND_URL}/{CHAIN}/public/{round_number}"
    try:
        with urlopen(address, timeout=3) as answer:
            found = json.loads(answer.read(10_000))
    except (URLError, TimeoutError, ValueError) as error:
        logger.warning("waiting room: drand round %s: %s", round_number, error)
        return None
    value = found.get("randomness", "") if isinstance(found, dict) else ""
    if found.get("round") != round_number or not RANDOMNESS.fullmatch(str(value)):
        return None
    return str(value)
