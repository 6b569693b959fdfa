"""Giving one of two tickets back, by mouse and in two steps, on a wide screen and a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.site import Site

SIZES = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.mark.parametrize("size", SIZES)
def test_a_fan_gives_one_ticket_back_and_keeps_the_other(
    fan_page: Page, site: Site, size: str
) -> None:
    fan_page.set_viewport_size(SIZES[size])
    reference = steps.hold(fan_page, site, "hall")
    steps.fill_card(fan_page)
    steps.pay_button(fan_page).click()
    steps.expect_tickets(fan_page, 2)

    fan_page.get_by_role("link", name="Give tickets back").click()
    fan_page.get_by_role("checkbox").first.check()
    fan_page.get_by_role("button", name="See what comes back").click()
    expect(fan_page.get_by_role("heading", level=1)).to_have_text("Give this ticket back?")
    expect(fan_page.get_by_role("row", name="Back to your card")).to_contain_text("$45.00")
    assert _fits(fan_page)
    fan_page.get_by_role("button", name="Give back for $45.00").click()

    steps.expect_tickets(fan_page, 1)
    expect(fan_page.get_by_text("$45.00 for 1 ticket")).to_be_visible()
    assert _fits(fan_page)
    assert site.rows(
        "SELECT r.status, r.amount_minor, b.status FROM payments_refund r"
        " JOIN payments_paymentattempt a ON a.id = r.attempt_id"
        " JOIN bookings_booking b ON b.id = a.booking_id WHERE b.reference = %s",
        reference,
    ) == [("succeeded", 4500, "confirmed")]


def _fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
