"""The catalogue and the inventory in the admin."""

from events.admin import events, maps, tickets, venues

__all__ = ["events", "maps", "tickets", "venues"]
