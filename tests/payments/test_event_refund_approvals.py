"""What staff confirm before an event's bookings are refunded, and who else must agree."""

import pytest
from pytest_django import Settings

from bookings.models import Booking
from events.errors import WrongEventStatus
from events.models import Event
from payments.errors import FiguresMoved, SamePerson
from payments.event_refunds import Figures, approve, call_off, figures_of
from payments.models import EventRefund
from tests.factories import UserFactory
from tests.payments.helpers import work_off_now
from tests.payments.sums import broken
from ticketmaster.accounts.models import User
from ticketmaster.core.models import AuditRecord

pytestmark = pytest.mark.django_db(transaction=True)


def test_staff_confirm_count_and_sum_and_the_job_begins(
    sold: list[Booking], event: Event, staff: User
) -> None:
    seen = figures_of(event.pk)
    assert seen == Figures(4, 27000)

    job = call_off(event_id=event.pk, actor_id=staff.pk, reason="ill", confirmed=seen)

    assert (job.requested_by_id, job.wants_approval) == (staff.pk, False)
    assert AuditRecord.objects.get(subject="event", after="cancelled").actor_id == staff.pk
    assert work_off_now() == 4
    with pytest.raises(WrongEventStatus):
        call_off(event_id=event.pk, actor_id=staff.pk, reason="", confirmed=seen)


def test_much_more_than_was_confirmed_is_not_refunded(
    sold: list[Booking], event: Event, staff: User
) -> None:
    with pytest.raises(FiguresMoved):
        call_off(event_id=event.pk, actor_id=staff.pk, reason="", confirmed=Figures(2, 9000))

    event.refresh_from_db()
    assert event.status == "on_sale"
    assert not EventRefund.objects.exists()


def test_a_large_refund_waits_for_a_second_person(
    sold: list[Booking], event: Event, staff: User, settings: Settings
) -> None:
    settings.MASS_REFUND_SECOND_PERSON_ABOVE = 3
    job = call_off(event_id=event.pk, actor_id=staff.pk, reason="", confirmed=figures_of(event.pk))

    assert work_off_now() == 0
    with pytest.raises(SamePerson):
        approve(job_id=job.pk, actor_id=staff.pk)
    assert work_off_now() == 0
    second = UserFactory.create(is_superuser=True)
    assert approve(job_id=job.pk, actor_id=second.pk).approved_by_id == second.pk

    assert work_off_now() == 4
    assert broken() == {}
