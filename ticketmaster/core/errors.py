"""Refusals: a code for programs, a sentence for people, a status for HTTP."""

from http import HTTPStatus
from typing import Any, ClassVar


class DomainError(Exception):
    """A request that the rules refuse. Nothing was changed.

    `data` travels to API clients as the answer's top-level `data`; `attr` names the field at
    fault; `retry_after` is in seconds and becomes the `Retry-After` header.
    """

    code: ClassVar[str] = "refused"
    message: ClassVar[str] = "That is not possible."
    status: ClassVar[int] = HTTPStatus.CONFLICT
    retry_after: int | None = None

    def __init__(self, message: str = "", *, attr: str | None = None, **data: Any) -> None:
        self.detail = message or self.message
        self.attr = attr
        self.data = data
        super().__init__(self.detail)


class InvalidInput(DomainError):
    """The request has the wrong shape."""

    code = "invalid"
    message = "That request could not be understood."
    status = HTTPStatus.BAD_REQUEST


class NotFound(DomainError):
    """There is no such thing, or it is not for this person to see."""

    code = "not_found"
    message = "Not found."
    status = HTTPStatus.NOT_FOUND


class NotOnThisAccount(NotFound):
    """There is no such thing on this person's account; perhaps it is on another of theirs."""


class TemporarilyUnavailable(DomainError):
    """A part that decides a sale cannot be reached. Nothing was changed; try again."""

    code = "temporarily_unavailable"
    message = "We cannot do that this moment. Nothing was changed. Please try again shortly."
    status = HTTPStatus.SERVICE_UNAVAILABLE
    retry_after = 2
