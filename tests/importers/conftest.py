"""Ways to write a listing and import it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from events.models import Event

DATA = Path(__file__).parent / "data"
FILES = Path(__file__).parent / "files"
# With this begin the source keys of the season in FILES.
KEY = "fixtures:regionalliga-probe-202425:"

Listing = dict[str, Any]
Import = Callable[..., str]


def listing(**changed: Any) -> Listing:
    """A listing without a fault: 50 places at 20 USD in Boston; fields may be replaced."""
    return {
        "@type": "MusicEvent",
        "identifier": "show-1",
        "name": "The Show",
        "startDate": "2031-06-01T20:00",
        "location": {
            "name": "Long Hall",
            "address": {
                "addressLocality": "Boston",
                "addressRegion": "MA",
                "addressCountry": "US",
            },
        },
        "performer": "The Band",
        "genre": "Jazz",
        "offers": offer(),
        **changed,
    }


def offer(**changed: Any) -> dict[str, Any]:
    """An offer of 50 places at 20 USD."""
    return {
        "name": "Floor",
        "price": 20,
        "priceCurrency": "USD",
        "inventoryLevel": 50,
        **changed,
    }


def the_event() -> Event:
    """The event of `listing()`."""
    return Event.objects.get(source_key="show-1")


def counts(report: str) -> str:
    """The line of a report that says how many rows were created, updated and so on."""
    return report.splitlines()[0]


@pytest.fixture
def run_import(tmp_path: Path, capsys: pytest.CaptureFixture[str], db: None) -> Import:
    """Import these listings from a JSON array and get the printed report."""

    def run(*listings: Any, **options: Any) -> str:
        path = tmp_path / "listings.json"
        path.write_text(json.dumps(list(listings)), encoding="utf-8")
        return import_file(path, capsys, **options)

    return run


def import_file(path: Path, capsys: pytest.CaptureFixture[str], **options: Any) -> str:
    """Run the command on a file; what it printed."""
    call_command("import_events", path, **options)
    return capsys.readouterr().out


def run(capsys: pytest.CaptureFixture[str], *arguments: Any, **options: Any) -> str:
    """Run import_fixtures on these files, or on FILES; what it printed."""
    call_command("import_fixtures", *map(str, arguments or [FILES]), **options)
    return capsys.readouterr().out
