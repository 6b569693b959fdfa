"""The OpenAPI description: every operation with the one error envelope and its statuses."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from ticketmaster.core.idempotency import HEADER, LONGEST_KEY
from ticketmaster.core.idempotent_views import SAFE, IdempotentView

ERROR_TYPES = ("validation_error", "client_error", "server_error")


class ErrorShape(serializers.Serializer[dict[str, object]]):
    """What was wrong, for programs and for people."""

    code = serializers.CharField(help_text="Stable, for programs")
    detail = serializers.CharField(help_text="A sentence, for people")
    attr = serializers.CharField(allow_null=True, help_text="The field at fault")


class ErrorEnvelope(serializers.Serializer[dict[str, object]]):
    """Every error; `data` is there where there is more to say."""

    type = serializers.ChoiceField(choices=ERROR_TYPES)
    errors = ErrorShape(many=True)  # type: ignore[assignment]
    data = serializers.DictField(required=False)  # type: ignore[assignment]


IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
    OpenApiParameter.HEADER,
    description="Of the client's choosing. The same call under the same key has one effect and,"
    " for 24 hours, one answer (`Idempotent-Replayed: true` from the second time on). Repeat the"
    " body byte for byte: any other under the key is refused with 422",
)


class EnvelopeSchema(AutoSchema):
    """Adds the refusals that any operation of its kind may answer with, and Idempotency-Key."""

    def get_override_parameters(self) -> list[Any]:
        """The header for whatever may be repeated under it."""
        parameters = list(super().get_override_parameters())
        if isinstance(self.view, IdempotentView) and self.method not in SAFE:
            parameters.append(IDEMPOTENCY_KEY)
        return parameters

    def _get_response_bodies(
        self, direction: Literal["request", "response"] = "response"
    ) -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._refusal_statuses():
            if status not in bodies:
                bodies[status] = self._get_response_for_code(
                    ErrorEnvelope, status, ["application/json"], direction
                )
        return bodies

    def _refusal_statuses(self) -> list[str]:
        statuses = ["400", "404", "405"]
        if self.view.authentication_classes:
            statuses += ["401", "403"]
        if self.method not in {"GET", "HEAD", "OPTIONS"}:
            statuses += ["409", "413", "415", "422"]
        return [*statuses, "429", "503"]
