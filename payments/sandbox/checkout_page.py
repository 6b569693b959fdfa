"""The hosted Checkout page: what is bought, the sum, and the card form."""

import re
from typing import Any

from aiohttp import web

from payments.sandbox.errors import CardRejected
from payments.sandbox.html import Markup, page, render
from payments.sandbox.money import written
from payments.sandbox.store import StripeObject

EXPIRY = re.compile(r"^\s*(\d{1,2})\s*[/\-. ]\s*(\d{2}|\d{4})\s*$|^\s*(\d{2})(\d{2})\s*$")
KEPT_FIELDS = ("email", "number", "expiry", "name")


def render_checkout(
    session: StripeObject, *, values: dict[str, str], error: str = "", status: int = 200
) -> web.Response:
    """The page, with what was typed and what was wrong with it. The security code is not kept."""
    total = written(session["amount_total"], session["currency"])
    rows = Markup("".join(_row(item) for item in session["_items"]))
    alert = render("alert.html", text=error) if error else Markup("")
    cancel_url = session["cancel_url"]
    cancel = render("cancel.html", address=cancel_url) if cancel_url else Markup("")
    kept = {name: values.get(name, "") for name in KEPT_FIELDS}
    return page(
        "checkout.html",
        title=f"Pay {total}",
        status=status,
        total=total,
        rows=rows,
        alert=alert,
        cancel=cancel,
        **kept,
    )


def card_from_form(values: dict[str, str]) -> dict[str, Any]:
    """The card's number, dates and code as the API takes them. Raises CardRejected."""
    month, year = expiry_from(values.get("expiry", ""))
    return {
        "number": values.get("number", ""),
        "exp_month": month,
        "exp_year": year,
        "cvc": values.get("cvc", "").strip(),
    }


def expiry_from(text: str) -> tuple[int, int]:
    """Month and year from `12 / 34`, `12/2034` or `1234`. Raises CardRejected."""
    match = EXPIRY.match(text)
    if not match:
        raise CardRejected(
            "Your card's expiration date is incomplete.", code="invalid_expiry_month"
        )
    month, year, packed_month, packed_year = match.groups()
    return int(month or packed_month), int(year or packed_year)


def _row(item: StripeObject) -> str:
    currency = item["currency"]
    note = item["_note"]
    return render(
        "line.html",
        name=item["description"] or "",
        note=note,
        quantity=str(item["quantity"]),
        each=written(item["_unit_amount"], currency),
        amount=written(item["amount_total"], currency),
    )
