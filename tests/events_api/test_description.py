"""The OpenAPI description, its page, and that answers are what it says."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from rest_framework.test import APIClient

from search.rows import write_search_rows
from tests.factories import on_sale_event


@pytest.fixture
def description() -> dict[str, Any]:
    """As an app reads it."""
    answer = APIClient().get("/api/schema", {"format": "json"})
    assert answer.status_code == 200
    return answer.json()


def test_the_description_is_valid_openapi_3_1(description):
    validate(description)

    assert description["openapi"] == "3.1.0"
    assert description["info"]["title"] == f"{settings.SITE_NAME} API"


def test_the_description_is_made_without_warnings(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", tmp_path / "api.yaml")

    assert (tmp_path / "api.yaml").read_text().startswith("openapi: 3.1.0")


def test_reads_need_no_sign_in_and_bookings_do(description):
    paths = description["paths"]

    assert paths["/api/v1/search"]["get"].get("security", [{}]) in ([], [{}])
    assert paths["/api/v1/bookings"]["get"]["security"] != [{}]


def test_every_operation_describes_the_error_envelope(description):
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            content = operation["responses"]["404"]["content"]["application/json"]
            assert content["schema"]["$ref"].endswith("/ErrorEnvelope"), (method, path)


def answers(event_id: int, performer_id: int, venue_id: int) -> list[tuple[str, str]]:
    return [
        ("/api/v1/event/{event_id}", f"/api/v1/event/{event_id}"),
        ("/api/v1/event/{event_id}/tickets", f"/api/v1/event/{event_id}/tickets"),
        ("/api/v1/event/{event_id}/availability", f"/api/v1/event/{event_id}/availability"),
        ("/api/v1/event/{event_id}/seat-map", f"/api/v1/event/{event_id}/seat-map"),
        ("/api/v1/performer/{performer_id}", f"/api/v1/performer/{performer_id}"),
        ("/api/v1/venue/{venue_id}", f"/api/v1/venue/{venue_id}"),
        ("/api/v1/search", "/api/v1/search?term=evening"),
    ]


def strict(schema: Any) -> Any:
    """The same schema, with fields that it does not name refused."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: strict(value) for name, value in schema.items()}
    if "properties" in made and "additionalProperties" not in made:
        made["additionalProperties"] = False
    return made


def test_answers_have_exactly_the_fields_described(db, description):
    event = on_sale_event(standing=5)
    write_search_rows([event.pk])
    performer_id = event.billing.get().performer_id

    for path, address in answers(event.pk, performer_id, event.venue_id):
        responses = description["paths"][path]["get"]["responses"]
        schema = responses["200"]["content"]["application/json"]["schema"]
        whole = strict({**schema, "components": description["components"]})

        answer = APIClient().get(address)

        errors = list(Draft202012Validator(whole).iter_errors(answer.json()))
        assert errors == [], (address, errors[:1])


def test_the_docs_page_loads_only_our_own_files():
    answer = APIClient().get("/api/docs")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<style" not in page
    assert "<script>" not in page
    addresses = re.findall(r'(?:src|<link rel="[a-z]+" href)="([^"]+)"', page)
    assert addresses
    for address in addresses:
        assert address.startswith(("/static/", "/api/docs?")), address
        if address.startswith("/static/"):
            assert finders.find(address.removeprefix("/static/")), address


def test_the_script_of_the_docs_page_names_the_description():
    answer = APIClient().get("/api/docs", {"script": ""})

    assert answer.headers["Content-Type"].startswith("application/javascript")
    assert b"/api/schema" in answer.content
