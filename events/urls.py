"""Pages of this app."""

from django.urls import path

from events.views import event, home, places, resources, seats

app_name = "events"
urlpatterns = [
    path("", home.home, name="home"),
    path("event/<int:event_id>", event.event, name="event"),
    path("event/<int:event_id>/seats", seats.seats, name="seats"),
    path(
        "event/<int:event_id>/availability.json",
        resources.availability_feed,
        name="availability-feed",
    ),
    path("event/<int:event_id>/calendar.ics", resources.calendar, name="calendar"),
    path("event/<int:event_id>/opening.ics", resources.opening, name="opening-calendar"),
    path("event/<int:event_id>/artwork-<slug:version>.svg", resources.artwork, name="artwork"),
    path("seat-map/<slug:version>.json", resources.seat_map, name="seat-map"),
    path("performer/<int:performer_id>", places.performer, name="performer"),
    path("venue/<int:venue_id>", places.venue, name="venue"),
    path("city/<str:country>/<str:slug>", places.city, name="city"),
    path("category/<slug:slug>", places.category, name="category"),
    path("robots.txt", resources.robots, name="robots"),
    path("sitemap.xml", resources.sitemap, name="sitemap"),
    path("sitemap-<slug:kind>-<int:number>.xml", resources.sitemap_part, name="sitemap-part"),
    path("favicon.ico", resources.favicon, name="favicon"),
]
