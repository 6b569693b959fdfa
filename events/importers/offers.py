"""What a listing offers: prices, how many places each has, and from when."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from events.importers.errors import RowRefused
from events.importers.listing import Offer, WrittenMoment
from events.importers.values import decimal, first, listed, shown, text, whole
from ticketmaster.core.money import CURRENCIES, to_minor

DEFAULT_CURRENCY = "USD"
DEFAULT_NAME = "General admission"
LONGEST_NAME = 80
MOST_OFFERS = 100
MOST_PLACES = 200_000  # the largest stadium holds fewer
HIGHEST_PRICE = Decimal(100_000_000)

MomentReader = Callable[..., WrittenMoment]


def read_offers(
    value: object, *, notes: list[str], read_moment: MomentReader
) -> tuple[str, tuple[Offer, ...]]:
    """The listing's one currency and its offers, each under a name of its own.

    The listed price is what a fan pays, all in. Raises RowRefused for a price or number of
    places that cannot be, and for two currencies in one listing.
    """
    objects = list(_flattened(value, notes))
    if len(objects) > MOST_OFFERS:
        raise RowRefused(f"{len(objects)} offers; at most {MOST_OFFERS} are kept")
    currency = _currency(objects)
    offers: dict[str, Offer] = {}
    for one in objects:
        offer = _offer(one, currency, set(offers), notes, read_moment)
        offers[offer.name.casefold()] = offer
    if not offers:
        notes.append("no offers: nothing can be put on sale")
    return currency, tuple(offers.values())


def _flattened(value: object, notes: list[str]) -> Iterator[Mapping[str, Any]]:
    """The single offers, those inside an AggregateOffer among them."""
    for one in listed(value):
        if not isinstance(one, Mapping):
            raise RowRefused(f"an offer is {shown(one)}, not an object")
        if one.get("offers") is not None:
            inherited = {"priceCurrency": one.get("priceCurrency")}
            for inner in _flattened(one["offers"], notes):
                yield {**inherited, **inner}
        elif _price(one) is None and one.get("lowPrice") is not None:
            yield from _of_range(one, notes)
        else:
            yield one


def _of_range(offer: Mapping[str, Any], notes: list[str]) -> Iterator[Mapping[str, Any]]:
    """An AggregateOffer without offers: one price if its range is one price."""
    low, high = offer["lowPrice"], offer.get("highPrice")
    if high is not None and decimal(low, field="lowPrice") != decimal(high, field="highPrice"):
        notes.append("an offer gives only a range of prices: left out")
        return
    yield {**offer, "price": low}


def _price(offer: Mapping[str, Any]) -> Any:
    price = first(offer.get("price"))
    specification = first(offer.get("priceSpecification"))
    if price in (None, "") and isinstance(specification, Mapping):
        return first(specification.get("price"))
    return None if price == "" else price


def _currency(offers: list[Mapping[str, Any]]) -> str:
    found: list[str] = []
    for offer in offers:
        specification = first(offer.get("priceSpecification"))
        inner = specification if isinstance(specification, Mapping) else {}
        written = offer.get("priceCurrency") or inner.get("priceCurrency")
        code = text(written, field="priceCurrency", longest=40).upper()
        if not code:
            raise RowRefused("priceCurrency is missing")
        if code not in CURRENCIES:
            raise RowRefused(f"priceCurrency {shown(code)} is no ISO 4217 code")
        if code not in found:
            found.append(code)
    if len(found) > 1:
        raise RowRefused(f"offers in {' and '.join(found)}: an event has one currency")
    return found[0] if found else DEFAULT_CURRENCY


def _offer(
    offer: Mapping[str, Any],
    currency: str,
    taken: set[str],
    notes: list[str],
    read_moment: MomentReader,
) -> Offer:
    written = text(offer.get("name"), field="offer name", longest=LONGEST_NAME)
    name = _unused(written or DEFAULT_NAME, taken)
    if written and name != written:
        notes.append(f"two offers are named {written!r}: the later one is {name!r}")
    valid_from = first(offer.get("validFrom"))
    return Offer(
        name=name,
        price_minor=_price_minor(_price(offer), currency, name),
        places=_places(offer.get("inventoryLevel"), name, notes),
        valid_from=read_moment(valid_from, field="validFrom") if valid_from else None,
    )


def _unused(name: str, taken: set[str]) -> str:
    """The name, or the name with the first free number."""
    candidate, number = name, 2
    while candidate.casefold() in taken:
        ending = f" {number}"
        candidate, number = name[: LONGEST_NAME - len(ending)] + ending, number + 1
    return candidate


def _price_minor(value: object, currency: str, name: str) -> int:
    if value is None:
        raise RowRefused(f"offer {name!r} has no price")
    price = decimal(value, field=f"price of {name!r}")
    if price < 0:
        raise RowRefused(f"price of {name!r} is negative")
    if price > HIGHEST_PRICE:
        raise RowRefused(f"price of {name!r} is {shown(price)}, which nobody pays")
    try:
        return to_minor(price, currency)
    except ValueError as error:
        raise RowRefused(f"price of {name!r}: {error}") from error


def _places(value: object, name: str, notes: list[str]) -> int | None:
    """How many places: a number or a QuantitativeValue; None when it is not said."""
    value = first(value)
    if isinstance(value, Mapping):
        value = first(value.get("value"))
    if value in (None, ""):
        notes.append(f"offer {name!r} has no inventoryLevel: no places")
        return None
    places = whole(value, field=f"inventoryLevel of {name!r}", most=MOST_PLACES)
    if places == 0:
        notes.append(f"offer {name!r} has an inventoryLevel of 0: no places")
    return places
