"""What a fan does on the pages, step by step."""

import re

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.site import Site
from tests.factories import PASSWORD

VISA = "4242424242424242"
DECLINED = "4000000000009995"
THREE_D_SECURE = "4000002760003184"
CARD_FRAME = 'iframe[name="stripe-payment-element"]'
BANK_FRAME = 'iframe[name="stripe-challenge"]'
PHONE = {"width": 390, "height": 844}
BOOKING_URL = re.compile(r"/booking/[\w-]{22,}$")


def find_by_search(page: Page, name: str) -> None:
    """From the home page, by the search line, to the event's page."""
    page.goto("/")
    page.get_by_label("What").fill(name)
    page.get_by_role("search").get_by_role("button", name="Search").click()
    page.get_by_role("main").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def open_map(page: Page, site: Site, event: str) -> None:
    """The seats page, once its map stands and knows what is free."""
    page.goto(f"/event/{site.events[event]}/seats")
    wait_for_map(page)


def wait_for_map(page: Page) -> None:
    """Until sections can be told apart by what is free in them."""
    expect(page.locator("[data-seatmap]")).to_have_attribute("data-ready", "true")
    expect(page.locator('.map-section[data-share]:not([data-share="0"])').first).to_be_visible()
    expect(page.locator("[data-looking-up]")).to_have_count(0)


def open_section(page: Page, name: str) -> None:
    """Click a section in the drawing."""
    section_in(page, name).click()
    expect(page.locator("[data-where]")).to_have_text(name)


def expect_only_section(page: Page, name: str) -> None:
    """A house of one section shows its seats at once."""
    expect(page.locator("[data-where]")).to_have_text(name)


def section_in(page: Page, name: str) -> Locator:
    """A section's shape in the drawing."""
    return page.get_by_role("button", name=re.compile(f"^(Section )?{name}: "))


def seat_in(page: Page, row: str, number: int) -> Locator:
    """A seat of the open section in the drawing."""
    return page.get_by_role("checkbox", name=re.compile(f"^Row {row} seat {number}, "))


def sign_up(page: Page, email: str) -> None:
    """Make an account from the sign-in page that the site showed."""
    page.get_by_role("link", name="Make an account").click()
    page.locator("[name=email]").fill(email)
    page.locator("[name=password1]").fill("correct-horse-battery")
    page.get_by_role("button", name="Make an account").click()


def sign_in_here(page: Page, email: str) -> None:
    """Fill the sign-in page that the site showed."""
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def hold(page: Page, site: Site, event: str, count: int = 2) -> str:
    """Hold the event's first free tickets and return the booking's reference."""
    chosen = "&".join(f"ticket={ticket}" for ticket in site.free_tickets(event, count))
    page.goto(f"/event/{site.events[event]}/hold?{chosen}")
    page.get_by_role("button", name="Hold seats").click()
    return reference_of(page)


def reference_of(page: Page) -> str:
    """The booking whose page this is."""
    expect(page).to_have_url(BOOKING_URL)
    return page.url.rsplit("/", 1)[1]


def fill_card(page: Page, number: str = VISA) -> None:
    """Fill the Payment Element."""
    expect(page.locator("[data-checkout]")).to_have_attribute("data-ready", "true")
    form = page.frame_locator(CARD_FRAME)
    form.get_by_label("Card number").fill(number)
    form.get_by_label("Expiration date").fill("1240")
    form.get_by_label("Security code").fill("123")


def pay_button(page: Page) -> Locator:
    """The one button with the amount on it."""
    return page.locator("[data-pay]")


def bank(page: Page) -> FrameLocator:
    """The bank's question, in a layer over the page."""
    return page.frame_locator(BANK_FRAME)


def expect_tickets(page: Page, count: int) -> list[str]:
    """The tickets stand on the page, each with its QR code; their codes."""
    expect(page.get_by_role("heading", level=1)).to_have_text(
        f"You have {count} ticket{'' if count == 1 else 's'}"
    )
    expect(page.locator(".ticket-stub svg")).to_have_count(count)
    return page.locator(".ticket-code").all_inner_texts()
