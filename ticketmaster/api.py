"""The API's addresses under /api: v1 of each app, the description and its docs page."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from ticketmaster.gateway.views import ApiNotFoundView

urlpatterns = [
    path("v1/", include("events.api.urls")),
    path("v1/", include("search.api.urls")),
    path("v1/", include("bookings.api.urls")),
    path("v1/", include("payments.api.urls")),
    path(
        "schema",
        SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="api-schema",
    ),
    path(
        "docs",
        SpectacularSwaggerView.as_view(
            url_name="api-schema", authentication_classes=[], permission_classes=[]
        ),
        name="api-docs",
    ),
    re_path(r"^.*$", ApiNotFoundView.as_view()),
]
