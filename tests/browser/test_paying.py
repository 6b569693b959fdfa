"""Paying on the page: refused cards, the bank's question, impatient fingers."""

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.site import Site

REFUSED = "402 (Payment Required)"


def forget(complaints: list[str], words: str) -> int:
    """Take what a test expects out of the console's complaints; how many there were."""
    expected = [one for one in complaints if words in one]
    complaints[:] = [one for one in complaints if words not in one]
    return len(expected)


def status_of(site: Site, reference: str) -> str:
    [(status,)] = site.rows("SELECT status FROM bookings_booking WHERE reference = %s", reference)
    return str(status)


def test_a_declined_card_is_told_and_another_one_pays(
    fan_page: Page, site: Site, complaints: list[str]
):
    reference = steps.hold(fan_page, site, "hall")
    steps.fill_card(fan_page, steps.DECLINED)
    steps.pay_button(fan_page).click()

    message = fan_page.locator("[data-message]")
    expect(message).to_contain_text("insufficient funds")
    expect(message).to_contain_text("your seats are still held")
    assert status_of(site, reference) == "reserved"
    assert forget(complaints, REFUSED) == 1

    steps.fill_card(fan_page)
    steps.pay_button(fan_page).click()
    steps.expect_tickets(fan_page, 2)
    assert site.charges(reference) == [9000]


def test_a_mistyped_number_is_told_before_anything_is_sent(fan_page: Page, site: Site):
    reference = steps.hold(fan_page, site, "hall", 1)
    steps.fill_card(fan_page, "4242424242424241")
    steps.pay_button(fan_page).click()

    expect(fan_page.locator("[data-message]")).to_have_text("Your card number is invalid.")
    expect(steps.pay_button(fan_page)).to_be_enabled()
    assert site.rows(
        "SELECT count(*) FROM payments_paymentattempt a JOIN bookings_booking b"
        " ON b.id = a.booking_id WHERE b.reference = %s",
        reference,
    ) == [(0,)]


def test_the_banks_question_is_asked_over_the_page(fan_page: Page, site: Site):
    reference = steps.hold(fan_page, site, "hall")
    steps.fill_card(fan_page, steps.THREE_D_SECURE)
    steps.pay_button(fan_page).click()
    steps.bank(fan_page).get_by_role("button", name="Complete authentication").click()

    steps.expect_tickets(fan_page, 2)
    assert site.charges(reference) == [9000]


def test_after_a_failed_answer_to_the_bank_another_card_pays(
    fan_page: Page, site: Site, complaints: list[str]
):
    reference = steps.hold(fan_page, site, "hall")
    steps.fill_card(fan_page, steps.THREE_D_SECURE)
    steps.pay_button(fan_page).click()
    steps.bank(fan_page).get_by_role("button", name="Fail authentication").click()

    expect(fan_page.locator("[data-message]")).to_contain_text("your seats are still held")
    assert status_of(site, reference) == "reserved"
    assert forget(complaints, REFUSED) == 1

    steps.fill_card(fan_page)
    steps.pay_button(fan_page).click()
    steps.expect_tickets(fan_page, 2)
    assert site.charges(reference) == [9000]


def test_a_double_click_on_pay_charges_once(fan_page: Page, site: Site):
    reference = steps.hold(fan_page, site, "hall")
    steps.fill_card(fan_page)
    steps.pay_button(fan_page).dblclick()

    steps.expect_tickets(fan_page, 2)
    assert site.charges(reference) == [9000]


def test_two_windows_that_pay_at_once_charge_once(
    fan_page: Page, site: Site, complaints: list[str]
):
    reference = steps.hold(fan_page, site, "hall")
    other = fan_page.context.new_page()
    other.goto(f"/booking/{reference}")
    for window in (fan_page, other):
        steps.fill_card(window)
    for window in (fan_page, other):
        steps.pay_button(window).dispatch_event("click")

    steps.expect_tickets(fan_page, 2)
    assert site.charges(reference) == [9000]
    forget(complaints, "409 (Conflict)")


def test_a_card_form_that_does_not_load_leads_to_stripes_own_page(
    fan_page: Page, site: Site, complaints: list[str]
):
    fan_page.route(f"{site.sandbox.url}/v3/**", lambda route: route.abort())
    reference = steps.hold(fan_page, site, "hall", 1)
    expect(fan_page.locator("[data-message]")).to_contain_text("to Stripe’s own page")
    assert forget(complaints, "ERR_FAILED") == 1
    fan_page.get_by_role("button", name="Pay $45.00").click()
    fan_page.get_by_label("Card number").fill(steps.VISA)
    fan_page.get_by_label("Expiry").fill("12 / 40")
    fan_page.get_by_label("Security code").fill("123")
    fan_page.get_by_role("button", name="Pay $45.00").click()

    steps.expect_tickets(fan_page, 1)
    assert site.charges(reference) == [4500]
