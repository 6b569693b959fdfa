"""How long 10,000 listings take to import, new and then unchanged."""

import json
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core.management import call_command

from benchmarks.figures import Figure, Kind, at_most
from benchmarks.site import Bench
from events.cities import all_cities

LISTINGS = 10_000
TARGET_SECONDS = 60.0
TYPES = ["MusicEvent", "SportsEvent", "TheaterEvent", "ComedyEvent", "ChildrensEvent", "Festival"]
GENRES = ["Jazz", "Rock", "Hip-hop", "Football", "Opera", "Improv", "Circus", "Folk"]


def run(bench: Bench) -> list[Figure]:
    """Seconds for both imports."""
    dice = random.Random(5)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "listings.jsonl"
        rows = (json.dumps(listing(number, dice)) for number in range(LISTINGS))
        path.write_text("\n".join(rows), encoding="utf-8")
        return [
            timed(path, f"import of {LISTINGS:,} new events"),
            timed(path, "import of the same again, unchanged"),
        ]


def listing(number: int, dice: random.Random) -> dict[str, object]:
    """A believable listing: one of 1,500 venues, one or two of 3,000 performers, three offers."""
    venue = number % 1500
    city = all_cities()[venue % len(all_cities())]
    start = datetime.now(UTC) + timedelta(days=dice.randint(2, 300), hours=dice.randint(0, 23))
    return {
        "@type": dice.choice(TYPES),
        "identifier": f"bench-{number}",
        "name": f"Evening number {number}",
        "description": "A long evening with friends, and then another one. " * 5,
        "startDate": start.replace(tzinfo=None).isoformat(timespec="minutes"),
        "location": {
            "@type": "Place",
            "name": f"Hall {venue}",
            "address": {
                "streetAddress": f"{venue} Long Street",
                "addressLocality": city.name,
                "addressRegion": city.region,
                "addressCountry": city.country,
            },
            "geo": {"latitude": city.latitude, "longitude": city.longitude},
        },
        "performer": [
            {"name": f"Band {dice.randint(0, 2999)}", "alternateName": [f"The {number % 100}s"]}
            for _ in range(dice.randint(1, 2))
        ],
        "genre": dice.choice(GENRES),
        "offers": [
            {"name": name, "price": price, "priceCurrency": "EUR", "inventoryLevel": 200}
            for name, price in (("Floor", "45.00"), ("Balcony", 60), ("VIP", "150.50"))
        ],
    }


def timed(path: Path, what: str) -> Figure:
    """Import the file, and how long that took."""
    began = time.monotonic()
    call_command("import_events", path)
    seconds = time.monotonic() - began
    return at_most(what, seconds, TARGET_SECONDS, Kind.ABSOLUTE, unit="s")
