"""Currencies as Stripe takes them: least and greatest amounts, and how an amount is written."""

from payments.sandbox.errors import InvalidParameter

WITHOUT_DECIMALS = set(
    "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split(),
)
WITH_THREE = set("bhd jod kwd omr tnd".split())
WITH_TWO = set(
    """
    usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad
    cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg
    huf idr ils inr isk jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr
    mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek
    sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah uyu uzs wst xcd yer zar zmw
    """.split()
)
SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}
LEAST = {"gbp": 30, "jpy": 50, "chf": 50, "sek": 300, "nok": 300, "dkk": 250, "huf": 17500}
GREATEST = 99_999_999


def decimals(currency: str) -> int:
    """How many decimals a currency has."""
    if currency in WITHOUT_DECIMALS:
        return 0
    return 3 if currency in WITH_THREE else 2


def written(amount: int, currency: str) -> str:
    """An amount for people: `$12.50`, `1.250 KWD`."""
    places = decimals(currency)
    whole, part = divmod(abs(amount), 10**places)
    figure = f"{whole:,}" + (f".{part:0{places}d}" if places else "")
    sign = "-" if amount < 0 else ""
    if currency in SYMBOLS:
        return f"{sign}{SYMBOLS[currency]}{figure}"
    return f"{sign}{figure} {currency.upper()}"


def checked_currency(currency: str) -> str:
    """The currency in Stripe's lower case. Raises InvalidParameter for one it does not have."""
    lowered = currency.lower()
    if lowered not in WITH_TWO | WITHOUT_DECIMALS | WITH_THREE:
        raise InvalidParameter(f"Invalid currency: {currency[:20]}", param="currency")
    return lowered


def check_amount(amount: int, currency: str) -> None:
    """Raises InvalidParameter for an amount that Stripe does not charge."""
    least = LEAST.get(currency, 500 if currency in WITH_THREE else 50)
    if amount < least:
        raise InvalidParameter(
            f"Amount must be at least {written(least, currency)} {currency}",
            code="amount_too_small",
            param="amount",
        )
    if amount > GREATEST:
        raise InvalidParameter(
            f"Amount must be no more than {written(GREATEST, currency)}",
            code="amount_too_large",
            param="amount",
        )
    if currency in WITH_THREE and amount % 10:
        raise InvalidParameter(
            f"Invalid amount: in {currency} the last digit must be 0.",
            code="parameter_invalid_integer",
            param="amount",
        )
