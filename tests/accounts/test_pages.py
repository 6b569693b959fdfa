"""Sign-up, sign-in, sign-out and password reset on pages."""

import re
from typing import Any
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client

from tests.factories import PASSWORD
from ticketmaster.accounts.models import User
from ticketmaster.core.models import OutboxMessage
from ticketmaster.core.outbox import relay_due_messages

pytestmark = pytest.mark.django_db

CHOICE = "/event/7/hold?ticket=11&ticket=12"


def sign_in(email: str, password: str = PASSWORD, **extra: str) -> Any:
    return Client().post("/accounts/login/", {"login": email, "password": password, **extra})


@pytest.mark.parametrize(
    "path",
    ["login/", "signup/", "logout/", "password/reset/", "password/reset/done/", "inactive/"],
)
def test_the_account_pages_render(path: str, fan_client: Client) -> None:
    browser = fan_client if path == "logout/" else Client()

    assert browser.get(f"/accounts/{path}").status_code == 200


def test_pages_behind_sign_in_render(fan_client: Client) -> None:
    for path in ["email/", "password/change/"]:
        assert fan_client.get(f"/accounts/{path}").status_code == 200


def test_the_choice_of_seats_is_kept_through_sign_in(fan: User) -> None:
    form = Client().get("/accounts/login/", {"next": CHOICE}).content.decode()
    assert 'value="/event/7/hold?ticket=11&amp;ticket=12"' in form
    assert "/accounts/signup/?next=%2Fevent%2F7%2Fhold%3Fticket%3D11%26ticket%3D12" in form

    answer = sign_in(fan.email, next=CHOICE)

    assert (answer.status_code, answer["Location"]) == (302, CHOICE)


def test_the_choice_of_seats_is_kept_through_sign_up() -> None:
    browser = Client()
    answer = browser.post(
        "/accounts/signup/", {"email": "a@example.org", "password1": PASSWORD, "next": CHOICE}
    )

    assert (answer.status_code, answer["Location"]) == (302, CHOICE)
    assert browser.get("/me").json()["email"] == "a@example.org"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "///evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "http://localhost/",
        "/\t/evil.example/",
        "evil.example",
        " //evil.example",
        "https:///evil.example",
        "/%0d%0aSet-Cookie:x=1\r\nX: y",
    ],
)
def test_after_sign_in_nobody_is_sent_elsewhere(fan: User, elsewhere: str) -> None:
    answer = sign_in(fan.email, next=elsewhere)

    assert answer.status_code == 302
    assert answer["Location"] in {"/bookings", "/%0d%0aSet-Cookie:x=1%0D%0AX:%20y"}


def test_staff_on_the_way_to_nowhere_go_to_their_desk(staff: User) -> None:
    assert sign_in(staff.email)["Location"] == "/admin/"
    assert sign_in(staff.email, next=CHOICE)["Location"] == CHOICE


def test_a_fan_on_the_way_to_nowhere_goes_to_the_bookings(fan: User) -> None:
    assert sign_in(fan.email)["Location"] == "/bookings"


@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/"])
def test_no_placeholder_repeats_a_label(path: str) -> None:
    page = Client().get(f"/accounts/{path}").content.decode()

    form = page[page.index("<h1") :]
    assert "<label" in form
    assert "placeholder" not in form


def test_labels_are_written_as_sentences(fan_client: Client) -> None:
    page = fan_client.get("/accounts/password/change/").content.decode()

    labels = re.findall(r"<label[^>]*>([^<]*[Pp]assword[^<]*)</label>", page)
    assert labels == ["Current password", "New password", "New password (again)"]


def test_the_rules_for_a_password_are_one_sentence_that_the_field_points_at() -> None:
    page = Client().get("/accounts/signup/").content.decode()

    assert (
        '<div class="help" id="id_password1_helptext">At least 8 characters, not much like your'
        " address and not a common password.</div>"
    ) in page
    assert 'aria-describedby="id_password1_helptext"' in page


def test_signing_out_takes_a_post(fan_client: Client) -> None:
    assert fan_client.get("/accounts/logout/").status_code == 200
    assert "email" in fan_client.get("/me").json()

    answer = fan_client.post("/accounts/logout/")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "email" not in fan_client.get("/me").json()


def test_sign_in_without_the_csrf_token_is_refused(fan: User) -> None:
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post("/accounts/login/", {"login": fan.email, "password": PASSWORD})

    assert answer.status_code == 403
    assert "email" not in browser.get("/me").json()


def test_nobody_gets_a_session_cookie_by_looking() -> None:
    browser = Client()

    browser.get("/accounts/login/")
    browser.get("/me")

    assert "sessionid" not in browser.cookies


