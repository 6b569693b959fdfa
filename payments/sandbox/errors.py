"""Refusals in Stripe's words: a status, a type, a code and a sentence."""

from typing import Any

DOC_URL = "https://stripe.com/docs/error-codes/"


class StripeError(Exception):
    """A refusal as Stripe would answer it.

    `keeps_changes` says that what the request did so far stays (a declined charge is a fact);
    `remembered` says that the answer is stored under the request's idempotency key.
    """

    status = 400
    type = "invalid_request_error"
    keeps_changes = False
    remembered = True

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        status: int | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param
        self.details = details
        if status is not None:
            self.status = status

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer: `{"error": {...}}`."""
        error: dict[str, Any] = {"message": self.message, "type": self.type}
        if self.code:
            error |= {"code": self.code, "doc_url": DOC_URL + self.code.replace("_", "-")}
        if self.param:
            error["param"] = self.param
        return {"error": error | self.details}


class InvalidParameter(StripeError):
    """The parameters failed validation; execution never began, so nothing is remembered."""

    remembered = False


class ResourceMissing(InvalidParameter):
    """No such object: 404 when it was named by the path, 400 when by a parameter."""

    def __init__(self, kind: str, identifier: str, *, param: str, status: int = 404) -> None:
        message = f"No such {kind}: '{identifier}'"
        super().__init__(message, code="resource_missing", param=param, status=status)


class Unauthenticated(StripeError):
    """No key, a key of the wrong kind, or a live key."""

    status = 401
    remembered = False


class Forbidden(StripeError):
    """A publishable key where a secret one is needed."""

    status = 403
    remembered = False


class CardDeclined(StripeError):
    """The bank said no. The intent and its failed charge stay."""

    status = 402
    type = "card_error"
    keeps_changes = True


class CardRejected(CardDeclined):
    """The card's own details are wrong; there is no intent to keep anything on."""

    keeps_changes = False
    remembered = False


class IdempotencyMismatch(StripeError):
    """The key was used before with another request."""

    type = "idempotency_error"
    remembered = False


class IdempotencyInUse(StripeError):
    """Another request with this key is still running."""

    status = 409
    remembered = False


class ServerFailure(StripeError):
    """A made-up failure of Stripe itself, asked for through /_chaos."""

    status = 500
    type = "api_error"
