"""Demo logins, whose password everybody knows, and buyers, who cannot sign in at all."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from ticketmaster.accounts.models import User
from ticketmaster.accounts.person import person_of
from ticketmaster.core.errors import DomainError

PASSWORD = "tickets-please"  # noqa: S105 - everybody is meant to know it
STAFF = "staff@example.com"
FANS = ("fan@example.com", *(f"fan{number}@example.com" for number in range(2, 21)))
BUYERS = tuple(f"buyer{number}@demo.example.com" for number in range(1, 41))


class NotEmbedded(DomainError):
    """Logins whose password everybody knows are for a laptop only."""

    code = "not_embedded"
    message = "Demo logins and demo sales are made under embedded settings only (./run)."


@transaction.atomic
def ensure_logins() -> int:
    """Make the fans and the staff member that are missing, e-mail verified; how many.

    Those who are there keep their passwords. Raises NotEmbedded unless settings.EMBEDDED.
    """
    return _ensure([*FANS, STAFF], password=_hashed())


@transaction.atomic
def ensure_buyers() -> list[User]:
    """The accounts that demo tickets belong to, without a usable password. Raises NotEmbedded."""
    _ensure(list(BUYERS), password=make_password(None))
    return list(User.objects.filter(email__in=BUYERS).order_by("pk"))


def _hashed() -> str:
    """One hash for all: a first start should not spend seconds on hashing the same word."""
    return make_password(PASSWORD)


def _ensure(emails: list[str], *, password: str) -> int:
    if not settings.EMBEDDED:
        raise NotEmbedded
    there = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    made = User.objects.bulk_create(
        User(
            email=email,
            person=person_of(email),
            name=email.partition("@")[0].capitalize(),
            password=password,
            is_staff=email == STAFF,
            is_superuser=email == STAFF,
        )
        for email in emails
        if email not in there
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in made
    )
    return len(made)
