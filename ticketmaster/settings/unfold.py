"""The admin's look and its navigation, grouped by task."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

# The site's paper and ink as a scale, and its tomato with the shades that hover and dark need.
PAPER_TO_INK = {
    "50": "#faf8f4",
    "100": "#f1ede5",
    "200": "#e2ddd3",
    "300": "#cbc5bb",
    "400": "#9c97a0",
    "500": "#6f6a78",
    "600": "#5a5664",
    "700": "#37343f",
    "800": "#24222c",
    "900": "#1c1a24",
    "950": "#131119",
}
TOMATO = {
    "50": "#fdf3ef",
    "100": "#f9e4dc",
    "200": "#f4c9bb",
    "300": "#ff9f87",
    "400": "#ff7a5c",
    "500": "#e2492d",
    "600": "#c8371f",
    "700": "#a92c17",
    "800": "#872413",
    "900": "#651c10",
    "950": "#38191a",
}

# Title, then (label, model, icon of unfold's set).
NAVIGATION = [
    ("Events", [("Events", "events_event", "confirmation_number"),
                ("Performers", "events_performer", "artist"),
                ("Categories", "events_category", "category"),
                ("Price levels", "events_pricelevel", "sell"),
                ("Sale windows", "events_salewindow", "schedule")]),
    ("Venues & maps", [("Venues", "events_venue", "location_city"),
                       ("Seat maps", "events_seatmap", "event_seat"),
                       ("Sections", "events_section", "grid_view"),
                       ("Seats", "events_seat", "chair_alt")]),
    ("Bookings", [("Bookings", "bookings_booking", "receipt_long"),
                  ("Tickets (stock)", "events_ticket", "inventory_2"),
                  ("Admissions", "bookings_admission", "qr_code_2")]),
    ("Waiting rooms", [("Waiting rooms", "bookings_waitingroom", "hourglass_top"),
                       ("Places in line", "bookings_waitingroomentry", "format_list_numbered")]),
    ("Money", [("Payment attempts", "payments_paymentattempt", "credit_card"),
               ("Refunds", "payments_refund", "undo"),
               ("Refunds of events", "payments_eventrefund", "event_busy"),
               ("Disputes", "payments_dispute", "gavel"),
               ("Ledger", "payments_ledgerentry", "account_balance"),
               ("Stripe events", "payments_stripeevent", "webhook")]),
    ("People", [("People", "accounts_user", "person"),
                ("Groups", "auth_group", "group")]),
    ("Records", [("Audit trail", "core_auditrecord", "history"),
                 ("Outbox", "core_outboxmessage", "outbox"),
                 ("Relays", "core_relayheartbeat", "monitor_heart"),
                 ("Search rows", "search_searchrow", "manage_search")]),
]  # fmt: skip


def unfold_settings(site_name: str) -> dict[str, Any]:
    """Django-unfold's settings for a site of this name."""
    return {
        "SITE_TITLE": f"{site_name} box office",
        "SITE_HEADER": site_name,
        "SITE_SUBHEADER": "Box office",
        "SITE_SYMBOL": "event_seat",
        "SITE_URL": "/",
        "STYLES": [lambda request: static("css/admin.css")],
        "DASHBOARD_CALLBACK": "payments.admin_desk.desk",
        "SHOW_BACK_BUTTON": True,
        "BORDER_RADIUS": "6px",
        "COLORS": {"base": PAPER_TO_INK, "primary": TOMATO},
        "SIDEBAR": {
            "show_search": True,
            "show_all_applications": False,
            "navigation": [
                {
                    "title": title,
                    "separator": True,
                    "items": [
                        {
                            "title": label,
                            "icon": icon,
                            "link": reverse_lazy(f"admin:{model}_changelist"),
                            "permission": _may_view(model),
                        }
                        for label, model, icon in items
                    ],
                }
                for title, items in NAVIGATION
            ],
        },
    }


def _may_view(model: str) -> Any:
    app, _, name = model.partition("_")

    def allowed(request: Any) -> bool:
        verbs = ("view", "change")
        return any(request.user.has_perm(f"{app}.{verb}_{name}") for verb in verbs)

    return allowed
