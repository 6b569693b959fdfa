"""Numbers of more than four bytes reach Postgres whole, however they are written."""

import pytest
from django.db import connection
from django.db.models import F, Value

from events.models import PriceLevel
from tests.factories import PriceLevelFactory

pytestmark = pytest.mark.django_db

LARGE = 21_474_836_480


def test_an_amount_added_in_the_database_does_not_wrap_around():
    level = PriceLevelFactory.create(face_minor=1000)

    PriceLevel.objects.filter(pk=level.pk).update(face_minor=F("face_minor") + LARGE)

    level.refresh_from_db()
    assert level.face_minor == LARGE + 1000


@pytest.mark.parametrize("number", [2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**62])
def test_a_bare_number_in_an_expression_arrives_as_it_is(number):
    PriceLevelFactory.create()

    assert list(PriceLevel.objects.values_list(Value(number))) == [(number,)]


def test_statements_are_prepared_by_the_server_from_the_third_time_on():
    level = PriceLevelFactory.create()

    for _ in range(4):
        PriceLevel.objects.filter(pk=level.pk).values_list("name").first()

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        prepared = [statement for (statement,) in cursor.fetchall()]
    assert any('"events_pricelevel"."name"' in statement for statement in prepared)
