"""Locking queries live in `events.locks` and nowhere else in this app."""

import re
from pathlib import Path

import pytest
from django.db import transaction

import events
from events.locks import lock_seat_map, own_event, share_event
from ticketmaster.core.errors import NotFound

LOCKING = re.compile(
    r"select_for_update|FOR\s+(NO\s+KEY\s+)?UPDATE|FOR\s+SHARE|pg_\w*advisory", re.I
)


def test_no_other_module_of_events_locks_rows():
    folder = Path(events.__file__).parent
    found = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        if LOCKING.search(path.read_text())
    }

    assert found == {"locks.py"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lock", [share_event, own_event])
def test_an_event_is_not_locked_outside_a_transaction(lock):
    with pytest.raises(transaction.TransactionManagementError):
        lock(1)


@pytest.mark.django_db
def test_a_map_that_does_not_exist_cannot_be_locked():
    with pytest.raises(NotFound):
        lock_seat_map(1)
