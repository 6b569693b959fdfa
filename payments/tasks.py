"""The worker's side of money: stored events, missed ones, and the reconciler."""

from celery import shared_task

from payments.event_refunds import work_off_event_refunds
from payments.inbox import process_due_events
from payments.invariant_watch import watch_invariants
from payments.missed_events import fetch_missed_events
from payments.reconciler import LATELY, reconcile
from ticketmaster.core import heartbeat


@shared_task(name="payments.tasks.watch_invariants")
def watch() -> None:
    """Check what must hold at every moment, and keep the result for staff. Each minute."""
    watch_invariants()


@shared_task(name="payments.tasks.process_stripe_events")
def process_stripe_events() -> None:
    """Work on stored events. The webhook calls it at once, beat every two seconds."""
    heartbeat.beat("stripe_events")
    process_due_events()


@shared_task(name="payments.tasks.reconcile_payments")
def reconcile_payments() -> None:
    """Drive everything that was left half-way to an end. Beat calls it twice a minute."""
    reconcile(strays_since=LATELY)


@shared_task(name="payments.tasks.fetch_missed_events")
def fetch_missed() -> None:
    """Read Stripe's own list for events and money that nobody told us of. Hourly, and at start."""
    fetch_missed_events()
    reconcile()


@shared_task(name="payments.tasks.refund_cancelled_events")
def refund_cancelled_events() -> None:
    """Go on with the refunds of cancelled events. Beat calls it every five seconds."""
    work_off_event_refunds()
