"""Refunds say which part of the price goes back; each movement of the ledger sums to zero."""

from django.db import migrations, models
from django.db.models import F, Q

TRANSFER_SUMS_TO_ZERO = """
CREATE FUNCTION payments_transfer_sums_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount_minor) FROM payments_ledgerentry WHERE transfer = NEW.transfer) <> 0 THEN
        RAISE EXCEPTION 'ledger transfer % does not sum to zero', NEW.transfer
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER transfer_sums_to_zero
    AFTER INSERT ON payments_ledgerentry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION payments_transfer_sums_to_zero();
"""
WITHOUT = """
DROP TRIGGER transfer_sums_to_zero ON payments_ledgerentry;
DROP FUNCTION payments_transfer_sums_to_zero();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        migrations.AddField(
            "refund", "face_minor", models.PositiveBigIntegerField(default=0, editable=False)
        ),
        migrations.AddField(
            "refund", "fee_minor", models.PositiveBigIntegerField(default=0, editable=False)
        ),
        migrations.AddField(
            "refund", "tax_minor", models.PositiveBigIntegerField(default=0, editable=False)
        ),
        migrations.AddIndex(
            "refund",
            models.Index(
                fields=["changed_at"],
                name="refund_open",
                condition=Q(status__in=["created", "sent", "unknown"]),
            ),
        ),
        migrations.AddConstraint(
            "refund",
            models.CheckConstraint(
                condition=Q(status__in=["created", "sent", "unknown", "succeeded", "failed"]),
                name="refund_status_known",
            ),
        ),
        migrations.AddConstraint(
            "refund",
            models.CheckConstraint(
                condition=Q(amount_minor=F("face_minor") + F("fee_minor") + F("tax_minor")),
                name="refund_parts_sum_up",
            ),
        ),
        migrations.RunSQL(TRANSFER_SUMS_TO_ZERO, WITHOUT),
    ]
