"""What an app does to sign up and in."""

from typing import Any

from django.test import Client

PASSWORD = "tickets-please"


def post(path: str, body: dict[str, Any], **headers: str) -> Any:
    """POST JSON as an app, without cookies."""
    return Client().post(
        f"/_allauth/app/v1/{path}", body, content_type="application/json", headers=headers
    )


def token_for(email: str, password: str = PASSWORD) -> str:
    """The session token after sign-in."""
    answer = post("auth/login", {"email": email, "password": password})
    assert answer.status_code == 200, answer.content
    token: str = answer.json()["meta"]["session_token"]
    return token
