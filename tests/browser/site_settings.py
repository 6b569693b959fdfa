"""The site as `./run` serves it, with only its own styles and scripts collected: the admin's and
the API pages' take ten times as long and no test here opens them."""

from ticketmaster.settings.dev import *  # noqa: F403 - all of them, as dev itself does

STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
