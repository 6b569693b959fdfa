"""Operations of this app under /api/v1.

`/bookings`, `/bookings/{reference}` and `/booking/confirm` are routed by `payments.api`, which
adds paying to the views of this app.
"""

from django.urls import path

from bookings.api import views
from bookings.waiting_room import api as waiting_room

urlpatterns = [
    path("booking/reserve", views.ReserveView.as_view(), name="api-reserve"),
    path("bookings/<str:reference>/extend", views.ExtendView.as_view(), name="api-extend"),
    path(
        "event/<int:event_id>/waiting-room",
        waiting_room.WaitingRoomView.as_view(),
        name="api-waiting-room",
    ),
    path(
        "event/<int:event_id>/waiting-room/draw",
        waiting_room.DrawView.as_view(),
        name="api-waiting-room-draw",
    ),
    path("admission/<str:code>.pdf", views.AdmissionPdfView.as_view(), name="api-admission-pdf"),
]
