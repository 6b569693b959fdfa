"""Pages of this app. The booking's own page is `payments:booking`, where it is paid too."""

from django.urls import path

from bookings import views

app_name = "bookings"
urlpatterns = [
    path("event/<int:event_id>/hold", views.hold, name="hold"),
    path("bookings", views.mine, name="mine"),
    path("booking/<str:reference>/extend", views.extend, name="extend"),
    path("booking/<str:reference>/release", views.release, name="release"),
    path("admission/<str:code>.pdf", views.admission_file, name="admission-pdf"),
    path("admission/<str:code>", views.admission, name="admission"),
]
