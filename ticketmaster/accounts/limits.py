"""How often people may try to sign in, sign up and reset (reliability.md F84).

By address for every unsafe call of the account pages and of the app's endpoints; failures also by
account. A failure from the same address counts to a small limit, from everywhere to a larger one:
guessing from many addresses is slowed, and nobody locks the owner out from elsewhere by guessing
a few times. A window slides, so an account is never shut for good.
"""

from django.http import HttpRequest

from ticketmaster.gateway.limits import Charge, Limit, Spent, TooManyRequests, spend

SIGN_IN = Limit("sign-in", 60, 60)
SIGN_UP = Limit("sign-up", 60, 60)
RESET = Limit("reset", 20, 300)
MANAGE = Limit("account", 300, 300)
SECOND_FACTOR = Limit("second-factor", 20, 300)

FAILED_BY_ADDRESS = Limit("sign-in-failed-address", 30, 300)
FAILED_BY_ACCOUNT_AND_ADDRESS = Limit("sign-in-failed-here", 5, 300)
FAILED_BY_ACCOUNT = Limit("sign-in-failed-account", 50, 300)
RESET_MAILS = Limit("reset-mail", 3, 900)
CONFIRMATION_MAILS = Limit("confirmation-mail", 3, 900)

# By the name of the view. What is not here and unsafe is MANAGE.
BY_VIEW = {
    "account_login": SIGN_IN,
    "headless:app:account:login": SIGN_IN,
    "account_signup": SIGN_UP,
    "headless:app:account:signup": SIGN_UP,
    "account_reset_password": RESET,
    "account_reset_password_from_key": RESET,
    "accounts:app-password-request": RESET,
    "headless:app:account:request_password_reset": RESET,
    "headless:app:account:reset_password": RESET,
    "mfa_authenticate": SECOND_FACTOR,
    "headless:app:mfa:authenticate": SECOND_FACTOR,
    "headless:app:mfa:reauthenticate": SECOND_FACTOR,
}


def spend_on_request(request: HttpRequest) -> None:
    """Count an unsafe call of an account view by its address. Raises TooManyRequests.

    What is left stands on the answer (`gateway/request_limits.py`).
    """
    match = request.resolver_match
    limit = BY_VIEW.get(match.view_name if match else "", MANAGE)
    spent = _spend(request, Charge(limit, _address(request)))
    request.quota = spent.tightest  # type: ignore[attr-defined]


def spend_on_sign_in(request: HttpRequest, email: str) -> Spent:
    """Count a try of a password as a failure; give it back when it was none.

    What is left is told to who is refused alone: it would show how often others have guessed.
    """
    address, account = _address(request), email.strip().lower()
    return _spend(
        request,
        Charge(FAILED_BY_ADDRESS, address),
        Charge(FAILED_BY_ACCOUNT_AND_ADDRESS, f"{account} {address}"),
        Charge(FAILED_BY_ACCOUNT, account),
    )


def spend_on_mail(limit: Limit, email: str) -> None:
    """Count a mail to this address. Raises TooManyRequests."""
    spend(Charge(limit, email.strip().lower()))


def _spend(request: HttpRequest, *charges: Charge) -> Spent:
    try:
        return spend(*charges)
    except TooManyRequests as error:
        request.quota = error.quota  # type: ignore[attr-defined]
        raise


def _address(request: HttpRequest) -> str:
    address: str = request.META["REMOTE_ADDR"]
    return address
