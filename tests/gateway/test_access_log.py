"""One line per request, and no secret in any line."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from ticketmaster.accounts.models import User
from ticketmaster.core import logs

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.gateway.urls")]

CODE = "V7Ut1bXJ0qk0m1cYhRZ3Qw_a"


@pytest.fixture(params=["json", "console"])
def written(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """What the site writes to its log, in both formats."""
    root = logging.getLogger()
    before = root.handlers[:]
    logs.configure({"format": request.param})
    (handler,) = [h for h in root.handlers if isinstance(h, logging.StreamHandler)][:1]
    stream = StringIO()
    handler.setStream(stream)
    yield stream
    logs.configure(settings.LOGGING)
    root.handlers = before


@pytest.fixture
def lines(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """The same, as JSON."""
    root = logging.getLogger()
    before = root.handlers[:]
    logs.configure({"format": "json"})
    stream = StringIO()
    root.handlers[0].setStream(stream)  # type: ignore[attr-defined]
    yield stream
    logs.configure(settings.LOGGING)
    root.handlers = before


def access_lines(stream: StringIO) -> list[dict[str, Any]]:
    parsed = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [line for line in parsed if line["logger"] == "ticketmaster.access"]


def test_a_request_is_one_line(lines: StringIO) -> None:
    answer = Client().get("/people", headers={"X-Request-Id": "abcdefgh-123"})

    (line,) = access_lines(lines)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/people", answer.status_code)
    assert line["request_id"] == "abcdefgh-123"
    assert line["ms"] >= 0
    assert "user_id" not in line


def test_a_line_break_in_an_address_makes_no_second_line(written: StringIO) -> None:
    Client().get("/nothing%0Aonce forged\u2028x")

    lines = [line for line in written.getvalue().splitlines() if "forged" in line]
    assert len(lines) == 1
    assert "nothing\\nonce" in lines[0]


def test_the_user_is_named_where_known(lines: StringIO, fan_client: Client, fan: User) -> None:
    fan_client.get("/me")

    assert access_lines(lines)[-1]["user_id"] == fan.pk


def test_the_user_is_not_loaded_for_the_log(
    fan_client: Client, django_assert_num_queries: Any, lines: StringIO
) -> None:
    with django_assert_num_queries(1):
        fan_client.get("/people")

    assert "user_id" not in access_lines(lines)[-1]


def test_health_checks_write_nothing(lines: StringIO) -> None:
    Client().get("/livez")

    assert access_lines(lines) == []


@pytest.mark.parametrize(
    "path",
    [
        f"/admission/{CODE}",
        f"/admission/{CODE}/unknown",
        f"/nothing/{CODE}",
        f"/people?session_token={CODE}",
        f"/accounts/password/reset/key/1-{CODE.lower().replace('_', '')}/",
        f"/accounts/confirm-email/MQ:1w2:{CODE}/",
    ],
)
def test_codes_and_links_stand_in_no_line(written: StringIO, path: str) -> None:
    Client().get(path)

    assert "/" in written.getvalue()
    assert CODE not in written.getvalue()
    assert CODE.lower().replace("_", "") not in written.getvalue()


@pytest.mark.parametrize(
    "secret",
    [
        "pi_3Nx_secret_AbC123",
        "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
        "whsec_abc-DEF_123",
        "4242 4242 4242 4242",
        "4000-0000-0000-9995",
        "378282246310005",
    ],
)
def test_secrets_are_struck_out_wherever_they_stand(written: StringIO, secret: str) -> None:
    logger = logging.getLogger("shop")
    logger.warning("answer %s", secret)
    logger.warning("answer %s", {"deep": [{"er": secret}]})
    try:
        raise ValueError(secret)
    except ValueError:
        logger.exception("failed")

    assert written.getvalue().count("[struck out]") >= 3
    assert secret not in written.getvalue()


def test_values_with_telling_names_are_struck_out(lines: StringIO) -> None:
    logs.structlog.get_logger("shop").info(
        "paid", client_secret="a", nested={"password": "hunter2"}, order=1234567890123456
    )

    line = json.loads(lines.getvalue())
    assert line["client_secret"] == "[struck out]"
    assert line["nested"] == {"password": "[struck out]"}
    assert line["order"] == 1234567890123456


def test_long_numbers_that_are_no_card_stay(lines: StringIO) -> None:
    logging.getLogger("shop").warning("tickets 1234567890123456 and 4242424242424241")

    assert "1234567890123456 and 4242424242424241" in lines.getvalue()
