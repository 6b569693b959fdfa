"""The site as `./run` serves it, with short holds and a handler behind its chaos points."""

from ticketmaster.settings.dev import *  # noqa: F403 - all of them, as dev itself does

INSTALLED_APPS = [*INSTALLED_APPS, "tests.chaos.apps.ChaosConfig"]  # noqa: F405
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
