"""The limit per card asks for a card's other payments at each sale."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_refund_parts")]

    operations = [
        migrations.AddIndex(
            "paymentattempt",
            models.Index(
                fields=["card_fingerprint"],
                name="attempt_by_card",
                condition=~Q(card_fingerprint=""),
            ),
        )
    ]
