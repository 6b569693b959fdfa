"""The description of the API and its page, from our own files only, under our own CSP."""

from typing import Any

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

PUBLIC = "public, max-age=60, s-maxage=300"


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1, as JSON or YAML by `Accept` or `?format=`."""

    content_negotiation_class = DefaultContentNegotiation
    authentication_classes = ()
    permission_classes = ()
    schema = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The same for everybody."""
        response = super().get(request, *args, **kwargs)
        response["Cache-Control"] = PUBLIC
        return response


class DocsView(SpectacularSwaggerSplitView):
    """Every operation, to read and to try."""

    authentication_classes = ()
    permission_classes = ()
    schema = None
    url_name = "api-schema"
    template_name = "api/docs.html"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The page, and with `?script` what starts it."""
        response = super().get(request, *args, **kwargs)
        response["Cache-Control"] = PUBLIC
        return response
