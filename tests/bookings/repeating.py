"""A client that repeats its call under one Idempotency-Key, and what happens meanwhile."""

from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django_redis import get_redis_connection

from tests.bookings.helpers import RESERVE
from tests.conftest import forget_redis_keys
from ticketmaster.core import redis as shared_redis

REPLAYED = "Idempotent-Replayed"


class Killed(BaseException):
    """The process is gone: nothing may catch this."""


def reserve(client: Client, key: str, body: Any) -> Any:
    return client.post(
        RESERVE, body, content_type="application/json", headers={"Idempotency-Key": key}
    )


def a_lease_later() -> None:
    """Let the time of a lease pass, in Postgres and in Redis."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_idempotencykey SET leased_until = clock_timestamp()")
    redis = get_redis_connection("default")
    left = settings.IDEMPOTENCY_KEPT_SECONDS - settings.IDEMPOTENCY_LEASE_SECONDS
    for mark in redis.scan_iter(match=shared_redis.key("idempotent:*")):
        redis.expire(mark, left)


def a_day_later() -> None:
    """Let a day pass for every key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_idempotencykey SET created_at = created_at - interval '24 hours'"
        )
    forget_redis_keys()


def die_before_answering(client: Client, key: str, body: Any) -> None:
    with mock.patch("bookings.api.views.booking_shape", side_effect=Killed), pytest.raises(Killed):
        reserve(client, key, body)
