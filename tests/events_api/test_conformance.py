"""Made-up requests to every public read: answers are as described, and never a 500."""

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from search.rows import write_search_rows
from tests.factories import on_sale_event
from tests.waiting_room.helpers import behind_room

PUBLIC = r"^/api/v1/(event|performer|venue|search)"
OPERATIONS = 10
HELD = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


@pytest.mark.django_db(transaction=True)
def test_made_up_requests_are_answered_as_described():
    event = on_sale_event(standing=5)
    behind_room(event)
    write_search_rows([event.pk])
    schema = schemathesis.openapi.from_wsgi("/api/schema?format=json", get_wsgi_application())
    reads = schema.include(method="GET", path_regex=PUBLIC)
    operations = [found.ok() for found in reads.get_all_operations()]

    for operation in operations:

        @settings(
            max_examples=20,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=HELD)

        ask()

    assert len(operations) == OPERATIONS
