"""Stripe's public test cards: what each number does, and which names stand for it.

From Stripe's page about testing. `pm_card_<name>` and `tok_<name>` stand for the card of that name.
"""

from dataclasses import dataclass, field

from payments.sandbox.declines import (
    BLOCKED,
    EXPIRED,
    FRAUDULENT,
    GENERIC,
    INCORRECT_CVC,
    INSUFFICIENT,
    LOST,
    PROCESSING,
    STOLEN,
    VELOCITY,
    Decline,
)

NEVER, OPTIONAL, REQUIRED, UNLESS_SET_UP = "never", "optional", "required", "unless_set_up"


@dataclass(frozen=True)
class Card:
    """What a test card is and does."""

    number: str
    brand: str = "visa"
    names: tuple[str, ...] = ()
    country: str = "US"
    funding: str = "credit"
    decline: Decline | None = None
    three_d_secure: str = OPTIONAL
    checks: dict[str, str] = field(default_factory=dict)
    dispute: str | None = None
    refund: str = "succeeded"

    @property
    def last4(self) -> str:
        return self.number[-4:]


def _brands() -> list[Card]:
    return [
        Card("4242424242424242", names=("visa", "us")),
        Card("4000056655665556", names=("visa_debit",), funding="debit"),
        Card("5555555555554444", "mastercard", ("mastercard",)),
        Card("2223003122003222", "mastercard"),
        Card("5200828282828210", "mastercard", ("mastercard_debit",), funding="debit"),
        Card("5105105105105100", "mastercard", ("mastercard_prepaid",), funding="prepaid"),
        Card("378282246310005", "amex", ("amex",), three_d_secure=NEVER),
        Card("371449635398431", "amex", three_d_secure=NEVER),
        Card("6011111111111117", "discover", ("discover",)),
        Card("6011000990139424", "discover"),
        Card("6011981111111113", "discover", ("discover_debit",), funding="debit"),
        Card("3056930009020004", "diners", ("diners",)),
        Card("36227206271667", "diners", ("diners_14digits",)),
        Card("6555900000604105", "discover", ("bccard",), country="KR"),
        Card("3566002020360505", "jcb", ("jcb",), country="JP"),
        Card("6200000000000005", "unionpay", ("unionpay",), country="CN"),
        Card("6200000000000047", "unionpay", ("unionpay_debit",), "CN", "debit"),
        Card("6205500000000000004", "unionpay", ("unionpay_19digits",), "CN"),
        Card("4000002500001001", "visa", ("visa_cartesBancaires",), "FR"),
        Card("5555552500001001", "mastercard", ("mastercard_cartesBancaires",), "FR"),
    ]


def _declines() -> list[Card]:
    failing = {"cvc_check": "fail"}
    return [
        Card("4000000000000002", names=("visa_chargeDeclined", "chargeDeclined"), decline=GENERIC),
        _declining("4000000000009995", "InsufficientFunds", INSUFFICIENT),
        _declining("4000000000009987", "LostCard", LOST),
        _declining("4000000000009979", "StolenCard", STOLEN),
        _declining("4000000000000069", "ExpiredCard", EXPIRED),
        Card(
            "4000000000000127",
            names=("visa_chargeDeclinedIncorrectCvc", "chargeDeclinedIncorrectCvc"),
            decline=INCORRECT_CVC,
            checks=failing,
        ),
        _declining("4000000000000119", "ProcessingError", PROCESSING),
        _declining("4000000000006975", "VelocityLimitExceeded", VELOCITY),
        Card("4000000000000341", names=("chargeCustomerFail",), decline=GENERIC),
        Card(
            "4100000000000019", names=("radarBlock", "chargeDeclinedFraudulent"), decline=FRAUDULENT
        ),
        Card("4000000000004954", names=("riskLevelHighest",), decline=BLOCKED),
    ]


def _declining(number: str, name: str, decline: Decline) -> Card:
    names = (f"visa_chargeDeclined{name}", f"chargeDeclined{name}")
    return Card(number, names=names, decline=decline)


def _checks() -> list[Card]:
    return [
        Card("4000000000009235", names=("riskLevelElevated",)),
        Card("4000000000000101", names=("cvcCheckFail",), checks={"cvc_check": "fail"}),
        Card(
            "4000000000000010",
            names=("avsFail",),
            checks={"address_line1_check": "fail", "address_postal_code_check": "fail"},
        ),
        Card("4000000000000028", names=("avsLine1Fail",), checks={"address_line1_check": "fail"}),
        Card(
            "4000000000000036", names=("avsZipFail",), checks={"address_postal_code_check": "fail"}
        ),
        Card(
            "4000000000000044",
            names=("avsUnchecked",),
            checks={
                "address_line1_check": "unavailable",
                "address_postal_code_check": "unavailable",
            },
        ),
        Card("4000000000000077", names=("bypassPending",)),
        Card("4000000000003720", names=("bypassPendingInternational",), country="GB"),
    ]


