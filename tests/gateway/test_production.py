"""Production settings pass Django's own review and refuse what belongs on a laptop."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ONLY_ON_A_LAPTOP = {"STRIPE_API_BASE", "STRIPE_JS_URL", "STRIPE_PAGES_ORIGIN", "EMBEDDED", "DEBUG"}


def check(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check` with production settings."""
    kept = {name: value for name, value in os.environ.items() if name not in ONLY_ON_A_LAPTOP}
    environment = {
        **kept,
        "DJANGO_SETTINGS_MODULE": "ticketmaster.settings.prod",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "tickets.example",
        "SITE_URL": "https://tickets.example",
        "RATE_LIMITS": "on",
        **changes,
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_the_deployment_check_finds_nothing() -> None:
    run = check("--deploy", "--fail-level", "DEBUG")

    assert run.returncode == 0, run.stderr
    assert "no issues (0 silenced)" in run.stdout + run.stderr


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"RATE_LIMITS": "off"}, "RATE_LIMITS=off"),
        ({"EMBEDDED": "1"}, "EMBEDDED=1"),
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:1"}, "STRIPE_API_BASE"),
    ],
)
def test_what_belongs_on_a_laptop_is_refused(changes: dict[str, str], said: str) -> None:
    run = check(**changes)

    assert run.returncode != 0
    assert said in run.stderr
