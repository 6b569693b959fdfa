"""What allauth asks the site."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmation
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.template.loader import select_template
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from ticketmaster.accounts.errors import AddressTaken
from ticketmaster.accounts.limits import CONFIRMATION_MAILS, spend_on_mail, spend_on_sign_in
from ticketmaster.accounts.mails import owe_account_mail
from ticketmaster.accounts.models import User
from ticketmaster.accounts.person import person_of
from ticketmaster.core.errors import TemporarilyUnavailable
from ticketmaster.gateway.limits import give_back


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Our limits, our mails, our addresses, and `person` at sign-up."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """The new user, saved unless told otherwise. Raises AddressTaken when two race."""
        user = super().save_user(request, user, form, commit=False)
        user.person = person_of(user.email)
        if commit:
            try:
                with transaction.atomic():
                    user.save()
            except IntegrityError as error:
                raise AddressTaken from error
        return user

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the gateway believes."""
        address: str = request.META["REMOTE_ADDR"]
        return address

    def is_safe_url(self, url: str) -> bool:
        """Only a path of ours is a place to go on to; never another host, however it is spelt."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where somebody goes who was on the way to nowhere: staff to their desk."""
        if request.user.is_staff:
            return reverse("admin:index")
        home: str = super().get_login_redirect_url(request)
        return home

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The user with this password, or None. Raises TooManyRequests before hashing anything.

        A try counts as a failure first and is uncounted when it was right, so that tries at the
        same moment cannot slip through together.
        """
        spent = spend_on_sign_in(request, str(credentials.get("email", "")))
        try:
            user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        except TemporarilyUnavailable:
            give_back(spent)  # nobody looked at the password
            raise
        if user is not None:
            give_back(spent)
        return user

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in a reset mail: on SITE_URL, whatever `Host` the request claimed."""
        return _on_our_site(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmation
    ) -> str:
        """The link in a confirmation mail, on SITE_URL."""
        return _on_our_site(super().get_email_confirmation_url(request, emailconfirmation))

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: EmailConfirmation, signup: bool
    ) -> None:
        """Asks to confirm the address; three mails in a quarter of an hour at most."""
        if not signup:
            spend_on_mail(CONFIRMATION_MAILS, emailconfirmation.email_address.email)
        super().send_confirmation_mail(request, emailconfirmation, signup)

    def should_send_confirmation_mail(
        self, request: HttpRequest, email_address: Any, signup: bool
    ) -> bool:
        """At sign-up; later only when asked for, not at every sign-in."""
        return signup

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Owe the mail, in the site's own words where it has some (`mail/account/…`)."""
        name = template_prefix.rpartition("/")[2]
        known: dict[str, Any] = {
            **{
                key: _on_our_site(value) if key.endswith("_url") else value
                for key, value in context.items()
            },
            "email": email,
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "current_site": SimpleNamespace(
                name=settings.SITE_NAME, domain=urlsplit(settings.SITE_URL).netloc
            ),
        }
        subject = _first(f"mail/account/{name}_subject.txt", f"{template_prefix}_subject.txt")
        text = _first(f"mail/account/{name}.txt", f"{template_prefix}_message.txt")
        known["subject"] = " ".join(subject.render(known).split())
        known["text"] = text.render(known).strip()
        owe_account_mail(
            to=email,
            subject=known["subject"],
            text=f"{known['text']}\n",
            html=_first(f"mail/account/{name}.html", "mail/account/plain.html").render(known),
        )


def _first(*names: str) -> Any:
    return select_template(names)


def _on_our_site(url: str) -> str:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{settings.SITE_URL}{parts.path}{query}"
