"""Forms that differ from allauth's own."""

from allauth.account.forms import ResetPasswordForm
from allauth.account.internal.userkit import filter_users_by_email
from allauth.headless.internal.restkit import inputs

from ticketmaster.accounts.limits import RESET_MAILS, spend_on_mail


class QuietResetForm(ResetPasswordForm):  # type: ignore[misc]
    """Asks for a reset mail and says the same whether or not the address has an account.

    An address without one gets a mail that says so: same text, same status, same work.
    """

    def clean_email(self) -> str:
        """The address; at most three mails go there in a quarter of an hour."""
        email: str = self.cleaned_data["email"].lower()
        spend_on_mail(RESET_MAILS, email)
        self.users = filter_users_by_email(
            email, is_active=True, prefer_verified=True, for_login=True
        )
        return email


class QuietResetInput(QuietResetForm, inputs.Input):  # type: ignore[misc]
    """The same for apps."""
