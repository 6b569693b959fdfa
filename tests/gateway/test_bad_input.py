"""Whatever is sent, the answer is a clear one, in the API's envelope where it is the API."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.gateway.urls")]

LIMIT = 256 * 1024


def echo(body: bytes | str, **headers: str) -> Any:
    return Client().post("/api/v1/echo", body, content_type="application/json", headers=headers)


def error_of(answer: Any) -> tuple[int, str]:
    body = answer.json()
    assert body["type"] == "client_error"
    assert set(body["errors"][0]) == {"code", "detail", "attr"}
    return answer.status_code, body["errors"][0]["code"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b'{"a": 1' + b"0" * 5000 + b"}",
    ],
)
def test_malformed_json_is_400_in_the_envelope(body: bytes) -> None:
    assert error_of(echo(body)) == (400, "parse_error")


def test_a_body_of_the_limit_is_read_and_one_byte_more_is_413() -> None:
    fits = b'"' + b"x" * (LIMIT - 2) + b'"'

    assert echo(fits).status_code == 200
    assert error_of(echo(fits + b" ")) == (413, "request_too_large")


def test_a_page_refuses_a_body_that_is_too_large() -> None:
    answer = Client().post("/accounts/login/", {"login": "x" * LIMIT})

    assert answer.status_code == 413
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("accept", ["", "text/html", "application/xml", "nonsense"])
def test_the_answer_is_json_whatever_a_client_would_rather_have(accept: str) -> None:
    answer = echo(b'"here"', Accept=accept)
    refusal = Client().get("/api/v1/nothing?format=xml", headers={"Accept": accept})

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == {"data": "here"}
    assert error_of(refusal) == (404, "not_found")
    assert refusal["Content-Type"] == "application/json"


def test_another_content_type_is_415_in_the_envelope() -> None:
    answer = Client().post("/api/v1/echo", "a=1", content_type="text/plain")

    assert error_of(answer) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1/nothing", "/api/v2/event/1", "/api/x%0Ay"]
)
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options", "trace"])
def test_unknown_api_addresses_are_404_in_the_envelope(path: str, method: str) -> None:
    answer = getattr(Client(), method)(path)

    assert error_of(answer) == (404, "not_found")


def test_a_wrong_method_is_405_in_the_envelope() -> None:
    answer = Client().delete("/api/v1/echo")

    assert error_of(answer) == (405, "method_not_allowed")
    assert "POST" in answer["Allow"]


def test_a_method_nobody_knows_is_no_error_of_ours() -> None:
    assert error_of(Client().generic("BREW", "/api/v1/echo")) == (405, "method_not_allowed")
    assert error_of(Client().generic("BREW", "/api/v1/tea")) == (404, "not_found")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/event/%00", 404),
        ("/admission/%00abc", 404),
        ("/api/v1/event/%00", 404),
        ("/search?term=a%00b", 400),
        ("/api/v1/search?term=%00", 400),
        ("/accounts/login/?next=/%00", 400),
    ],
)
def test_nul_bytes_are_refused_before_any_view(path: str, status: int) -> None:
    answer = Client().get(path)

    assert answer.status_code == status
    if path.startswith("/api/"):
        error_of(answer)


def test_a_nul_byte_in_a_cookie_is_refused() -> None:
    answer = Client(HTTP_COOKIE='sessionid="abc\\000defghijkl"').get("/me")

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/%ff%fe", "/%F0%9F%8E%AB", "/" + "a" * 5000, "/event/%2e%2e", "/?q=%ff%fe", "/me?%ff=%fe"],
)
def test_strange_bytes_are_no_500(path: str) -> None:
    assert Client().get(path).status_code in {200, 400, 404}


def test_a_foreign_host_is_400_in_the_envelope_on_the_api() -> None:
    answer = Client(headers={"host": "evil.example"}).get("/api/v1/nothing")

    assert answer.status_code in {400, 404}
    error_of(answer)


def test_a_bug_is_500_without_details() -> None:
    answer = Client(raise_request_exception=False).get("/broken")

    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.content.decode()


def test_a_refusal_that_no_view_explains_has_its_status() -> None:
    answer = Client().get("/refused")

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def chunked(size: int, **headers: str) -> Any:
    """A body that announces no length, as a server hands it over."""
    return Client().generic(
        "POST",
        "/api/v1/echo",
        headers={"Transfer-Encoding": "chunked", **headers},
        **{
            "CONTENT_LENGTH": "",
            "CONTENT_TYPE": "application/json",
            "wsgi.input": BytesIO(b'"' + b"x" * (size - 2) + b'"'),
        },
    )


def test_a_body_in_chunks_is_read_and_one_over_the_limit_is_413() -> None:
    assert chunked(1000).json()["data"] == "x" * 998
    assert chunked(LIMIT).status_code == 200
    assert error_of(chunked(LIMIT + 1)) == (413, "request_too_large")


def test_headers_over_their_limit_are_431() -> None:
    huge = {f"X-Made-Up-{n}": "x" * 1000 for n in range(40)}

    assert error_of(echo("{}", **huge)) == (431, "headers_too_large")
    assert Client().get("/accounts/login/", headers=huge).status_code == 431


def test_a_thousand_small_headers_change_nothing() -> None:
    assert echo("{}", **{f"X-{n}": "1" for n in range(1000)}).status_code == 200
