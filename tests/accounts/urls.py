"""The site's addresses and one more, which says who calls."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticketmaster.urls import handler400, handler403, handler404, handler500, urlpatterns


class WhoView(APIView):
    """Any signed-in user's id, by the site's own default authentication and permission."""

    def get(self, request: Request) -> Response:
        """Reading."""
        return Response({"id": request.user.pk})

    def post(self, request: Request) -> Response:
        """Writing, as far as CSRF is concerned."""
        return Response({"id": request.user.pk, "data": request.data})


urlpatterns = [path("api/v1/who", WhoView.as_view()), *urlpatterns]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
