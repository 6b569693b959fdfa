"""What is owed to Elasticsearch, and which of its indices are ours."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class IndexChange(models.Model):
    """An event whose document is to be written anew. Added in the transaction of the change.

    `version` is that of the row written then, or of its deletion; the relay reads the row again,
    so that an older change brings the newest document. `parked_at` marks one that Elasticsearch
    refuses for good: staff see it, and the reconciler tries it anew.
    """

    event_id = models.BigIntegerField()
    version = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    tries = models.PositiveIntegerField(db_default=0)
    parked_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, db_default="")

    class Meta:
        db_table = "search_outbox"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at", "id"],
                name="search_outbox_due",
                condition=Q(parked_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"event {self.event_id} at version {self.version}"


class BuiltIndex(models.Model):
    """An index that is kept up to date: the one searched, one being built, or the one before.

    The alias says which of them is searched.
    """

    name = models.CharField(max_length=100, unique=True)
    mapping_hash = models.CharField(max_length=12)
    made_at = models.DateTimeField(db_default=Now())
    replaced_at = models.DateTimeField(null=True, help_text="When another took its place")

    class Meta:
        db_table = "search_index"

    def __str__(self) -> str:
        return self.name
