"""Operations of this app under /api/v1."""

from django.urls import path

from events.api import places, seats, views

urlpatterns = [
    path("event/<int:event_id>", views.EventView.as_view(), name="api-event"),
    path("event/<int:event_id>/tickets", views.TicketListView.as_view(), name="api-tickets"),
    path(
        "event/<int:event_id>/availability",
        seats.AvailabilityView.as_view(),
        name="api-availability",
    ),
    path("event/<int:event_id>/seat-map", seats.SeatMapView.as_view(), name="api-seat-map"),
    path("performer/<int:performer_id>", places.PerformerView.as_view(), name="api-performer"),
    path("venue/<int:venue_id>", places.VenueView.as_view(), name="api-venue"),
]
