"""How long 10,000 listings take to import: `python benchmarks/import_events.py`.

Makes its own database beside the configured one, imports twice (new, then unchanged) and drops
it. Prints each time with its target, and MET or MISS; exits 1 on a MISS.
"""

import json
import os
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ticketmaster.settings.test")
os.environ.setdefault("TEST_DB_NAME", "bench_import")
django.setup()

from events.cities import all_cities  # noqa: E402 - once the path and Django are set up

LISTINGS = 10_000
TARGET_SECONDS = 60.0
TYPES = ["MusicEvent", "SportsEvent", "TheaterEvent", "ComedyEvent", "ChildrensEvent", "Festival"]
GENRES = ["Jazz", "Rock", "Hip-hop", "Football", "Opera", "Improv", "Circus", "Folk"]


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


def timed(path: Path, what: str) -> bool:
    """Import the file, print how long it took, and say whether that is quick enough."""
    begun, cpu = time.monotonic(), time.process_time()
    call_command("import_events", path)
    seconds = time.monotonic() - begun
    cpu = time.process_time() - cpu
    met = seconds <= TARGET_SECONDS
    print(
        f"{what}: {seconds:.1f} s, of which {cpu:.1f} s this process computed; "
        f"target {TARGET_SECONDS:.0f} s: {'MET' if met else 'MISS'}"
    )
    return met


def main() -> int:
    """0 if every target is met."""
    dice = random.Random(5)
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "listings.jsonl"
            rows = (json.dumps(listing(number, dice)) for number in range(LISTINGS))
            path.write_text("\n".join(rows), encoding="utf-8")
            results = [
                timed(path, f"{LISTINGS:,} new events"),
                timed(path, "the same again, unchanged"),
            ]
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
