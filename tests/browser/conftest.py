"""Chromium before a running site. Each page it opens must keep console and policy clean."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
)

from tests.browser.site import Site, worker_id
from tests.chromium import IS_LEFT_OUT, running_chromium

TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`));
"""
# A machine with two cores runs the site, its worker and the browser; none of them waits this long.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)

if IS_LEFT_OUT:
    collect_ignore_glob = ["test_*.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it where these tests were left out."""
    if IS_LEFT_OUT:
        terminalreporter.write_line("tests/browser: left out, there is no Chromium on this machine")


@pytest.fixture(autouse=True)
def clean_redis_keys() -> None:
    """These tests use no Redis key of the suite's: the site has a Redis database of its own."""


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all of these tests: each buys as a fan of its own."""
    running = Site(tmp_path_factory.mktemp("site"), worker_id())
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser, closed before other tests use Django's ORM: its loop runs in this thread."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def complaints(site: Site) -> Iterator[list[str]]:
    """What consoles said. A test takes out what it expects; anything left fails it."""
    heard: list[str] = []
    yield heard
    assert heard == []


@pytest.fixture
def opened(chromium: Browser, site: Site, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens a page in a browser of its own: `opened(fan=address, **Playwright's options)`."""
    contexts: list[BrowserContext] = []

    def open_page(*, fan: str = "", **options: Any) -> Page:
        options = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | options
        context = chromium.new_context(base_url=site.url, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        listen(context, complaints, but=f"{site.sandbox.url}/favicon.ico")
        if fan:
            sign_in(context, site, fan)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(opened: Callable[..., Page]) -> Page:
    """A wide window of somebody who is not signed in."""
    return opened()


@pytest.fixture
def fan(site: Site) -> str:
    """The address of somebody with an account and no bookings."""
    return site.new_fan()


@pytest.fixture
def fan_page(opened: Callable[..., Page], fan: str) -> Page:
    """A wide window in which `fan` is signed in."""
    return opened(fan=fan)


def listen(context: BrowserContext, complaints: list[str], *, but: str) -> None:
    """Write down errors and warnings of all pages of this context, policy violations among them;
    `but` is an address that may be missing: the sandbox's pages have no icon."""

    def heard(message: ConsoleMessage) -> None:
        address = message.location.get("url")
        if message.type in ("error", "warning") and address != but:
            complaints.append(f"{message.text} ({address})")

    context.on("console", heard)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.add_init_script(TELL_VIOLATIONS)


def sign_in(context: BrowserContext, site: Site, fan: str) -> None:
    """Give the context the session of that fan."""
    session = site.sign_in(fan)
    context.add_cookies(
        [
            {"name": name, "value": value, "url": site.url}
            for name, value in session.cookies.get_dict().items()
        ]
    )
