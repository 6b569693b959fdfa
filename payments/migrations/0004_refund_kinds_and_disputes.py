"""Refunds say what they are for and what was kept; disputes and refunds of whole events."""

import django.db.models.deletion
import django.db.models.functions.datetime
import ticketmaster.core.money
from django.conf import settings
from django.db import migrations, models

REFUNDS_WITHIN_CAPTURE = """
CREATE FUNCTION payments_refunds_within_capture() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    captured bigint;
BEGIN
    -- the row's lock first: the sum below is then read after every other refund has committed
    SELECT CASE WHEN captured_at IS NULL THEN 0 ELSE amount_minor END INTO captured
        FROM payments_paymentattempt WHERE id = NEW.attempt_id FOR NO KEY UPDATE;
    IF (SELECT sum(amount_minor) FROM payments_refund
        WHERE attempt_id = NEW.attempt_id AND status <> 'failed') > captured THEN
        RAISE EXCEPTION 'refunds of attempt % exceed what was captured', NEW.attempt_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER refunds_within_capture
    AFTER INSERT OR UPDATE OF amount_minor, attempt_id ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION payments_refunds_within_capture();
"""
WITHOUT = """
DROP TRIGGER refunds_within_capture ON payments_refund;
DROP FUNCTION payments_refunds_within_capture();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0003_waiting_room'),
        ('events', '0005_refund_terms'),
        ('payments', '0003_attempt_by_card'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stripe_id', models.CharField(editable=False, max_length=255, unique=True)),
                ('status', models.CharField(choices=[('inquiry', 'The bank asks; no money moved'), ('open', 'Open: the bank has the money'), ('won', 'Won: the money came back'), ('lost', 'Lost: the money is gone'), ('closed', 'Closed without money moving')], editable=False, max_length=7)),
                ('amount_minor', models.PositiveBigIntegerField(editable=False)),
                ('currency', models.CharField(editable=False, max_length=3, validators=[ticketmaster.core.money.validate_currency])),
                ('reason', models.CharField(blank=True, editable=False, max_length=80)),
                ('answer_by', models.DateTimeField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='EventRefund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('booking_count', models.PositiveIntegerField(editable=False)),
                ('amount_minor', models.PositiveBigIntegerField(editable=False)),
                ('currency', models.CharField(editable=False, max_length=3, validators=[ticketmaster.core.money.validate_currency])),
                ('wants_approval', models.BooleanField(default=False, editable=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('finished_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'verbose_name': 'refund of a cancelled event',
                'verbose_name_plural': 'refunds of cancelled events',
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='refund',
            name='kept_minor',
            field=models.BigIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='refund',
            name='kind',
            field=models.CharField(choices=[('tickets', 'Tickets taken back'), ('event', 'Event cancelled'), ('goodwill', 'Goodwill: the tickets stay valid'), ('outside', 'Made at Stripe, not sorted yet')], db_default='tickets', default='tickets', editable=False, max_length=8),
        ),
        migrations.AddField(
            model_name='refund',
            name='lines',
            field=models.ManyToManyField(blank=True, editable=False, related_name='refunds', to='bookings.bookingline'),
        ),
        migrations.AddField(
            model_name='refund',
            name='retry_of',
            field=models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='retry', to='payments.refund'),
        ),
        migrations.AlterField(
            model_name='ledgerentry',
            name='account',
            field=models.CharField(choices=[('stripe', 'With Stripe'), ('face', 'Owed to the promoter (face price)'), ('fee', 'Earned fees'), ('tax', 'Owed in tax'), ('disputed', 'Taken by a bank until a dispute ends')], editable=False, max_length=8),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['tickets', 'event', 'goodwill', 'outside'])), name='refund_kind_known'),
        ),
        migrations.AddField(
            model_name='dispute',
            name='attempt',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='payments.paymentattempt'),
        ),
        migrations.AddField(
            model_name='eventrefund',
            name='approved_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='eventrefund',
            name='event',
            field=models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='refund_job', to='events.event'),
        ),
        migrations.AddField(
            model_name='eventrefund',
            name='requested_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['inquiry', 'open', 'won', 'lost', 'closed'])), name='dispute_status_known'),
        ),
        migrations.AddIndex(
            model_name='eventrefund',
            index=models.Index(condition=models.Q(('finished_at__isnull', True), ('wants_approval', False)), fields=['due_at'], name='event_refund_due'),
        ),
        migrations.RunSQL(REFUNDS_WITHIN_CAPTURE, WITHOUT),
    ]
