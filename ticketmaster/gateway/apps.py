"""The gateway: what every request passes through."""

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    """Request id, client address, security headers, health."""

    name = "ticketmaster.gateway"
    label = "gateway"
