"""A laptop under ./run: the production server and settings, without HTTPS."""

from ticketmaster.settings.base import *
