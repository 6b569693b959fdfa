"""Pages of this app. The booking's own page is `payments:booking`, where it is paid too."""

from django.urls import path

from bookings import views
from bookings.waiting_room import draw_views
from bookings.waiting_room import views as waiting_room

app_name = "bookings"
urlpatterns = [
    path("event/<int:event_id>/hold", views.hold, name="hold"),
    path("event/<int:event_id>/waiting-room", waiting_room.room, name="waiting-room"),
    path("event/<int:event_id>/waiting-room/leave", waiting_room.leave, name="waiting-room-leave"),
    path("event/<int:event_id>/waiting-room/draw", draw_views.draw, name="waiting-room-draw"),
    path("event/<int:event_id>/waiting-room/list.txt", draw_views.sealed_list, name="sealed-list"),
    path("bookings", views.mine, name="mine"),
    path("booking/<str:reference>/extend", views.extend, name="extend"),
    path("booking/<str:reference>/release", views.release, name="release"),
    path("admission/<str:code>.pdf", views.admission_file, name="admission-pdf"),
    path("admission/<str:code>", views.admission, name="admission"),
]
