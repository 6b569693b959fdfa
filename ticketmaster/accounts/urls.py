"""Who is signed in, for scripts of public pages, and what differs from allauth's own."""

from allauth.headless.account.views import RequestPasswordResetView
from allauth.headless.constants import Client
from django.urls import path

from ticketmaster.accounts import views
from ticketmaster.accounts.forms import QuietResetInput

app_name = "accounts"
urlpatterns = [
    path("me", views.me, name="me"),
    path(
        "_allauth/app/v1/auth/password/request",
        RequestPasswordResetView.as_api_view(client=Client.APP, input_class=QuietResetInput),
        name="app-password-request",
    ),
]
