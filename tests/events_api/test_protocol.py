"""The protocol of an event's addresses: 404, 405, HEAD, 304, the same bytes for everybody."""

import pytest
from rest_framework.test import APIClient

from events.models import Event
from tests.factories import on_sale_event

PATHS = ["", "/tickets", "/availability", "/seat-map"]


@pytest.mark.parametrize("path", PATHS)
def test_a_draft_is_not_there(api, path):
    event = on_sale_event()
    Event.objects.filter(pk=event.pk).update(status="draft")

    answer = api.get(f"/api/v1/event/{event.pk}{path}")

    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not_found"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("event_id", ["0", "999999999", str(2**63), str(10**40), "x", "-1", "1.5"])
def test_an_unknown_event_is_404_in_the_envelope(api, path, event_id):
    answer = api.get(f"/api/v1/event/{event_id}{path}")

    assert answer.status_code == 404
    assert answer.json()["type"] == "client_error"
    assert answer.json()["errors"][0]["code"] == "not_found"


@pytest.mark.parametrize("address", ["/api/v1/event/1/", "/api/v1/event/1/ticketsx", "/api/v1/x"])
def test_trailing_junk_is_404_in_the_envelope(api, address):
    answer = api.get(address)

    assert answer.status_code == 404
    assert answer.json()["errors"][0] == {
        "code": "not_found",
        "detail": "Not found.",
        "attr": None,
    }


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_another_method_is_405_in_the_envelope(api, event, path, method):
    answer = getattr(api, method)(f"/api/v1/event/{event.pk}{path}")

    assert answer.status_code == 405
    assert answer.json()["errors"][0]["code"] == "method_not_allowed"


@pytest.mark.parametrize("path", PATHS)
def test_head_answers_like_get_without_a_body(api, event, path):
    address = f"/api/v1/event/{event.pk}{path}"

    head, get = api.head(address), api.get(address)

    assert head.status_code == 200
    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.content == b""


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_public_and_personal_to_nobody(api, event, fan, path):
    address = f"/api/v1/event/{event.pk}{path}"
    stranger = api.get(address)
    signed_in = APIClient()
    signed_in.force_login(fan)

    known = signed_in.get(address, headers={"X-Session-Token": "anything"})

    assert known.content == stranger.content
    assert stranger.headers["Cache-Control"].startswith("public, max-age=")
    assert "s-maxage=" in stranger.headers["Cache-Control"]
    assert "stale-while-revalidate=" in stranger.headers["Cache-Control"]
    for answer in (stranger, known):
        assert "Set-Cookie" not in answer.headers
        assert not answer.cookies
        assert "cookie" not in answer.headers.get("Vary", "").lower()


@pytest.mark.parametrize("path", PATHS)
def test_who_has_the_answer_gets_304(api, event, path):
    address = f"/api/v1/event/{event.pk}{path}"
    etag = api.get(address).headers["ETag"]

    assert api.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert api.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
