"""Rows that every app writes and none owns: the audit trail, the outbox, and who relays it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class AuditRecord(models.Model):
    """One change of state: what, from, to, by whom. Written in the change's own transaction."""

    at = models.DateTimeField(db_default=Now())
    subject = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    action = models.CharField(max_length=60)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, db_index=False
    )
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id", "id"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}: {self.action}"


class OutboxMessage(models.Model):
    """An effect that a committed change owes the world: a mail, an index update.

    Written in the transaction of the change, delivered afterwards at least once; `unique_key`
    makes its effect happen once. `parked_at` marks one that failed too often: staff see it.
    """

    topic = models.CharField(max_length=60)
    unique_key = models.CharField(max_length=120, unique=True)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="outbox_due",
                condition=Q(sent_at__isnull=True, parked_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.unique_key}"


class RelayHeartbeat(models.Model):
    """Since when a relay has been running, and when it last said so."""

    name = models.CharField(max_length=40, primary_key=True)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at__gte=F("started_at")), name="relay_seen_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.name
