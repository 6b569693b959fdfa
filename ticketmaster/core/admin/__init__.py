"""Records: the audit trail, the outbox and the relays' heartbeats."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from ticketmaster.core.admin.bases import RecordAdmin, UncountedAdmin, number_in
from ticketmaster.core.models import AuditRecord, OutboxMessage, RelayHeartbeat


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


@admin.register(OutboxMessage)
class OutboxMessageAdmin(UncountedAdmin):
    """What is owed to the world, and what could not be delivered. Texts of mails stay hidden."""

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
