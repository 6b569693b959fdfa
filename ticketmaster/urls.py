"""Which app answers which address."""

from django.contrib import admin
from django.urls import include, path

from ticketmaster.gateway.views import not_found

admin.site.index_title = "Box office"

urlpatterns = [
    path("api/", include("ticketmaster.api")),  # first: it is asked the most
    path("", include("ticketmaster.gateway.urls")),
    path("", include("events.urls")),
    path("", include("search.urls")),
    path("", include("bookings.urls")),
    path("", include("payments.urls")),
    path("", include("ticketmaster.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    # Nobody signs in by phone here, and allauth's own view fails without that set up.
    path("_allauth/app/v1/account/phone", not_found),
    path("_allauth/", include("allauth.headless.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "ticketmaster.gateway.views.bad_request"
handler403 = "ticketmaster.gateway.views.forbidden"
handler404 = "ticketmaster.gateway.views.not_found"
handler500 = "ticketmaster.gateway.views.server_error"
