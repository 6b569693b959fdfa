"""How the OpenAPI description names the two ways to be somebody."""

from typing import Any

from drf_spectacular.drainage import set_override
from drf_spectacular.extensions import OpenApiAuthenticationExtension

from ticketmaster.accounts.authentication import SessionTokenAuthentication

# Whichever way it is read, it is the same header: one scheme for all its subclasses.
set_override(SessionTokenAuthentication, "suppress_collision_warning", True)


class SessionTokenScheme(OpenApiAuthenticationExtension):
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


class PageSessionScheme(OpenApiAuthenticationExtension):
    """The cookie of pages."""

    target_class = "ticketmaster.accounts.authentication.PageSessionAuthentication"
    name = "PageSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """An API key in a cookie; unsafe calls also need `X-CSRFToken`."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
