"""A sold ticket goes back on sale only when nobody carries it any more (reliability.md F07).

Tested at commit, so that a cancellation may void and free in either order. The condition stands
in the trigger's WHEN: selling and holding never call the function.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION bookings_sold_stays_sold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM bookings_admission
               WHERE ticket_id = NEW.id AND status IN ('valid', 'used'))
       AND EXISTS (SELECT 1 FROM events_ticket WHERE id = NEW.id AND status <> 'sold') THEN
        RAISE EXCEPTION 'ticket % is sold and carried by somebody', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sold_stays_sold';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sold_stays_sold AFTER UPDATE OF status ON events_ticket
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.status = 'sold' AND NEW.status <> 'sold')
    EXECUTE FUNCTION bookings_sold_stays_sold();
"""
UNGUARD = """
DROP TRIGGER sold_stays_sold ON events_ticket;
DROP FUNCTION bookings_sold_stays_sold();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("bookings", "0003_waiting_room"),
        ("events", "0005_refund_terms"),
    ]

    operations = [migrations.RunSQL(sql=GUARD, reverse_sql=UNGUARD)]
