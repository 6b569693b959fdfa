"""For everybody: axe finds nothing serious, keys reach all, thumbs hit, nothing sticks out."""

from collections.abc import Callable
from importlib.resources import files

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.site import Site

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
AXE_RUN = """
async () => (await axe.run(document, { resultTypes: ["violations"], iframes: false }))
  .violations.filter(({ impact }) => impact === "serious" || impact === "critical")
  .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)
"""
# WCAG 2.2, 2.5.8: 24 by 24 pixels, or so much room that a circle of 24 pixels around a smaller one
# meets no other. Links within a sentence are excepted, and what lies behind an open sheet, where a
# touch only closes it.
CROWDED_TARGETS = """
() => {
  const page = document.querySelector(":popover-open") ?? document;
  const all = [...page.querySelectorAll("a[href], button, input, select, summary")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.type !== "hidden")
    .filter((one) => !one.closest(".visually-hidden, .skip, p, dd, address, caption"))
    .map((one) => ({ one, box: (one.closest("label") ?? one).getBoundingClientRect() }))
    .filter(({ box }) => box.width);
  const beside = ({ box }, x, y) => Math.hypot(
    Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom)) < 12;
  const crowded = (small) => {
    const [x, y] = [small.box.left + small.box.width / 2, small.box.top + small.box.height / 2];
    return all.some((other) => other !== small && beside(other, x, y));
  };
  return all.filter(({ box }) => box.width < 24 || box.height < 24).filter(crowded)
    .map(({ one, box }) => `${one.outerHTML.slice(0, 90)} ${box.width} by ${box.height}`);
}
"""
STICKING_OUT = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

Opening = Callable[[Page, Site], object]


def at(path: str) -> Opening:
    """Open an address; {names} in it are ids of the site's events."""
    return lambda page, site: page.goto(path.format(**site.events))


def seats(page: Page, site: Site) -> None:
    steps.open_map(page, site, "theatre")
    steps.section_in(page, "Circle Centre").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    expect(page.locator("[data-count]")).to_have_text("1 ticket")


def review(page: Page, site: Site) -> None:
    [ticket] = site.free_tickets("hall", 1)
    page.goto(f"/event/{site.events['hall']}/hold?ticket={ticket}")


def checkout(page: Page, site: Site) -> None:
    steps.hold(page, site, "hall")
    expect(page.locator("[data-checkout]")).to_have_attribute("data-ready", "true")


def confirmed(page: Page, site: Site) -> None:
    checkout(page, site)
    steps.fill_card(page)
    steps.pay_button(page).click()
    steps.expect_tickets(page, 2)


def mine(page: Page, site: Site) -> None:
    confirmed(page, site)
    page.goto("/bookings")


def in_line(page: Page, site: Site) -> None:
    page.goto(f"/event/{site.events['drawn']}/waiting-room")
    page.get_by_role("button", name="Join the line").click()
    expect(page.get_by_role("button", name="Leave the line")).to_be_visible()


