"""Which requests are plain claims: as apps send them, by the hundred when a sale opens."""

from django.http import HttpRequest

PATH = "/api/v1/booking/reserve"
JSON = "application/json"
ANY_FORMAT = frozenset({"", "*/*", JSON})


def is_plain(request: HttpRequest) -> bool:
    """Whether this is a claim as apps make it, with nothing that asks for the long way."""
    sent = request.META
    return (
        request.path_info == PATH
        and request.method == "POST"
        and "HTTP_X_SESSION_TOKEN" in sent
        and "HTTP_IDEMPOTENCY_KEY" not in sent
        and sent.get("CONTENT_TYPE") == JSON
        and sent.get("HTTP_ACCEPT", "") in ANY_FORMAT
        and not sent.get("QUERY_STRING")
    )
