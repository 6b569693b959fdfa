"""The whole purchase, from the home page to the code at the door, with scripts and without."""

import re
import time

from playwright.sync_api import Page, expect

from bookings.qr import qr_svg
from tests.browser import steps
from tests.browser.site import Site


def codes_of(site: Site, reference: str) -> list[str]:
    """The admission codes of a booking, in the order in which its page shows them."""
    query = """
        SELECT admission.code FROM bookings_admission admission
        JOIN bookings_bookingline line ON line.id = admission.line_id
        JOIN bookings_booking booking ON booking.id = line.booking_id
        WHERE booking.reference = %s AND booking.status = 'confirmed' ORDER BY line.id
    """
    return [code for (code,) in site.rows(query, reference)]


def expect_mail_with_tickets(site: Site, address: str) -> None:
    """The mail with the tickets lands within some seconds."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if any("Content-Type: application/pdf" in mail for mail in site.mails_to(address)):
            return
        time.sleep(0.2)
    raise AssertionError(f"no mail with tickets for {address}: {site.logs()}")


def choose_two_side_by_side(page: Page) -> None:
    """Seats 7 by mouse and 8 by keyboard, in row D of the stalls."""
    steps.open_section(page, "Stalls Centre")
    steps.seat_in(page, "D", 7).click()
    expect(steps.seat_in(page, "D", 7)).to_be_checked()
    page.keyboard.press("ArrowRight")
    expect(steps.seat_in(page, "D", 8)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("[data-count]")).to_have_text("2 tickets")
    expect(page.locator("[data-sum]")).to_have_text("£126.00")


def expect_two_tickets(page: Page) -> list[str]:
    """Their codes, each shown as text and as QR, and to be saved as a PDF."""
    shown = steps.expect_tickets(page, 2)
    for stub, code in zip(page.locator(".ticket-stub svg").all(), shown, strict=True):
        assert stub.locator("path").last.get_attribute("d") in qr_svg(code)
    for link in page.get_by_role("link", name="Save as PDF").all():
        answer = page.request.get(link.get_attribute("href") or "")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.body().startswith(b"%PDF-")
    return shown


def test_a_fan_finds_an_event_chooses_signs_up_pays_and_has_tickets(page: Page, site: Site):
    address = "newcomer@example.org"
    steps.find_by_search(page, "The Winter’s Tale")
    page.get_by_role("link", name="Choose seats").first.click()
    steps.wait_for_map(page)
    choose_two_side_by_side(page)
    page.get_by_role("button", name="Hold seats").click()

    steps.sign_up(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hold these seats?")
    expect(page.locator(".lines")).to_contain_text("row D, seat 7")
    page.get_by_role("button", name="Hold seats").click()

    reference = steps.reference_of(page)
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(10:00|9:\d\d) left$"))
    steps.fill_card(page)
    expect(steps.pay_button(page)).to_have_text("Pay £126.00")
    steps.pay_button(page).click()

    assert expect_two_tickets(page) == codes_of(site, reference)
    assert site.charges(reference) == [12600]

    page.get_by_role("navigation").get_by_role("link", name="My bookings").click()
    row = page.locator(".booking-row")
    expect(row.get_by_role("link", name="The Winter’s Tale")).to_be_visible()
    expect(row).to_contain_text("£126.00")
    expect_mail_with_tickets(site, address)


def test_the_same_without_scripts_on_stripes_own_page(opened, site: Site, fan: str):
    page = opened(java_script_enabled=False)
    steps.find_by_search(page, "The Winter’s Tale")
    page.get_by_role("link", name="Choose seats").first.click()
    page.get_by_role("navigation", name="Sections").get_by_text("Circle Centre").click()
    for seat in ("Row B seat 3", "Row B seat 4"):
        page.get_by_role("checkbox", name=re.compile(f"^{seat}\\b")).check()
    page.get_by_role("button", name="Hold seats").click()

    steps.sign_in_here(page, fan)
    expect(page.locator(".lines")).to_contain_text("£98.00")
    page.get_by_role("button", name="Hold seats").click()

    reference = steps.reference_of(page)
    page.get_by_role("button", name="Pay £98.00").click()
    page.get_by_label("Card number").fill(steps.VISA)
    page.get_by_label("Expiry").fill("12 / 40")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Pay £98.00").click()

    shown = steps.expect_tickets(page, 2)
    assert shown == codes_of(site, reference)
    assert site.charges(reference) == [9800]


def test_the_home_page_leads_to_an_event_by_its_card(page: Page, site: Site):
    page.goto("/")
    page.get_by_role("link", name="Tin Lanterns").first.click()

    expect(page).to_have_url(f"{site.url}/event/{site.events['club']}")