def test_me_is_never_kept_by_a_cache(fan_client: Client) -> None:
    answer = fan_client.get("/me")

    assert answer["Cache-Control"] == "private, no-store"
    assert answer.json()["email"] == "fan@example.org"
    assert len(answer.json()["csrf_token"]) >= 32


def test_an_unknown_address_and_a_wrong_password_read_the_same(fan: User) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    with patch.object(MD5PasswordHasher, "encode", counted):
        known = sign_in(fan.email, "wrong-words")
        once = len(hashed)
        unknown = sign_in("nobody@example.org", "wrong-words")

    assert known.status_code == unknown.status_code == 200
    assert _without_input(known) == _without_input(unknown)
    assert len(hashed) == 2 * once == 2


def test_reset_says_the_same_for_every_address(fan: User) -> None:
    known = Client().post("/accounts/password/reset/", {"email": fan.email}, follow=True)
    unknown = Client().post(
        "/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True
    )

    assert known.status_code == unknown.status_code == 200
    assert known.redirect_chain == unknown.redirect_chain
    assert _without_input(known) == _without_input(unknown)
    assert OutboxMessage.objects.count() == 2


def test_reset_by_app_says_the_same_for_every_address(fan: User) -> None:
    path = "/_allauth/app/v1/auth/password/request"
    answers = [
        Client().post(path, {"email": email}, content_type="application/json")
        for email in (fan.email, "nobody@example.org")
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content


def test_the_reset_mail_points_at_our_own_address_whatever_the_host_claims(
    fan: User, settings: Any
) -> None:
    settings.SITE_URL = "https://tickets.example"
    Client(headers={"host": "localhost"}).post("/accounts/password/reset/", {"email": fan.email})

    relay_due_messages()

    (message,) = mail.outbox
    assert message.to == [fan.email]
    links = re.findall(r"https?://[^\s\"<]+", message.body)
    assert links[0].startswith("https://tickets.example/accounts/password/reset/key/")
    assert "localhost" not in message.message().as_string()


def test_a_host_that_is_not_ours_is_refused() -> None:
    answer = Client(headers={"host": "evil.example"}).get("/accounts/login/")

    assert answer.status_code == 400


def test_the_link_in_the_mail_sets_a_new_password_once(fan: User) -> None:
    Client().post("/accounts/password/reset/", {"email": fan.email})
    relay_due_messages()
    path = re.findall(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[0]
    browser = Client()
    form = browser.get(path, follow=True)
    assert form.status_code == 200

    words = {"password1": "quite-new-words", "password2": "quite-new-words"}
    browser.post(form.redirect_chain[-1][0], words)

    fan.refresh_from_db()
    assert fan.check_password("quite-new-words")
    again = Client().get(path, follow=True)
    assert 'name="password1"' not in again.content.decode()


def test_a_sent_account_mail_leaves_no_link_behind(fan: User) -> None:
    Client().post("/accounts/password/reset/", {"email": fan.email})
    assert "/reset/key/" in str(OutboxMessage.objects.get().payload)

    relay_due_messages()

    assert "/reset/key/" not in str(OutboxMessage.objects.get().payload)


def test_signing_up_asks_to_confirm_the_address_and_does_not_wait_for_it() -> None:
    browser = Client()
    browser.post("/accounts/signup/", {"email": "a@example.org", "password1": PASSWORD})
    assert browser.get("/me").json()["email"] == "a@example.org"

    relay_due_messages()

    (message,) = mail.outbox
    path = re.findall(r"https?://[^/]+(/accounts/confirm-email/\S+)", message.body)[0]
    assert browser.get(path).status_code == 200
    browser.post(path)
    assert EmailAddress.objects.get(email="a@example.org").verified


def test_signing_in_again_sends_no_mail(fan: User) -> None:
    sign_in(fan.email)

    assert not OutboxMessage.objects.exists()


def test_a_taken_address_is_said_so_on_the_page(fan: User) -> None:
    answer = Client().post("/accounts/signup/", {"email": fan.email, "password1": PASSWORD})

    assert answer.status_code == 200
    assert "already" in answer.content.decode()
    assert User.objects.count() == 1


def test_two_sign_ups_with_one_address_at_the_same_moment_make_one_account(fan: User) -> None:
    with patch(
        "allauth.account.internal.flows.manage_email.email_already_exists",
        lambda value, **_: (value, False),
    ):
        answer = Client().post("/accounts/signup/", {"email": fan.email, "password1": PASSWORD})

    assert answer.status_code == 409
    assert "already registered" in answer.content.decode()
    assert User.objects.count() == 1


def _without_input(answer: Any) -> str:
    """The page without what was typed and without its CSRF tokens."""
    text = answer.content.decode()
    text = re.sub(r'(name="csrfmiddlewaretoken" )?value="[^"]*"', "", text)
    return re.sub(r"(fan|nobody)@example\.org", "", text)
