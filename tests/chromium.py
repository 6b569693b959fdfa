"""The Chromium of this machine, as the tests start it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# Under CI=true a machine without it fails these tests; elsewhere it leaves them out.
IS_LEFT_OUT = CHROMIUM is None and os.environ.get("CI") != "true"


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A browser until the block ends; an error says what to install where there is none."""
    assert CHROMIUM is not None, "there is no Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
