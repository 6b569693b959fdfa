"""Operations of this app under /api/v1, with those of bookings that share their addresses."""

from django.urls import path

from payments.api import refunds, views

urlpatterns = [
    path("booking/confirm", views.ConfirmView.as_view(), name="api-confirm"),
    path("bookings", views.PayableBookingListView.as_view(), name="api-bookings"),
    path(
        "bookings/<str:reference>/stop-payment",
        views.StopPaymentView.as_view(),
        name="api-stop-payment",
    ),
    path("bookings/<str:reference>/refund", refunds.RefundView.as_view(), name="api-refund"),
    path("bookings/<str:reference>", views.PayableBookingView.as_view(), name="api-booking"),
]
