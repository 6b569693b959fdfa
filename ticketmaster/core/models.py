"""Rows that every app writes and none owns: audit trail, outbox and its relay, idempotency keys."""

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
    makes its effect happen once. Messages of one `ordering_key` are delivered one after the
    other, in the order of their ids. `tries` counts deliveries begun, those that a killed process
    never ended too. `parked_at` marks one that failed too often: staff see it.
    """

    topic = models.CharField(max_length=60)
    unique_key = models.CharField(max_length=120, unique=True)
    ordering_key = models.CharField(max_length=120, blank=True, db_default="")
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
            ),
            models.Index(
                fields=["ordering_key", "id"],
                name="outbox_in_order",
                condition=Q(sent_at__isnull=True, parked_at__isnull=True) & ~Q(ordering_key=""),
            ),
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


class IdempotencyKey(models.Model):
    """A call that its client may repeat: who made it, what was done, and what was answered.

    `scope` is the hash of user, method, path and the client's key. While `status` is null the call
    runs, until `leased_until` at the latest; then a repetition may take it over. `work` names what
    the call has committed so far, in the same transaction, so that nothing is done a second time.
    """

    scope = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField()
    holder = models.CharField(max_length=32)
    work = models.JSONField(default=dict)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_by_age")]

    def __str__(self) -> str:
        return self.scope[:12]
