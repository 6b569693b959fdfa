"""Rules that hold for every page of the admin, checked over its registry."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from tests.factories import UserFactory, on_sale_event
from ticketmaster.accounts.models import User
from ticketmaster.core.models import OutboxMessage

pytestmark = pytest.mark.django_db

OURS = ("core", "accounts", "events", "search", "bookings", "payments")
NEVER_BY_HAND = {
    "status", "total_minor", "amount_minor", "face_minor", "fee_minor", "tax_minor",
    "ticket_total", "reserved_until", "booking", "code", "reference", "expires_at",
    "frozen_at", "content_hash", "confirmed_at", "ended_at", "used_at", "voided_at",
    "captured_at", "processed_at", "sent_at", "parked_at", "payload",
}  # fmt: skip
# Rows that only the domain writes: no page adds, changes or deletes them.
LOOKED_AT = {
    "Booking", "BookingLine", "Admission", "Ticket", "PaymentAttempt", "Refund", "StripeEvent",
    "Dispute", "EventRefund",
    "LedgerEntry", "AuditRecord", "OutboxMessage", "RelayHeartbeat", "SearchRow", "Section", "Seat",
    "PriceLevelSection",
}  # fmt: skip

REGISTRY = sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)
PAGES = [pytest.param(page, id=model._meta.label) for model, page in REGISTRY]


@pytest.fixture
def request_of_staff(staff: User, rf: RequestFactory) -> Any:
    request = rf.get("/admin/")
    request.user = staff
    return request


def typed_fields(form: Any) -> set[str]:
    return {name for name, field in form.base_fields.items() if not field.disabled}


def test_every_model_of_ours_has_a_page_or_stands_on_one(request_of_staff: Any) -> None:
    shown: set[type[Model]] = set()
    for model, page in REGISTRY:
        shown.add(model)
        shown |= {inline.model for inline in page.inlines}

    ours = {model for model in apps.get_models() if model._meta.app_label in OURS}

    assert ours - shown == set()


@pytest.mark.parametrize("page", PAGES)
def test_no_status_and_no_amount_can_be_typed(page: Any, request_of_staff: Any) -> None:
    existing = page.model()
    for subject in (None, existing):
        if subject is None and not page.has_add_permission(request_of_staff):
            continue
        form = page.get_form(request_of_staff, subject, change=subject is not None)
        assert typed_fields(form) & NEVER_BY_HAND == set()
        for inline in page.inlines:
            typed = set(inline(page.model, admin.site).get_fields(request_of_staff, subject) or ())
            readonly = set(
                inline(page.model, admin.site).get_readonly_fields(request_of_staff, subject)
            )
            may_type = inline(page.model, admin.site).has_change_permission(request_of_staff, None)
            if may_type:
                assert (typed - readonly) & NEVER_BY_HAND == set()
    assert set(page.list_editable) == set()


@pytest.mark.parametrize("page", PAGES)
def test_what_the_domain_writes_is_only_looked_at(page: Any, request_of_staff: Any) -> None:
    if page.model.__name__ not in LOOKED_AT:
        return
    assert not page.has_add_permission(request_of_staff)
    assert not page.has_change_permission(request_of_staff)
    assert not page.has_delete_permission(request_of_staff)
    assert page.has_view_permission(request_of_staff)
    assert page.get_actions(request_of_staff) == {}


def test_the_rules_name_real_models() -> None:
    names = {model.__name__ for model in apps.get_models()}

    assert names >= LOOKED_AT


@pytest.mark.parametrize("page", PAGES)
def test_every_list_opens_and_can_be_searched(page: Any, staff: User) -> None:
    on_sale_event()
    browser = Client()
    browser.force_login(staff)
    options = page.model._meta
    address = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")

    assert browser.get(address).status_code == 200
    if page.get_search_fields(None):
        for term in ["x", "12", "fan@example.org", "9" * 30, "a" * 24, "event 1", "'\"%_"]:
            assert browser.get(address, {"q": term}).status_code == 200, term


@pytest.mark.parametrize("page", PAGES)
def test_only_staff_get_in(page: Any, fan_client: Client) -> None:
    options = page.model._meta
    address = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")

    nobody = Client().get(address)
    somebody = fan_client.get(address)

    assert (nobody.status_code, nobody["Location"].split("?")[0]) == (302, "/admin/login/")
    assert somebody.status_code in {302, 403}


def test_the_admin_has_the_sites_own_sign_in(fan_client: Client) -> None:
    nobody = Client().get("/admin/login/?next=/admin/")
    somebody = fan_client.get("/admin/login/?next=/admin/")

    assert (nobody.status_code, nobody["Location"]) == (
        302,
        "/accounts/login/?next=%2Fadmin%2F",
    )
    assert somebody.status_code == 403


def test_staff_without_rights_see_nothing_and_do_nothing(event: Any) -> None:
    clerk = UserFactory.create(is_staff=True)
    browser = Client()
    browser.force_login(clerk)

    assert browser.get("/admin/").status_code == 200
    assert browser.get("/admin/bookings/booking/").status_code == 403
    assert browser.get(f"/admin/events/event/{event.pk}/step/cancel/").status_code == 403
    assert browser.post(f"/admin/events/event/{event.pk}/step/cancel/").status_code == 403
    event.refresh_from_db()
    assert event.status == "on_sale"


def test_the_home_page_groups_its_links_by_task(staff: User) -> None:
    browser = Client()
    browser.force_login(staff)

    page = browser.get("/admin/").content.decode()

    for title in ["Events", "Venues &amp; maps", "Bookings", "Money", "People", "Records"]:
        assert title in page
    assert "Frontrow" in page


def test_the_home_page_says_what_waits_for_a_person(staff: User) -> None:
    OutboxMessage.objects.create(topic="mail.x", unique_key="x", parked_at=timezone.now())
    browser = Client()
    browser.force_login(staff)

    desk = {item["label"]: item for item in browser.get("/admin/").context["desk"]}

    parked = desk["Mails and effects that could not be delivered"]
    assert parked["count"] == 1
    assert [item["count"] for item in desk.values() if item is not parked] == [0] * 7
    for item in desk.values():
        assert browser.get(item["url"]).status_code == 200
    assert b"mail.x" in browser.get(parked["url"]).content