def suggestions(page: Page, site: Site) -> None:
    page.goto("/")
    page.get_by_label("What").press_sequentially("evening")
    expect(page.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")


def sheet(page: Page, site: Site) -> None:
    page.set_viewport_size(steps.PHONE)
    page.goto("/search?type=concert&price_to=500")
    page.get_by_role("button", name="Filters").click()
    expect(page.get_by_role("button", name="Show events")).to_be_visible()


def linked(name: str) -> Opening:
    """Open the page of the theatre evening's performer, venue or city through its links."""

    def open_page(page: Page, site: Site) -> None:
        page.goto(f"/event/{site.events['theatre']}")
        page.locator(f'main a[href^="/{"venue" if name == "city" else name}/"]').first.click()
        if name == "city":
            page.locator('.crumbs a[href^="/city/"]').click()
        expect(page.get_by_role("navigation", name="Where you are")).to_be_visible()

    return open_page


PAGES: dict[str, Opening] = {
    "home": at("/"),
    "suggestions": suggestions,
    "search": at("/search?term=evening"),
    "filters": at("/search?term=evening&type=concert&price_to=500"),
    "filters on a phone": sheet,
    "near a point": at("/search?location=51.51,-0.13&sort=distance"),
    "performer": linked("performer"),
    "venue": linked("venue"),
    "city": linked("city"),
    "category": at("/category/theatre"),
    "nothing found": at("/search?term=zzzz"),
    "event": at("/event/{theatre}"),
    "event not on sale": at("/event/{coming}"),
    "map of sections": lambda page, site: steps.open_map(page, site, "theatre"),
    "seats": seats,
    "standing": lambda page, site: steps.open_map(page, site, "club"),
    "hold": review,
    "checkout": checkout,
    "confirmed": confirmed,
    "my bookings": mine,
    "waiting room": at("/event/{drawn}/waiting-room"),
    "in line": in_line,
    "the draw": at("/event/{drawn}/waiting-room/draw"),
    "long name": at("/event/{long}"),
    "German name": at("/event/{german}"),
    "Arabic name": at("/event/{arabic}"),
    "no price": at("/event/{priceless}"),
}
ACCOUNT_PAGES: dict[str, Opening] = {
    "sign in": at("/accounts/login/"),
    "sign up": at("/accounts/signup/"),
    "forgotten password": at("/accounts/password/reset/"),
}


def assert_good_for_all(page: Page, name: str) -> None:
    """axe in both themes, and what a phone needs."""
    page.evaluate(AXE)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert page.evaluate(AXE_RUN) == [], f"{name}, {theme}"
    page.set_viewport_size(steps.PHONE)
    assert page.evaluate(STICKING_OUT) == 0, name
    assert page.evaluate(CROWDED_TARGETS) == [], name


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_good_for_all(name: str, fan_page: Page, site: Site):
    PAGES[name](fan_page, site)

    assert_good_for_all(fan_page, name)


def test_a_page_that_is_not_there_is_good_for_all(page: Page, site: Site, complaints: list[str]):
    page.goto("/category/nothing")
    expect(page.get_by_label("What")).to_be_visible()

    assert_good_for_all(page, "no such page")
    assert [one for one in complaints if "404" not in one] == []
    complaints.clear()


@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_an_account_page_is_good_for_all(name: str, page: Page, site: Site):
    ACCOUNT_PAGES[name](page, site)

    assert_good_for_all(page, name)


NAME_OF_FOCUSED = """
() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  return one.ariaLabel || one.labels?.[0]?.innerText || one.innerText || one.title || one.tagName;
}
"""


def reached_by_tab(page: Page, most: int = 60) -> list[str]:
    """The names of what the tab key goes through, from the page's start to its end."""
    page.evaluate("document.activeElement?.blur()")
    names: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        name = page.evaluate(NAME_OF_FOCUSED)
        if name is None:
            break
        names.append(" ".join(name.split()))
    return names


def test_the_tab_key_goes_through_the_seats_page_in_order(page: Page, site: Site):
    steps.open_map(page, site, "theatre")
    page.goto(f"{page.url}?ticket={site.free_tickets('theatre', 1)[0]}")
    steps.wait_for_map(page)
    expect(page.locator("[data-count]")).to_have_text("1 ticket")
    names = reached_by_tab(page)

    wanted = ("Skip to the page", "Stalls", "Find me", "Find seats", "As a list", "Row ")
    places = [next(i for i, name in enumerate(names) if name.startswith(one)) for one in wanted]
    assert places == sorted(places)
    assert names[-2].startswith("Give back Row ")
    assert names[-1] == "Hold seats"


def test_the_tab_key_goes_through_the_checkout_and_the_card_form(fan_page: Page, site: Site):
    steps.hold(fan_page, site, "hall", 1)
    expect(fan_page.locator("[data-checkout]")).to_have_attribute("data-ready", "true")
    names = reached_by_tab(fan_page)

    assert names[:2] == ["Skip to the page", "More time"]
    assert names[-2:] == ["Pay $45.00", "Give seats back"]
    assert "Secure payment input frame" in names
