"""Health, and the development mail page."""

from django.urls import path

from ticketmaster.gateway import mail_views, views

app_name = "gateway"
urlpatterns = [
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("dev/mail", mail_views.mail_list, name="mails"),
    path("dev/mail/<str:name>", mail_views.mail_page, name="mail"),
    path("dev/mail/<str:name>/body", mail_views.mail_body, name="mail-body"),
    path(
        "dev/mail/<str:name>/attachment/<int:number>",
        mail_views.mail_attachment,
        name="mail-attachment",
    ),
]
