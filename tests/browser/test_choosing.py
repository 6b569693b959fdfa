"""Choosing: standing places, best available, the list, and seats that go while one looks."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser import steps
from tests.browser.site import Site


def test_standing_places_are_counted_not_drawn(fan_page: Page, site: Site):
    steps.open_map(fan_page, site, "club")
    steps.section_in(fan_page, "Floor").click()
    places = fan_page.get_by_role("spinbutton", name=re.compile("^Floor"))
    expect(places).to_be_focused()
    for _ in range(3):
        fan_page.get_by_role("button", name="One more").click()
    expect(fan_page.locator("[data-sum]")).to_have_text("$81.00")
    fan_page.get_by_role("button", name="Hold seats").click()

    steps.reference_of(fan_page)
    expect(fan_page.locator(".lines tbody tr")).to_have_count(3)
    expect(fan_page.locator(".lines")).to_contain_text("Floor")


def test_the_best_seats_together_are_found(fan_page: Page, site: Site):
    fan_page.set_viewport_size(steps.PHONE)
    steps.open_map(fan_page, site, "theatre")
    expect(fan_page.get_by_role("button", name="Find seats")).to_be_in_viewport(ratio=1)
    fan_page.get_by_label("Find me").select_option("3")
    fan_page.get_by_label("Highest price per ticket").select_option("up to £49.00")
    fan_page.get_by_role("button", name="Find seats").click()
    fan_page.get_by_role("button", name="Hold seats").click()

    reference = steps.reference_of(fan_page)
    found = site.rows(
        "SELECT s.row, array_agg(s.position ORDER BY s.position), max(p.face_minor)"
        " FROM events_ticket t JOIN events_seat s ON s.id = t.seat_id"
        " JOIN events_pricelevel p ON p.id = t.price_level_id"
        " JOIN bookings_booking b ON b.id = t.booking_id WHERE b.reference = %s GROUP BY s.row",
        reference,
    )
    assert len(found) == 1
    [(_, places, face)] = found
    assert places == list(range(places[0], places[0] + 3))
    assert face <= 4400


def test_a_seat_is_chosen_by_keyboard_alone(page: Page, site: Site):
    steps.open_map(page, site, "theatre")
    steps.section_in(page, "Stalls Left").focus()
    page.keyboard.press("ArrowRight")
    expect(steps.section_in(page, "Stalls Centre")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-where]")).to_have_text("Stalls Centre")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("[data-count]")).to_have_text("1 ticket")
    page.keyboard.press("Escape")
    expect(page.locator("[data-where]")).to_have_text("All sections")
    centre = steps.section_in(page, "Stalls Centre")
    expect(centre).to_be_focused()
    expect(centre).to_have_accessible_name(re.compile(", 1 chosen by you$"))
    expect(page.locator(".map-badge:not(.is-out)")).to_have_text(["1"])


def test_the_map_has_its_place_before_it_is_drawn(page: Page, site: Site):
    asked: list[Route] = []
    page.route("**/seat-map/**", lambda route: asked.append(route))
    page.set_viewport_size(steps.PHONE)
    with page.expect_request("**/seat-map/**"):
        page.goto(f"/event/{site.events['theatre']}/seats")
    canvas = page.locator("[data-canvas]")
    place = canvas.bounding_box()

    asked[0].continue_()
    steps.wait_for_map(page)

    assert canvas.bounding_box() == place


def test_the_house_is_whole_before_the_first_answer_and_a_section_opens_with_it(
    page: Page, site: Site
):
    asked: list[Route] = []
    page.route("**/availability.json", lambda route: asked.append(route))
    page.goto(f"/event/{site.events['theatre']}/seats")
    expect(steps.section_in(page, "Stalls Centre")).to_have_accessible_name(
        re.compile(r": \d+ seats free, £")
    )
    expect(page.locator("[data-looking-up]")).to_be_visible()
    steps.section_in(page, "Stalls Centre").click()
    expect(page.locator("[data-where]")).to_have_text("All sections")

    asked[0].continue_()

    expect(page.locator("[data-where]")).to_have_text("Stalls Centre")
    expect(page.locator("[data-looking-up]")).to_have_count(0)


def top_of(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box
    return box["y"]


def foot_of(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box
    return box["y"] + box["height"]


def test_a_seat_is_chosen_by_finger_and_from_the_list(opened, site: Site):
    phone = opened(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    steps.open_map(phone, site, "hall")
    steps.expect_only_section(phone, "Stalls")
    expect(phone.get_by_role("button", name="Sections")).to_be_hidden()
    assert foot_of(phone, "svg.map") <= top_of(phone, ".seatmap-zoom")  # no seat under the tools
    steps.seat_in(phone, "H", 6).tap()
    expect(phone.locator("[data-count]")).to_have_text("1 ticket")
    phone.get_by_role("button", name="As a list").tap()
    listed = phone.locator(".seatmap-list")
    expect(listed.get_by_role("checkbox", name=re.compile("^Row H seat 6,"))).to_be_checked()
    listed.get_by_role("checkbox", name=re.compile("^Row H seat 7,")).check()
    expect(phone.locator("[data-count]")).to_have_text("2 tickets")


def test_the_map_says_when_a_chosen_seat_has_gone(page: Page, site: Site):
    steps.open_map(page, site, "room")
    steps.expect_only_section(page, "Stalls")
    for number in (3, 4):
        steps.seat_in(page, "A", number).click()
    expect(page.locator("[data-count]")).to_have_text("2 tickets")
    take(site, "room", row="A", number="4")

    expect(page.locator("[data-note]")).to_have_text(
        "Seat A 4 has just gone. Your other seat is still free."
    )
    expect(page.locator("[data-count]")).to_have_text("1 ticket")
    expect(steps.seat_in(page, "A", 4)).to_have_attribute("data-state", "taken")


def test_a_seat_lost_on_the_way_is_told_and_the_rest_can_be_held(
    fan_page: Page, site: Site, complaints: list[str]
):
    wanted = [ticket_at(site, "room", row="B", number=number) for number in ("5", "6")]
    fan_page.goto(
        f"/event/{site.events['room']}/hold?" + "&".join(f"ticket={one}" for one in wanted)
    )
    take(site, "room", row="B", number="6")
    fan_page.get_by_role("button", name="Hold seats").click()

    expect(fan_page.get_by_role("heading", level=1)).to_have_text("These are not held")
    expect(fan_page.get_by_role("alert")).to_contain_text("has just gone")
    complaints[:] = [one for one in complaints if "409 (Conflict)" not in one]
    fan_page.get_by_role("button", name="Hold Stalls, row B, seat 5").click()
    steps.reference_of(fan_page)
    expect(fan_page.get_by_role("heading", level=1)).to_have_text("Your ticket is held")


def test_an_event_not_yet_on_sale_says_when_and_sells_nothing(page: Page, site: Site):
    page.goto(f"/event/{site.events['coming']}")

    expect(page.locator(".sale-state")).to_contain_text(re.compile(r"\d{2}:\d{2}"))
    expect(page.get_by_role("link", name="Choose seats")).to_have_count(0)


def ticket_at(site: Site, event: str, *, row: str, number: str) -> int:
    """The ticket of that seat."""
    [(ticket,)] = site.rows(
        "SELECT t.id FROM events_ticket t JOIN events_seat s ON s.id = t.seat_id"
        " WHERE t.event_id = %s AND s.row = %s AND s.number = %s",
        site.events[event],
        row,
        number,
    )
    return int(ticket)


def take(site: Site, event: str, *, row: str, number: str) -> None:
    """Somebody else holds that seat, from a browser of their own."""
    session = site.sign_in(site.new_fan())
    address = f"{site.url}/event/{site.events[event]}/hold"
    ticket = ticket_at(site, event, row=row, number=number)
    shown = session.get(address, params={"ticket": ticket}, timeout=60)
    token = shown.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = session.post(address, {"csrfmiddlewaretoken": token, "ticket": ticket}, timeout=60)
    assert "/booking/" in answer.url
