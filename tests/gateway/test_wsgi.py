"""What the production server loads is loaded once, and collected never again."""

import json
import subprocess
import sys

TOLD = """
import gc, json, sys
import ticketmaster.wsgi
has_views = "bookings.api.views" in sys.modules
print(json.dumps([gc.get_freeze_count(), len(gc.get_objects()), has_views]))
"""


def test_a_web_process_has_its_views_loaded_and_leaves_them_to_no_collection() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TOLD], capture_output=True, check=True, timeout=120
    )
    frozen, collected, has_views = json.loads(done.stdout.splitlines()[-1])

    assert has_views
    assert frozen > 50_000
    assert collected < frozen / 10
