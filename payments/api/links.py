"""OpenAPI links: which answer feeds which next request. For client generators and for tests."""

from typing import Any

BOOKING = {"reference": "$response.body#/reference"}
FIRST_BOOKING = {"reference": "$response.body#/results/0/reference"}
OF_A_BOOKING = ("bookings_read", "bookings_release", "bookings_extend")

# operation and status: next operation, its parameters, its body
Link = tuple[str, dict[str, str], dict[str, Any] | None]
LINKS: dict[tuple[str, str], list[Link]] = {
    ("search", "200"): [("event_read", {"event_id": "$response.body#/results/0/id"}, None)],
    ("event_read", "200"): [
        ("event_tickets", {"event_id": "$response.body#/id"}, None),
        ("event_availability", {"event_id": "$response.body#/id"}, None),
        ("booking_reserve", {}, {"event_id": "$response.body#/id", "quantity": 1}),
    ],
    ("event_tickets", "200"): [
        ("booking_reserve", {}, {"ticket_ids": ["$response.body#/results/0/id"]}),
    ],
    ("booking_reserve", "201"): [
        *((name, BOOKING, None) for name in OF_A_BOOKING),
        (
            "booking_confirm",
            {},
            {"booking": "$response.body#/reference", "payment_method": "pm_card_visa"},
        ),
    ],
    ("booking_confirm", "200"): [
        ("bookings_refund_offer", BOOKING, None),
        ("bookings_refund", BOOKING, {"ticket_ids": ["$response.body#/tickets/0/id"]}),
        *((name, BOOKING, None) for name in OF_A_BOOKING),
        ("admission_pdf", {"code": "$response.body#/admissions/0/code"}, None),
    ],
    ("bookings_list", "200"): [(name, FIRST_BOOKING, None) for name in OF_A_BOOKING],
    ("bookings_read", "200"): [("bookings_release", BOOKING, None)],
}


def add_links(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The description with these links in it: a hook of drf-spectacular."""
    operations = {
        operation["operationId"]: operation
        for methods in result["paths"].values()
        for operation in methods.values()
    }
    for (name, status), links in LINKS.items():
        operations[name]["responses"][status]["links"] = {
            target: _link(target, parameters, body) for target, parameters, body in links
        }
    return result


def _link(target: str, parameters: dict[str, str], body: dict[str, Any] | None) -> dict[str, Any]:
    link: dict[str, Any] = {"operationId": target}
    if parameters:
        link["parameters"] = parameters
    if body is not None:
        link["requestBody"] = body
    return link
