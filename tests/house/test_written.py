"""Queries that are written once read what the ORM reads, and lock only where a lock lasts."""

import pytest
from django.db import models, transaction

from bookings.confirmation import LINES
from bookings.holds import hold_tickets
from bookings.locks import BOOKING, TICKETS
from bookings.models import Booking
from events.models import Event
from payments.attempts import LIVE_OF, start
from payments.locks import ATTEMPT
from payments.models import PaymentAttempt
from tests.bookings.helpers import ids
from ticketmaster.accounts.models import User

pytestmark = pytest.mark.django_db


def columns_of(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_locked_booking_has_every_column_as_the_orm_reads_it(event: Event, fan: User) -> None:
    held = hold_tickets(user=fan, ticket_ids=ids(event, 2))
    Booking.objects.filter(pk=held.pk).update(refund_policy={"until": {"days": 3}})

    read = BOOKING.one(held.pk)

    assert columns_of(read) == columns_of(Booking.objects.get(pk=held.pk))
    assert read.refund_policy == {"until": {"days": 3}}
    assert [ticket.pk for ticket in TICKETS.rows([held.pk])] == sorted(
        held.lines.values_list("ticket_id", flat=True)
    )
    assert [columns_of(line) for line in LINES.rows(held.pk)] == [
        columns_of(line) for line in held.lines.order_by("ticket_id")
    ]


def test_a_new_attempt_is_what_its_row_says(event: Event, fan: User) -> None:
    held = hold_tickets(user=fan, ticket_ids=ids(event, 1))

    made = start(held, kind=PaymentAttempt.Kind.CARD, payment_method="pm_card_visa")

    assert columns_of(made) == columns_of(PaymentAttempt.objects.get(pk=made.pk))
    assert columns_of(ATTEMPT.one(made.pk)) == columns_of(made)
    assert LIVE_OF.first(held.pk, ["created"]) == made
    assert LIVE_OF.first(held.pk, ["sent"]) is None


def test_who_asks_for_nothing_that_is_there_is_told_as_by_the_orm() -> None:
    with pytest.raises(Booking.DoesNotExist):
        BOOKING.one(0)


@pytest.mark.django_db(transaction=True)
def test_a_row_lock_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        BOOKING.first(0)
