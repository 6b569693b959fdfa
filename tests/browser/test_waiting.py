"""The waiting room's page with its script: figures that run on, and words that stay true."""

import json
import re
from typing import Any

import requests
from playwright.sync_api import Locator, Page, expect

from tests.browser.site import Site

POLLS = "**/api/v1/event/*/waiting-room"


def room(site: Site, event: str) -> str:
    return f"/event/{site.events[event]}/waiting-room"


def joined(page: Page, site: Site, event: str) -> Locator:
    """The box with the figure that matters, once the page has a place and its script runs."""
    page.goto(room(site, event))
    page.get_by_role("button", name="Join the line").click()
    expect(page.get_by_role("button", name="Leave the line")).to_be_visible()
    page.wait_for_load_state("domcontentloaded")  # modules have run: a clock may be moved
    return page.locator("[data-box]")


def answering(page: Page, **fields: Any) -> None:
    """From now on polls are answered with this."""
    waiting = {"state": "waiting", "place": 5, "ahead": 4, "retry_after": 1, "message": None}
    body = json.dumps({**waiting, "wait": {"min_s": None, "max_s": None}, **fields})
    page.unroute(POLLS)
    page.route(POLLS, lambda route: route.fulfill(body=body, content_type="application/json"))


def test_the_time_to_the_opening_runs_on_while_the_page_is_open(page: Page, site: Site):
    page.route(POLLS, lambda route: None)  # no answer comes
    page.clock.install()
    box = joined(page, site, "drawn")
    before = box.locator("[data-band]").inner_text()

    page.clock.fast_forward("05:00")

    minutes = int(before.removeprefix("Opens in ").removesuffix(" minutes"))
    five_later = re.compile(rf"Opens in ({minutes - 5}|{minutes - 6}) minutes")
    expect(box.locator("[data-band]")).to_have_text(five_later)


def test_who_waits_reads_that_tickets_run_out_without_a_new_page(page: Page, site: Site):
    requests.post(f"{site.url}/api/v1{room(site, 'queued')}", json={}, timeout=60)
    page.clock.install()
    box = joined(page, site, "queued")
    headline = page.get_by_role("heading", level=1)
    expect(headline).to_have_text("You are next")
    page.evaluate("window.stayed = true")

    answering(page, tickets_left=3, tickets_held=9, wait={"min_s": 130, "max_s": 400})
    page.clock.run_for(6_000)
    expect(box).to_contain_text("Between 2 and 7 minutes")
    expect(box).to_contain_text("3 tickets left: there may be none when it is your turn.")

    answering(page, tickets_left=0, tickets_held=1)
    page.clock.run_for(6_000)
    expect(headline).to_have_text("No tickets free right now")
    expect(page.get_by_text("1 ticket is held by people who are choosing or")).to_be_visible()
    expect(box).to_be_hidden()

    answering(page, tickets_left=0, tickets_held=0)
    page.clock.run_for(6_000)
    expect(headline).to_have_text("Sold out")

    answering(page, tickets_left=1, tickets_held=0)
    page.clock.run_for(6_000)
    expect(headline).to_have_text("You are in line")
    expect(box).to_have_text("1 ticket left: there may be none when it is your turn.")
    assert page.evaluate("window.stayed === true")
