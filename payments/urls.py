"""Pages of this app."""

from django.urls import path

from payments import refund_views, views
from payments.webhook import webhook

app_name = "payments"
urlpatterns = [
    path("booking/<str:reference>", views.booking, name="booking"),
    path("booking/<str:reference>/confirm", views.confirm, name="confirm"),
    path("booking/<str:reference>/pay", views.pay_hosted, name="pay-hosted"),
    path("booking/<str:reference>/refund", refund_views.refund, name="refund"),
    path("booking/<str:reference>/return", views.come_back, name="return"),
    path("booking/<str:reference>/stop", views.stop, name="stop"),
    path("payments/webhook", webhook, name="webhook"),
]
