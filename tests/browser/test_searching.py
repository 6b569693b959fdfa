"""Finding an event: suggestions by keys and finger, filters without reloads, no scripts."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.site import Site

OPTIONS = "[role=option]:visible"


def what(page: Page) -> Locator:
    return page.get_by_label("What")


def events(page: Page) -> Locator:
    return page.locator("#cards > li")


def stay(page: Page) -> Callable[[], bool]:
    """Whether the page is still the one that was loaded."""
    page.evaluate("window.stayed = true")
    return lambda: bool(page.evaluate("window.stayed === true"))


def test_suggestions_are_chosen_with_the_keyboard_alone(page: Page, site: Site):
    page.goto("/")
    what(page).press_sequentially("albion")
    option = page.locator(OPTIONS).first
    expect(option).to_contain_text("Albion Players")

    page.keyboard.press("ArrowDown")
    expect(what(page)).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
    page.keyboard.press("Escape")
    expect(page.locator(OPTIONS)).to_have_count(0)
    expect(what(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/performer/\d+$"))


def test_enter_without_a_choice_searches_for_the_words(page: Page, site: Site):
    page.goto("/")
    what(page).press_sequentially("lanterns")
    expect(page.locator(OPTIONS).first).to_be_visible()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/search\?.*term=lanterns"))
    expect(page.get_by_role("heading", level=1)).to_have_text("1 event")


def test_a_finger_chooses_a_suggestion_and_nothing_moves(
    opened: Callable[..., Page], site: Site
) -> None:
    page = opened(viewport=steps.PHONE, has_touch=True, is_mobile=True)
    page.goto("/")
    below = page.get_by_role("navigation", name="Kinds of events")
    place = below.bounding_box()
    what(page).fill("lanterns")
    option = page.locator(OPTIONS, has_text="Tin Lanterns").first
    expect(option).to_be_visible()

    assert below.bounding_box() == place
    option.tap()

    expect(page).to_have_url(re.compile(r"/(performer|event)/\d+$"))


def test_the_field_in_the_header_suggests_too(page: Page, site: Site):
    page.goto(f"/event/{site.events['club']}")
    page.get_by_label("Artist, team, show or place").press_sequentially("cellar")

    expect(page.locator(OPTIONS, has_text="Cellar Nine")).to_be_visible()


def test_a_filter_holds_at_once_and_its_address_can_be_shared(page: Page, site: Site):
    page.goto("/search")
    stayed = stay(page)
    page.get_by_label("Theatre").check()

    expect(page.get_by_role("heading", level=1)).to_have_text("1 event")
    expect(page).to_have_url(re.compile(r"/search\?type=theatre$"))
    expect(page.get_by_label("Theatre")).to_be_focused()
    assert stayed()

    page.reload()
    expect(page.get_by_label("Theatre")).to_be_checked()
    page.go_back()
    expect(page.get_by_label("Theatre")).not_to_be_checked()


def test_a_chip_takes_its_filter_away(page: Page, site: Site):
    page.goto("/search?type=theatre&price_to=500")
    stayed = stay(page)
    page.get_by_role("link", name="Without Theatre").click()

    expect(page).to_have_url(re.compile(r"/search\?price_to=500$"))
    expect(page.get_by_label("Theatre")).not_to_be_checked()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert stayed()


def test_what_cannot_be_is_said_in_place(page: Page, site: Site, complaints: list[str]):
    page.goto("/search")
    stayed = stay(page)
    page.locator("#price_to").fill("cheap")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("A sum such as 25")
    assert stayed()
    assert [one for one in complaints if "400" not in one] == []
    complaints.clear()


def test_more_events_come_below_and_the_first_of_them_has_the_focus(page: Page, site: Site):
    page.goto("/search?page_size=4")
    stayed = stay(page)
    page.get_by_role("link", name="More events").click()

    expect(events(page)).to_have_count(8)
    expect(events(page).nth(4).get_by_role("link")).to_be_focused()
    assert stayed()
    names = events(page).get_by_role("heading").all_inner_texts()
    assert len(set(names)) == 8


def test_the_order_changes_without_a_reload(page: Page, site: Site):
    page.goto("/search")
    stayed = stay(page)
    page.get_by_label("Sort by").select_option("Lowest price")

    expect(page).to_have_url(re.compile(r"/search\?sort=price$"))
    assert stayed()


def test_filters_are_a_sheet_on_phones(opened: Callable[..., Page], site: Site):
    page = opened(viewport=steps.PHONE)
    page.goto("/search")
    expect(page.get_by_label("Theatre")).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Theatre").check()
    expect(page.locator("[data-count]")).to_have_text("1 event")
    expect(page.get_by_label("Theatre")).to_be_visible()
    page.get_by_role("button", name="Show events").click()

    expect(page.get_by_label("Theatre")).to_be_hidden()
    expect(events(page)).to_have_count(1)


def test_near_me_sends_a_point_of_about_a_kilometre(opened: Callable[..., Page], site: Site):
    page = opened(
        geolocation={"latitude": 51.507351, "longitude": -0.127758}, permissions=["geolocation"]
    )
    page.goto("/search?type=concert")
    page.get_by_role("button", name="Near me").click()
    expect(page).to_have_url(re.compile("sort=distance"))

    asked = parse_qs(urlsplit(page.url).query)
    assert asked["location"] == ["51.51,-0.13"]
    assert asked["type"] == ["concert"]


def test_who_shares_no_position_is_told_what_else_to_do(opened: Callable[..., Page], site: Site):
    page = opened(permissions=[])
    page.goto("/")
    page.get_by_role("button", name="Popular near me").click()

    expect(page.locator("[data-near-words]")).to_contain_text("Type a city instead")


@pytest.mark.parametrize("viewport", [steps.PHONE, {"width": 1280, "height": 900}])
def test_without_scripts_the_page_is_one_form(
    opened: Callable[..., Page], site: Site, viewport: dict[str, int]
):
    page = opened(viewport=viewport, java_script_enabled=False)
    page.goto("/search")
    expect(page.get_by_role("button", name="Near me")).to_be_hidden()
    what(page).fill("evening")
    if viewport == steps.PHONE:
        page.get_by_role("button", name="Filters").click()
    page.locator("#type-concert").check()
    page.get_by_role("button", name="Show events").click()

    expect(page).to_have_url(re.compile(r"term=evening.*type=concert"))
    expect(page.locator("#type-concert")).to_be_checked()
    expect(page.locator("#cards mark").first).to_be_attached()