def _three_d_secure() -> list[Card]:
    def asks(number: str, *names: str, decline: Decline | None = None) -> Card:
        return Card(number, names=names, three_d_secure=REQUIRED, decline=decline)

    return [
        asks("4000002760003184", "authenticationRequired"),
        Card(
            "4000002500003155",
            names=("authenticationRequiredOnSetup",),
            three_d_secure=UNLESS_SET_UP,
        ),
        Card(
            "4000003800000446",
            names=("authenticationRequiredSetupForOffSession",),
            three_d_secure=UNLESS_SET_UP,
        ),
        asks("4000000000003220", "threeDSecure2Required"),
        asks("4000000000003063", "threeDSecureRequired"),
        asks(
            "4000008260003178",
            "authenticationRequiredChargeDeclinedInsufficientFunds",
            decline=INSUFFICIENT,
        ),
        asks("4000008400001629", "threeDSecureRequiredChargeDeclined", decline=GENERIC),
        Card(
            "4000008400001280", names=("threeDSecureRequiredProcessingError",), decline=PROCESSING
        ),
        Card("4000000000003055", names=("threeDSecureOptional",)),
        Card("4000000000003097", names=("threeDSecureOptionalProcessingError",)),
        asks("4000582600000094"),
        asks("4000582600000045"),
        asks("4000582600000102"),
        asks("4000582600000110"),
    ]


def _aftermath() -> list[Card]:
    return [
        Card("4000000000000259", names=("createDispute",), dispute="fraudulent"),
        Card(
            "4000000000002685",
            names=("createDisputeProductNotReceived",),
            dispute="product_not_received",
        ),
        Card("4000000000007726", names=("pendingRefund",), refund="pending"),
        Card("4000000000005126", names=("refundFail",), refund="failed"),
    ]


COUNTRIES = """
4000000320000021 ar  4000000760000002 br  4000001240000000 ca  4000001520000001 cl
4000001700000003 co  4000001880000005 cr  4000002180000000 ec  4000004840008001 mx
4000005910000000 pa  4000006000000066 py  4000006040000068 pe  4000008580000003 uy
4000007840000001 ae  4000000400000008 at  4000000560000004 be  4000001000000000 bg
4000001120000005 by  4000001910000009 hr  4000001960000008 cy  4000002030000002 cz
4000002080000001 dk  4000002330000009 ee  4000002460000001 fi  4000002500000003 fr
4000002760000016 de  4000002920000005 gi  4000003000000030 gr  4000003480000005 hu
4000003720000005 ie  4000003800000008 it  4000004280000005 lv  4000004380000004 li
4000004400000000 lt  4000004420000006 lu  4000004700000007 mt  4000005280000002 nl
4000005780000007 no  4000006160000005 pl  4000006200000007 pt  4000006420000001 ro
4000006820000007 sa  4000007050000006 si  4000007030000001 sk  4000007240000007 es
4000007520000008 se  4000007560000009 ch  4000008260000000 gb  4000000360000006 au
4000001560000002 cn  4000003440000004 hk  4000003560000008 in  4000003920000003 jp
4000004580000002 my  4000005540000008 nz  4000007020000003 sg  4000001580000008 tw
4000007640000003 th
"""


def _by_country() -> list[Card]:
    words = COUNTRIES.split()
    pairs = zip(words[::2], words[1::2], strict=True)
    return [Card(number, names=(code,), country=code.upper()) for number, code in pairs]


CARDS = [
    *_brands(),
    *_declines(),
    *_checks(),
    *_three_d_secure(),
    *_aftermath(),
    *_by_country(),
]
BY_NUMBER = {card.number: card for card in CARDS}
BY_NAME = {name: card for card in CARDS for name in card.names}


def card_named(alias: str) -> Card | None:
    """The card for `pm_card_visa`, `tok_visa` and their like, or None."""
    for prefix in ("pm_card_", "tok_"):
        if alias.startswith(prefix):
            return BY_NAME.get(alias.removeprefix(prefix))
    return None


def is_well_formed(number: str) -> bool:
    """Whether a number has a card's length and check digit (Luhn)."""
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        return False
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
