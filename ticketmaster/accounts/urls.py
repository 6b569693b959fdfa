"""Who is signed in, for scripts of public pages."""

from django.urls import path

from ticketmaster.accounts import views

app_name = "accounts"
urlpatterns = [path("me", views.me, name="me")]
