"""Money: integers of minor units with an ISO 4217 currency. Never a float."""

from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError

# ISO 4217 exponents other than two.
ZERO_DECIMAL = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()
)
THREE_DECIMAL = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
TWO_DECIMAL = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD "
    "MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
    "PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG".split()
)
CURRENCIES = ZERO_DECIMAL | TWO_DECIMAL | THREE_DECIMAL
SYMBOLS = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$",
    "INR": "₹", "KRW": "₩", "MXN": "MX$", "BRL": "R$", "ILS": "₪",
}  # fmt: skip
LARGEST_AMOUNT = 2**53 - 1


def exponent(currency: str) -> int:
    """How many decimals the currency has: 0, 2 or 3."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def to_minor(amount: str | int | float | Decimal, currency: str) -> int:
    """The amount in minor units, exactly.

    A float is read by its shortest text, as JSON writes it. Raises ValueError when it is no
    number, negative, too large, or has more decimals than the currency.
    """
    try:
        value = Decimal(str(amount).strip())
    except InvalidOperation as error:
        raise ValueError(f"{amount!r} is not an amount of money") from error
    if not value.is_finite() or value < 0:
        raise ValueError(f"{amount!r} is not an amount of money")
    minor = value.scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise ValueError(f"{amount} has more decimals than {currency} allows")
    if minor > LARGEST_AMOUNT:
        raise ValueError(f"{amount} is too large")
    return int(minor)


def to_decimal(amount_minor: int, currency: str) -> Decimal:
    """The amount in major units."""
    return Decimal(amount_minor).scaleb(-exponent(currency))


def format_money(amount_minor: int, currency: str) -> str:
    """The amount as people read it: $45.00, ¥5,000, KWD 4.500."""
    places = exponent(currency)
    figures = f"{abs(to_decimal(amount_minor, currency)):,.{places}f}"
    sign = "−" if amount_minor < 0 else ""
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{figures}" if symbol else f"{sign}{currency} {figures}"


def validate_currency(value: str) -> None:
    """Raise ValidationError unless this is an ISO 4217 code in use."""
    if value not in CURRENCIES:
        raise ValidationError(f"{value} is not an ISO 4217 currency code.")
