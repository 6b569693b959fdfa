"""The OpenAPI description: every operation with the one error envelope and its statuses."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

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


class EnvelopeSchema(AutoSchema):
    """Adds the refusals that any operation of its kind may answer with."""

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
