"""Celery: the broker, queues by urgency, and the timetable of every sweep."""

from ticketmaster.settings import env

REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL if "://" in REDIS_URL else f"redis://{REDIS_URL}"
if CELERY_BROKER_URL.startswith("unix://"):
    CELERY_BROKER_URL = CELERY_BROKER_URL.replace("unix://", "redis+socket://").replace(
        "?db=", "?virtual_host="
    )
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A killed worker's tasks come back in two minutes, not an hour; longer than any task may run
    # and than any task is put off (none is), or it would run twice.
    "visibility_timeout": 120,
    "socket_timeout": 5,  # a broker that hangs must not hang the worker
    "socket_connect_timeout": 2,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True  # workers may start before the broker
CELERY_TASK_ACKS_LATE = True  # with the next line: a task whose process dies runs again
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # what a killed worker has fetched waits so long
CELERY_TASK_IGNORE_RESULT = True  # the rows say how it went; nothing is stored that nobody reads
CELERY_TASK_TIME_LIMIT = 60  # a task that hangs is killed, well before it would be given out again
CELERY_TASK_SOFT_TIME_LIMIT = 45  # before that it may end in good order: its leases run out anyhow
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20  # a deployment in a hurry lets the task at hand end first
CELERY_TASK_PUBLISH_RETRY = False  # the outbox is the truth; the broker only wakes it
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ROUTES = {
    "bookings.tasks.release_expired_reservations": {"queue": "critical"},
    "bookings.tasks.keep_waiting_rooms": {"queue": "critical"},
    # Reads whole tables: seats and money that wait come first.
    "payments.tasks.watch_invariants": {"queue": "default"},
    "payments.tasks.*": {"queue": "critical"},
    # Thousands of calls to Stripe: it never stands in front of a sweep or a webhook.
    "payments.tasks.refund_cancelled_events": {"queue": "default"},
    # Mails may be many and slow: they never stand in front of a sweep or a webhook.
    "ticketmaster.core.tasks.relay_outbox": {"queue": "default"},
    "search.reconcile_index*": {"queue": "bulk"},
    "search.build_missing_index": {"queue": "bulk"},
}
# `expires` drops ticks that piled up while no worker ran: each sweep does all the work there is.
CELERY_BEAT_SCHEDULE = {
    "release lapsed holds": {
        "task": "bookings.tasks.release_expired_reservations",
        "schedule": 2.0,
        "options": {"expires": 2},
    },
    "keep the waiting rooms": {
        "task": "bookings.tasks.keep_waiting_rooms",
        "schedule": 2.0,
        "options": {"expires": 2},
    },
    "relay the outbox": {
        "task": "ticketmaster.core.tasks.relay_outbox",
        "schedule": 1.0,
        "options": {"expires": 2},
    },
    # A no-op without Elasticsearch.
    "relay changes to the search index": {
        "task": "search.relay_index_changes",
        "schedule": 1.0,
        "options": {"expires": 2},
    },
    "build a search index that is missing": {
        "task": "search.build_missing_index",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "reconcile the search index": {
        "task": "search.reconcile_index",
        "schedule": 3600.0,
        "options": {"expires": 600},
    },
    "reconcile the search index field by field": {
        "task": "search.reconcile_index_contents",
        "schedule": 24 * 3600.0,
        "options": {"expires": 3600},
    },
    "refresh the availability that search knows": {
        "task": "search.tasks.refresh_availability",
        "schedule": 1.0,
        "options": {"expires": 2},
    },
    "learn the names that search suggests": {
        "task": "search.tasks.learn_names",
        "schedule": 1.0,
        "options": {"expires": 2},
    },
    "fold sales into popularity": {
        "task": "search.tasks.fold_in_demand",
        "schedule": 300.0,
        "options": {"expires": 250},
    },
    "write search rows that are missing": {
        "task": "search.tasks.write_missing_rows",
        "schedule": 300.0,
        "options": {"expires": 250},
    },
    "process stored Stripe events": {
        "task": "payments.tasks.process_stripe_events",
        "schedule": 2.0,
        "options": {"expires": 4},
    },
    # Twice a minute: a run that dies with its worker or its broker must not push the end of a
    # payment beyond the two minutes that a fan is promised.
    "reconcile payments": {
        "task": "payments.tasks.reconcile_payments",
        "schedule": 30.0,
        "options": {"expires": 28},
    },
    "check the invariants": {
        "task": "payments.tasks.watch_invariants",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "read Stripe's list of events": {
        "task": "payments.tasks.fetch_missed_events",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "forget old idempotency keys": {
        "task": "ticketmaster.core.tasks.purge_idempotency_keys",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "refund cancelled events": {
        "task": "payments.tasks.refund_cancelled_events",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "end past events": {
        "task": "events.tasks.end_past_events",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
}
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
