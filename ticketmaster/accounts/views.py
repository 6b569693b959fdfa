"""The personal part of public pages, fetched by their scripts."""

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_GET


@require_GET
def me(request: HttpRequest) -> JsonResponse:
    """Who is signed in (`{}` for nobody) and a CSRF token for forms; private, never stored."""
    person = {"email": request.user.email} if request.user.is_authenticated else {}
    response = JsonResponse({**person, "csrf_token": get_token(request)})
    response["Cache-Control"] = "private, no-store"
    return response
