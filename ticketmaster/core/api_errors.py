"""Every error under /api in one envelope: {"type", "errors": [{"code", "detail", "attr"}]}."""

from http import HTTPStatus
from typing import Any

import psycopg_pool
from django.db import InterfaceError, OperationalError
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import Error, ErrorResponse
from rest_framework import exceptions
from rest_framework.response import Response

from ticketmaster.core.errors import DomainError, TemporarilyUnavailable

DATABASE_AWAY = (OperationalError, InterfaceError, psycopg_pool.PoolTimeout)


def envelope_of(error: DomainError) -> dict[str, Any]:
    """The refusal as the API writes it, with `data` only where there is more to say."""
    kind = "client_error" if error.status < HTTPStatus.INTERNAL_SERVER_ERROR else "server_error"
    said = {"code": error.code, "detail": error.detail, "attr": error.attr}
    envelope: dict[str, Any] = {"type": kind, "errors": [said]}
    if error.data:
        envelope["data"] = error.data
    return envelope


class Refusal(exceptions.APIException):
    """A DomainError on its way out."""

    def __init__(self, error: DomainError) -> None:
        super().__init__(detail=error.detail, code=error.code)
        self.status_code = error.status
        self.error = error


class RefusalHandler(ExceptionHandler):
    """Turns domain refusals into answers, and a database that is away into 503."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        """Refusals keep their code and status; a lost database is `temporarily_unavailable`."""
        if isinstance(exc, DATABASE_AWAY):
            exc = TemporarilyUnavailable()
        if isinstance(exc, DomainError):
            return Refusal(exc)
        return super().convert_known_exceptions(exc)

    def get_response(self, exc: exceptions.APIException, data: Any) -> Response:
        """The answer, with `Retry-After` where the refusal has one."""
        response = super().get_response(exc, data)
        if isinstance(exc, Refusal) and exc.error.retry_after is not None:
            response["Retry-After"] = str(exc.error.retry_after)
        return response

    def report_exception(self, exc: exceptions.APIException, response: Response) -> None:
        """Bugs are reported; a refusal is an answer, a 503 too."""
        if not isinstance(exc, Refusal):
            super().report_exception(exc, response)


class RefusalFormatter(ExceptionFormatter):
    """Adds the field at fault and the top-level `data` of a refusal."""

    def get_errors(self) -> list[Error]:
        """One error for a refusal, DRF's own list for anything else."""
        if isinstance(self.exc, Refusal):
            error = self.exc.error
            return [Error(code=error.code, detail=error.detail, attr=error.attr)]
        return super().get_errors()

    def format_error_response(self, error_response: ErrorResponse) -> Any:
        """The envelope."""
        if isinstance(self.exc, Refusal):
            return envelope_of(self.exc.error)
        return super().format_error_response(error_response)
