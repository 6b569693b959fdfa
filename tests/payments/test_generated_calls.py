"""Made-up requests to every operation of the API, signed in as a fan: R18's machine-made half.

Data that fit the description and data that do not, one by one and in stories in which one answer
feeds the next request. SCHEMATHESIS_EXAMPLES asks for more of each operation than CI has time for
(R18: 500).
"""

import os
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import FlakyStrategyDefinition, Unsatisfiable
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ensure_resource_availability,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    use_after_free,
)

from bookings.models import Booking
from events.models import Event
from payments.invariants import check_invariants
from search.rows import write_search_rows
from tests.payments.helpers import App
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = os.environ.get("SCHEMATHESIS_EXAMPLES")
EXAMPLES, STORIES, TELLERS = int(ASKED or 10), int(ASKED or 20), 5
HELD = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# The page's own form sends the fields that were left empty: there they are no mistake.
TAKES_EMPTY_FIELDS = "GET /api/v1/search"
# An operation that takes a text in its path and nothing else cannot be asked wrongly.
NOTHING_TO_GET_WRONG = {GenerationMode.POSITIVE: (), GenerationMode.NEGATIVE: (Unsatisfiable,)}
OPERATIONS = {GenerationMode.POSITIVE: 16, GenerationMode.NEGATIVE: 10}
HELD_IN_STORIES = [ensure_resource_availability, use_after_free]


def generated(examples: int, **more: Any) -> settings:
    """The same calls in every run of CI, new ones in the long form."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=ASKED is None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        **more,
    )


def held(case: schemathesis.Case) -> list[Any]:
    """What the answer to this call is checked for."""
    refuses = case.operation.label != TAKES_EMPTY_FIELDS
    return [*HELD, negative_data_rejection] if refuses else HELD


@pytest.fixture
def api(event: Event) -> BaseSchema:
    write_search_rows([event.pk])
    return schemathesis.openapi.from_wsgi("/api/schema?format=json", get_wsgi_application())


@pytest.fixture
def headers(fan: User) -> dict[str, str]:
    return {"X-Session-Token": App(fan.email).token}


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_made_up_calls_are_answered_as_described(
    mode: GenerationMode, api: BaseSchema, headers: dict[str, str], booking: Booking
) -> None:
    asked = set()

    for operation in [found.ok() for found in api.get_all_operations()]:

        @generated(EXAMPLES)
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=held(case), headers=headers)
            asked.add(case.operation.label)

        with suppress(*NOTHING_TO_GET_WRONG[mode]):
            ask()

    assert len(asked) >= OPERATIONS[mode]
    assert [found.name for found in check_invariants() if found.count and found.name != "I6"] == []


def test_operations_for_fans_refuse_strangers(api: BaseSchema) -> None:
    private = [found.ok() for found in api.include(path_regex="booking").get_all_operations()]

    for operation in private:

        @generated(3)
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            answer = case.call_and_validate(checks=[not_a_server_error, status_code_conformance])
            assert answer.status_code == 401

        ask()

    assert len(private) >= 8


def test_stories_of_calls_that_feed_each_other(
    api: BaseSchema, headers: dict[str, str], booking: Booking
) -> None:
    answered: set[tuple[str, int]] = set()
    refuted: list[BaseException] = []

    class Story(api.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: schemathesis.Case) -> dict[str, Any]:
            return {"headers": headers}

        def validate_response(self, response: Any, case: schemathesis.Case, **kw: Any) -> None:
            answered.add((case.operation.label, response.status_code))
            checks = [*held(case), *HELD_IN_STORIES]
            try:
                case.validate_response(response, checks=checks, headers=headers)
            except (FailureGroup, AssertionError) as failure:
                refuted.append(failure)
                raise

    for number in range(TELLERS):
        # Told again, a story may end otherwise: the seats of the first are gone. The next teller
        # takes over then; what an answer did wrong is kept all the same.
        with suppress(FlakyStrategyDefinition):
            run_state_machine_as_test(
                seed(number)(Story),
                settings=generated(STORIES // TELLERS, stateful_step_count=8),
            )

    assert refuted == []
    assert ("GET /api/v1/bookings/{reference}", 200) in answered  # which no guess would find
    assert [found.name for found in check_invariants() if found.count and found.name != "I6"] == []
