"""What the last look at the invariants found, one row each, for staff and for alarms."""

from typing import ClassVar

from django.db import models


class InvariantResult(models.Model):
    """The last finding about one invariant; `count` is null where it could not be checked."""

    name = models.CharField("invariant", max_length=8, primary_key=True)
    position = models.PositiveSmallIntegerField(editable=False)
    meaning = models.CharField("what must not be", max_length=120)
    count = models.PositiveBigIntegerField("rows that break it", null=True)
    seconds = models.FloatField("took (s)")
    checked_at = models.DateTimeField()
    broken_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]

    def __str__(self) -> str:
        return self.name
