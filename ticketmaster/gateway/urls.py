"""Health."""

from django.urls import path

from ticketmaster.gateway import views

app_name = "gateway"
urlpatterns = [
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
]
