"""Records: the audit trail, the outbox and the relays' heartbeats."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from ticketmaster.core import outbox
from ticketmaster.core.admin.bases import RecordAdmin, UncountedAdmin, number_in
from ticketmaster.core.admin.steps import Step, StepsMixin
from ticketmaster.core.models import AuditRecord, IdempotencyKey, OutboxMessage, RelayHeartbeat


@admin.register(AuditRecord)
class AuditRecordAdmin(UncountedAdmin):
    """Who changed what. Search by `booking 17`, `event 3`, a number or an actor's address."""

    list_display = ("at", "subject", "subject_id", "action", "before", "after", "actor")
    list_select_related = ("actor",)
    search_fields = ("subject_id",)
    search_help_text = "A subject and its number, such as “booking 17”, or somebody’s address"

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By subject and number, by number, or by who did it."""
        if "@" in term:
            return queryset.filter(actor__email=term.lower())
        subject, _, number = term.rpartition(" ")
        found = queryset.filter(subject_id=number_in(number) or 0)
        return found.filter(subject=subject) if subject else found


def _deliver_again(message: OutboxMessage, asked: dict[str, Any], actor_id: int) -> str:
    outbox.try_again(message.pk, actor_id=actor_id)
    return "It is delivered again within seconds."


@admin.register(OutboxMessage)
class OutboxMessageAdmin(StepsMixin, UncountedAdmin):
    """What is owed to the world, and what could not be delivered. Texts of mails stay hidden."""

    steps = (
        Step(
            name="retry",
            label="Try again",
            explain="Delivers it once more. Do this when what stood in its way is mended: after"
            " eight more failures it is set aside again.",
            run=_deliver_again,
            permission="core.change_outboxmessage",
            possible=lambda message: message.parked_at is not None,
        ),
    )

    list_display = ("topic", "unique_key", "created_at", "due_at", "sent_at", "parked_at", "tries")
    list_filter = (
        ("parked_at", admin.EmptyFieldListFilter),
        ("sent_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("unique_key",)
    search_help_text = "A number or a unique key"
    exclude = ("payload",)

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By number or by key."""
        number = number_in(term)
        return queryset.filter(pk=number) if number else queryset.filter(unique_key=term)


@admin.register(RelayHeartbeat)
class RelayHeartbeatAdmin(RecordAdmin):
    """Which relays run."""

    list_display = ("name", "started_at", "seen_at")


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(UncountedAdmin):
    """Calls that may be repeated, and what they have done. Answers may hold secrets: not shown."""

    list_display = ("scope", "user", "created_at", "leased_until", "status", "work")
    list_select_related = ("user",)
    ordering = ("-created_at",)
    search_fields = ("user__email",)
    search_help_text = "Somebody’s address"
    exclude = ("body", "fingerprint", "holder")

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By whose calls they are."""
        return queryset.filter(user__email=term.lower())
