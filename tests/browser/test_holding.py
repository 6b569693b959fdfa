"""A hold on its page: time left, more time, giving back, and the end."""

import re

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.site import Site


def booking_of(site: Site, reference: str) -> tuple[str, int]:
    """Its status and how many tickets name it."""
    [row] = site.rows(
        "SELECT b.status, (SELECT count(*) FROM events_ticket t WHERE t.booking_id = b.id)"
        " FROM bookings_booking b WHERE b.reference = %s",
        reference,
    )
    return str(row[0]), int(row[1])


def test_seats_are_given_back_by_a_button(fan_page: Page, site: Site):
    reference = steps.hold(fan_page, site, "hall")
    assert booking_of(site, reference) == ("reserved", 2)
    fan_page.get_by_role("button", name="Give seats back").click()

    expect(fan_page.get_by_role("heading", level=1)).to_have_text("You gave these seats back")
    assert booking_of(site, reference) == ("cancelled", 0)


def test_more_time_is_given_once(fan_page: Page, site: Site):
    steps.hold(fan_page, site, "hall", 1)
    expect(fan_page.get_by_role("timer")).to_have_text(re.compile(r"^(10:00|9:\d\d) left$"))
    fan_page.get_by_role("button", name="More time").click()

    expect(fan_page.get_by_role("timer")).to_have_text(re.compile(r"^(15:00|14:\d\d) left$"))
    expect(fan_page.get_by_role("button", name="More time")).to_have_count(0)


def test_the_page_warns_and_says_when_the_time_is_over(fan_page: Page, site: Site):
    reference = steps.hold(fan_page, site, "short", 1)
    end = (
        "UPDATE bookings_booking SET expires_at = now() + %s * interval '1 second'"
        " WHERE reference = %s"
    )
    site.rows(end, 110, reference)
    fan_page.clock.install()
    fan_page.reload()
    expect(fan_page.get_by_role("timer")).to_have_attribute("data-urgent", "true")
    site.rows(end, -1, reference)
    fan_page.clock.fast_forward("01:50")

    expect(fan_page.get_by_role("heading", level=1)).to_have_text("The time to pay is over")
    expect(fan_page.get_by_role("link", name="Choose seats again")).to_be_visible()
