"""The development mail page shows what would have been sent, and only where it may."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from ticketmaster.core.mail_folder import landed_mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EMBEDDED = True
    settings.MAIL_DIR = tmp_path / "mail"
    settings.EMAIL_BACKEND = "ticketmaster.core.mail_folder.FolderBackend"
    return tmp_path / "mail"


def send(subject: str = "Your ticket", message_id: str = "<outbox-1@example.com>") -> None:
    mail = EmailMultiAlternatives(
        subject, "Plain <b>text</b>", to=["fan@example.org"], headers={"Message-ID": message_id}
    )
    mail.attach_alternative("<html><head></head><body><p>Hällo</p></body></html>", "text/html")
    mail.attach("tickets.pdf", b"%PDF-1.7 ticket", "application/pdf")
    mail.send()


def test_an_empty_folder_says_what_would_be_here(folder: Path) -> None:
    page = Client().get("/dev/mail")

    assert page.status_code == 200
    assert "No mail yet" in page.content.decode()


def test_mails_are_listed_newest_first(folder: Path) -> None:
    send("First", "<outbox-1@example.com>")
    [first] = folder.iterdir()
    os.utime(first, (1_000_000_000, 1_000_000_000))  # two files may be made in one tick of the disk
    send("Second: £ü", "<outbox-2@example.com>")

    text = Client().get("/dev/mail").content.decode()

    assert 0 < text.index("Second: £ü") < text.index("First")


def test_the_list_parses_no_bodies(folder: Path) -> None:
    send("Your ticket")

    [mail] = landed_mails()

    assert (mail.subject, mail.to) == ("Your ticket", "fan@example.org")
    assert (mail.text, mail.html, mail.attachments) == ("", "", [])


def test_the_same_mail_sent_again_is_one_file(folder: Path) -> None:
    for _ in range(3):
        send()

    assert [path.suffix for path in folder.iterdir()] == [".eml"]


def test_a_mail_shows_text_html_and_attachment(folder: Path) -> None:
    send()
    name = next(folder.iterdir()).stem

    page = Client().get(f"/dev/mail/{name}")
    body = Client().get(f"/dev/mail/{name}/body")
    file = Client().get(f"/dev/mail/{name}/attachment/0")

    text = page.content.decode()
    assert "Plain &lt;b&gt;text&lt;/b&gt;" in text
    assert 'sandbox="allow-popups' in text
    assert "frame-src 'self';" in page["Content-Security-Policy"]
    assert "<p>Hällo</p>" in body.content.decode()
    assert "sandbox" in body["Content-Security-Policy"]
    assert "script-src" not in body["Content-Security-Policy"]
    assert body["X-Frame-Options"] == "SAMEORIGIN"
    assert file.content == b"%PDF-1.7 ticket"
    assert file["Content-Disposition"] == 'attachment; filename="tickets.pdf"'


@pytest.mark.parametrize(
    "path",
    ["0" * 24, "..%2f..%2fetc%2fpasswd", "../../etc/passwd", "x", "0" * 24 + "/body", "A" * 24],
)
def test_what_is_no_mail_is_404(folder: Path, path: str) -> None:
    send()

    assert Client().get(f"/dev/mail/{path}").status_code == 404


def test_an_attachment_that_is_not_there_is_404(folder: Path) -> None:
    send()
    name = next(folder.iterdir()).stem

    assert Client().get(f"/dev/mail/{name}/attachment/1").status_code == 404


def test_without_embedded_settings_there_is_no_such_page(folder: Path, settings: Any) -> None:
    send()
    name = next(folder.iterdir()).stem
    settings.EMBEDDED = False

    for path in ["", f"/{name}", f"/{name}/body", f"/{name}/attachment/0"]:
        assert Client().get(f"/dev/mail{path}").status_code == 404
