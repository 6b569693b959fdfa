"""How the OpenAPI description names the two ways to be somebody."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class SessionTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The header of apps."""

    target_class = "ticketmaster.accounts.authentication.SessionTokenAuthentication"
    name = "SessionToken"
    match_subclasses = True

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """An API key in a header."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Session-Token",
            "description": "`meta.session_token` of `POST /_allauth/app/v1/auth/login`.",
        }


class PageSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The cookie of pages."""

    target_class = "ticketmaster.accounts.authentication.PageSessionAuthentication"
    name = "PageSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """An API key in a cookie; unsafe calls also need `X-CSRFToken`."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
