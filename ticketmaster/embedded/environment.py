"""What the site's processes find in their environment."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ticketmaster.embedded import postgres
from ticketmaster.embedded.area import Area
from ticketmaster.embedded.ports import site_url
from ticketmaster.embedded.services import Services
from ticketmaster.embedded.state import State

SERVICE_NAMES = (
    "DATABASE_URL",
    "REDIS_URL",
    "REDIS_CACHE_URL",
    "ELASTICSEARCH_URL",
    "STRIPE_SECRET_KEY",
    "STRIPE_PUBLISHABLE_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "STRIPE_API_BASE",
    "STRIPE_JS_URL",
    "STRIPE_PAGES_ORIGIN",
)


def for_site(area: Area, state: State, services: Mapping[str, str], *, port: int) -> dict[str, str]:
    """For management commands, and the base of every process's. `services` says where they are;
    what else the caller's own environment sets stays."""
    defaults = {
        "SECRET_KEY": state.secret("secret_key"),
        "SITE_URL": site_url(port),
        "MAIL_DIR": str(area.mail),
        "LOG_FORMAT": "console",
    }
    fixed = {
        "DJANGO_SETTINGS_MODULE": "ticketmaster.settings.dev",
        "EMBEDDED": "1",
        "PYTHONUNBUFFERED": "1",
        # Celery says this at every start as root; ./run on a laptop or in a container is fine so.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    return {**defaults, **os.environ, **fixed, **services}


def services_in(environment: Mapping[str, str]) -> dict[str, str]:
    """The part that says where the services are, for a command that comes later."""
    return {name: environment[name] for name in SERVICE_NAMES if name in environment}


def for_web(services: Services, environment: dict[str, str]) -> dict[str, str]:
    """Under the role whose limits suit somebody who waits for a page."""
    return _under_role(services, environment, postgres.WEB_ROLE)


def for_worker(services: Services, environment: dict[str, str]) -> dict[str, str]:
    """Under the role of sweeps and tasks."""
    return _under_role(services, environment, postgres.WORKER_ROLE)


def _under_role(services: Services, environment: dict[str, str], role: str) -> dict[str, str]:
    if services.postgres is None:  # a database that is not ours has roles of its own
        return environment
    return {**environment, "DATABASE_URL": services.postgres.url(role)}


def for_tests(services: Services, *, web_port: int) -> dict[str, str]:
    """For pytest: the test services, a port for a live server whose webhooks the sandbox sends,
    and the file in which Postgres logs deadlocks and lock waits."""
    found = {
        **services.environment(),
        "DJANGO_SETTINGS_MODULE": "ticketmaster.settings.test",
        "TEST_SITE_URL": site_url(web_port),
    }
    if services.postgres:
        found["TEST_POSTGRES_LOG"] = str(services.postgres.log)
    return {**os.environ, **found}
