"""The feed and the drawing of a big house are packed by the site itself, with or without nginx."""

import gzip

import pytest
from django.test import Client

from tests.factories import on_sale_event

pytestmark = pytest.mark.django_db

PACKED = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("part", ["availability", "seat-map"])
def test_who_takes_gzip_is_given_it(part: str) -> None:
    event = on_sale_event(rows="A-Z", seats_per_row=50)
    address = f"/api/v1/event/{event.pk}/{part}"

    plain = Client().get(address)
    packed = Client().get(address, headers=PACKED)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) * 5 < len(plain.content)


def test_the_feeds_version_is_its_etag_either_way() -> None:
    event = on_sale_event(rows="A-Z", seats_per_row=50)
    address = f"/api/v1/event/{event.pk}/availability"
    version = f'"{Client().get(address).json()["version"]}"'

    assert Client().get(address, headers=PACKED).headers["ETag"] == version
    again = Client().get(address, headers={**PACKED, "If-None-Match": version})

    assert (again.status_code, again.content) == (304, b"")
