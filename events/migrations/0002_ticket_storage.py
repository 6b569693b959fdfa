"""Tickets are written once in bulk and then changed a few times each, in place.

A fifth of each page stays free, so that a ticket's next version lies beside its neighbours', and
the cleaner comes after 2 % of changes: an on-sale changes a whole hall within minutes.
"""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="""
            ALTER TABLE events_ticket SET (
                fillfactor = 80,
                autovacuum_vacuum_scale_factor = 0.02,
                autovacuum_analyze_scale_factor = 0.02
            )
            """,
            reverse_sql="""
            ALTER TABLE events_ticket RESET (
                fillfactor, autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor
            )
            """,
        )
    ]
