"""The bookings sold of late, by their moment: the box office's first page sums them up."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    atomic = False

    dependencies = [("bookings", "0004_sold_stays_sold")]

    operations = [
        AddIndexConcurrently(
            "booking",
            models.Index(
                fields=["confirmed_at"],
                name="booking_sold",
                condition=Q(confirmed_at__isnull=False),
            ),
        )
    ]
