"""Where a venue is, as its own country writes addresses."""

from events.countries import country_name
from events.models import Venue

# The code stands behind the town there; everywhere else before it.
CODE_LAST = frozenset({"US", "CA", "AU", "GB", "IE", "IN", "JP", "KR", "NZ", "SG", "ZA"})
# The state is part of the town's line there; everywhere else it has a line of its own.
STATE_WITH_TOWN = frozenset({"US", "CA", "AU", "BR", "MX"})


def address_lines(venue: Venue) -> list[str]:
    """The venue's address, a line each, blanks left out."""
    with_town = venue.country in STATE_WITH_TOWN
    region = "" if with_town or venue.region == venue.city else venue.region
    return [line for line in (venue.address, _town(venue), region, _country(venue)) if line]


def address_text(venue: Venue) -> str:
    """The same on one line."""
    return ", ".join(address_lines(venue))


def _town(venue: Venue) -> str:
    town = venue.city
    if venue.country in STATE_WITH_TOWN and venue.region:
        town = f"{town}, {venue.region}"
    parts = [town, venue.postal_code] if venue.country in CODE_LAST else [venue.postal_code, town]
    return " ".join(part for part in parts if part)


def _country(venue: Venue) -> str:
    return country_name(venue.country) or venue.country
