"""The development mail page: what would have been sent, under embedded settings only."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from ticketmaster.core.mail_folder import LandedMail, landed_mail, landed_mails
from ticketmaster.gateway.middleware import content_security_policy

# A mail's own styles are inline; nothing else of it may run, load or be sent anywhere.
BODY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """All mails, newest first."""
    _only_embedded()
    return render(request, "dev/mail_list.html", {"mails": landed_mails()})


@require_safe
def mail_page(request: HttpRequest, name: str) -> HttpResponse:
    """One mail, its HTML in a frame of its own."""
    mail = _mail(name)
    attachments = [
        {"number": number, "name": filename, "size": len(content)}
        for number, (filename, _, content) in enumerate(mail.attachments)
    ]
    response = render(request, "dev/mail.html", {"mail": mail, "attachments": attachments})
    policy = content_security_policy()
    start = policy.index("frame-src")
    end = policy.index(";", start)
    response["Content-Security-Policy"] = f"{policy[:start]}frame-src 'self'{policy[end:]}"
    return response


@require_safe
@xframe_options_sameorigin
def mail_body(request: HttpRequest, name: str) -> HttpResponse:
    """The mail's HTML as it was written; its links open beside it."""
    html = _mail(name).html.replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(html, headers={"Content-Security-Policy": BODY_POLICY})


@require_safe
def mail_attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """An attachment, to be saved."""
    attachments = _mail(name).attachments
    if number >= len(attachments):
        raise Http404
    filename, content_type, content = attachments[number]
    response = HttpResponse(content, content_type=content_type)
    safe_name = "".join(letter for letter in filename if letter.isalnum() or letter in "._-")
    response["Content-Disposition"] = f'attachment; filename="{safe_name or "attachment"}"'
    return response


def _mail(name: str) -> LandedMail:
    _only_embedded()
    mail = landed_mail(name)
    if mail is None:
        raise Http404
    return mail


def _only_embedded() -> None:
    if not settings.EMBEDDED:
        raise Http404
