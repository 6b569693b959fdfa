"""The API's addresses under /api: v1 of each app, the description and its docs page."""

from django.urls import include, path, re_path

from ticketmaster.core.api_docs import DocsView, SchemaView
from ticketmaster.gateway.views import ApiNotFoundView

urlpatterns = [
    path("v1/", include("events.api.urls")),
    path("v1/", include("search.api.urls")),
    path("v1/", include("bookings.api.urls")),
    path("v1/", include("payments.api.urls")),
    path("schema", SchemaView.as_view(), name="api-schema"),
    path("docs", DocsView.as_view(), name="api-docs"),
    re_path(r"^.*$", ApiNotFoundView.as_view()),
]
