"""Public pages: the same bytes for everybody, with validators, and nothing personal."""

import gzip

import pytest
from django.test import Client

from search.rows import write_search_rows
from tests.factories import EventFactory, on_sale_event

PAGES = [
    "/",
    "/event/{event}",
    "/event/{event}/seats",
    "/event/{event}/seats?section={section}",
    "/event/{event}/availability.json",
    "/performer/{performer}",
    "/venue/{venue}",
    "/city/gb/london",
    "/category/concert",
    "/category/rock",
    "/search",
    "/search?term=evening",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap-events-1.xml",
]


@pytest.fixture
def addresses(db) -> dict[str, int]:
    """An event on sale with all that leads from it."""
    event = on_sale_event(name="Evening of songs")
    write_search_rows([event.pk])
    return {
        "event": event.pk,
        "performer": event.billing.get().performer_id,
        "venue": event.venue_id,
        "section": event.tickets.first().section_id,
    }


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_the_same_for_everybody(addresses, fan_client, page):
    address = page.format(**addresses)
    stranger = Client().get(address)
    fan_client.get("/me")  # leaves a CSRF cookie

    known = fan_client.get(address, headers={"Accept-Language": "de"})

    assert stranger.status_code == 200
    assert known.content == stranger.content
    for answer in (stranger, known):
        assert not answer.cookies
        assert "cookie" not in answer.headers.get("Vary", "").lower()
        assert "accept-language" not in answer.headers.get("Vary", "").lower()
        assert answer.headers["Cache-Control"].startswith("public, ")
        assert "csrf" not in answer.content.decode().lower()
        assert " nonce=" not in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_who_has_a_page_gets_304(addresses, page):
    address = page.format(**addresses)
    first = Client().get(address)

    again = Client().get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_answers_head_and_refuses_post(addresses, page):
    address = page.format(**addresses)

    assert Client().head(address).status_code == 200
    assert Client().post(address).status_code == 405


@pytest.mark.parametrize("page", PAGES)
def test_a_page_reads_no_session(addresses, fan_client, page, django_assert_max_num_queries):
    address = page.format(**addresses)
    fan_client.get(address)

    with django_assert_max_num_queries(30 if page.startswith("/search") else 10) as captured:
        fan_client.get(address)

    assert not [one for one in captured.captured_queries if "session" in one["sql"]]
    assert not [one for one in captured.captured_queries if "accounts_user" in one["sql"]]


@pytest.mark.parametrize("page", ["/event/{event}", "/event/{event}/seats"])
def test_a_kept_page_takes_no_query(addresses, page, django_assert_num_queries):
    address = page.format(**addresses)
    Client().get(address)

    with django_assert_num_queries(0):
        Client().get(address)


def test_html_names_its_language(addresses):
    assert Client().get("/").headers["Content-Language"] == "en"
    assert Client().get(f"/event/{addresses['event']}").headers["Content-Language"] == "en"


def test_a_page_is_compressed_for_who_can_read_it(addresses):
    address = f"/event/{addresses['event']}"
    plain = Client().get(address)

    packed = Client().get(address, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    etag = packed.headers["ETag"]
    headers = {"If-None-Match": etag, "Accept-Encoding": "gzip"}
    assert Client().get(address, headers=headers).status_code == 304


@pytest.mark.parametrize("kind", ["event", "performer", "venue"])
@pytest.mark.parametrize("wanted", ["0", "999999999", str(2**63), "9" * 80, "x", "-1"])
def test_what_is_not_there_is_a_404_page(db, kind, wanted):
    answer = Client().get(f"/{kind}/{wanted}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    "address",
    [
        "/city/gb/atlantis",
        "/city/xx/london",
        "/city/%00/x",
        "/category/none",
        "/event/1/x",
        "/seat-map/0.json",
        "/event/1/artwork-0.svg",
        "/sitemap-events-99.xml",
        "/sitemap-users-1.xml",
        "/sitemap-events-99999999999999999999.xml",
    ],
)
def test_other_unknown_addresses_are_404(db, address):
    assert Client().get(address).status_code == 404


def test_a_draft_has_no_page(db):
    event = EventFactory.create(status="draft")

    for path in ("", "/seats", "/availability.json"):
        assert Client().get(f"/event/{event.pk}{path}").status_code == 404
