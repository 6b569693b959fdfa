"""Every call under /api/v1 that changes something for a signed-in user takes an Idempotency-Key."""

from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

from ticketmaster.core.idempotent_views import SAFE, IdempotentView

# Joining a queue has a place, not an effect, to lose: design, section 9.
WITHOUT = frozenset({"waiting-room"})


def views_under(prefix: str) -> Iterator[tuple[str, type[Any]]]:
    def walk(patterns: list[Any], path: str) -> Iterator[tuple[str, type[Any]]]:
        for entry in patterns:
            here = path + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, here)
            elif isinstance(entry, URLPattern) and here.startswith(prefix):
                yield here, getattr(entry.callback, "cls", type(entry.callback))

    yield from walk(get_resolver().url_patterns, "")


def changes_something(view: type[Any]) -> bool:
    methods = ("post", "put", "patch", "delete")
    return any(hasattr(view, method) for method in methods)


def test_every_unsafe_call_of_the_api_takes_an_idempotency_key() -> None:
    unsafe = {path: view for path, view in views_under("api/v1/") if changes_something(view)}
    without = {
        path
        for path, view in unsafe.items()
        if not issubclass(view, IdempotentView) and not WITHOUT & set(path.split("/"))
    }

    assert len(unsafe) >= 6
    assert without == set()


def test_the_description_names_the_header_on_those_calls() -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    named = {
        operation["operationId"]
        for path in paths.values()
        for method, operation in path.items()
        if method.upper() not in SAFE
        and "Idempotency-Key" in [one["name"] for one in operation.get("parameters", [])]
    }

    assert {"booking_reserve", "booking_confirm", "bookings_create", "bookings_release"} <= named
    reading = paths["/api/v1/bookings"]["get"]["parameters"]
    assert "Idempotency-Key" not in [one["name"] for one in reading]


def test_nobody_signed_in_is_401_with_a_key_too(db: None) -> None:
    answer = Client().post("/api/v1/booking/reserve", headers={"Idempotency-Key": "one"})

    assert answer.status_code == 401
