"""Who asks, once authentication has let them in."""

from typing import cast

from django.http import HttpRequest
from rest_framework.request import Request

from ticketmaster.accounts.models import User


def caller(request: Request | HttpRequest) -> User:
    """The signed-in user, or what stands for its row until that is needed (SessionUser)."""
    return cast(User, request.user)


def caller_id(request: Request | HttpRequest) -> int:
    """The signed-in user's id, without loading the row."""
    user_id = request.user.pk
    assert user_id is not None, "behind authentication only"
    return int(user_id)
