"""The site's addresses and views that misbehave."""

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ticketmaster.accounts.models import User
from ticketmaster.core.errors import NotFound
from ticketmaster.urls import handler400, handler403, handler404, handler500, urlpatterns


def people(request: HttpRequest, code: str = "") -> HttpResponse:
    """A page that needs the database."""
    return HttpResponse(str(User.objects.count()))


def broken(request: HttpRequest) -> HttpResponse:
    """A bug."""
    raise ZeroDivisionError("pi_1_secret_2")


def refused(request: HttpRequest) -> HttpResponse:
    """A refusal that the page does not explain itself."""
    raise NotFound


class EchoView(APIView):
    """Answers with what it was sent."""

    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Request) -> Response:
        """The parsed body."""
        return Response({"data": request.data})


class PeopleView(APIView):
    """Needs the database."""

    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request) -> Response:
        """A query."""
        return Response(User.objects.count())


class LostView(APIView):
    """Loses the database in the middle of its work."""

    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request) -> Response:
        """As psycopg reports a server that was stopped."""
        raise OperationalError("terminating connection due to administrator command")


urlpatterns = [
    path("people", people),
    path("broken", broken),
    path("refused", refused),
    path("admission/<str:code>", people),
    path("api/v1/echo", EchoView.as_view()),
    path("api/v1/people", PeopleView.as_view()),
    path("api/v1/lost", LostView.as_view()),
    *urlpatterns,
]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
