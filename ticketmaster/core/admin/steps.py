"""Buttons that call domain functions: each opens a page that says what happens, then does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from ticketmaster.core.admin.once import FIELD
from ticketmaster.core.errors import DomainError
from ticketmaster.core.idempotency import Answered, CallInProgress
from ticketmaster.core.pressed_once import new_token, press


class StepForm(forms.Form):
    """What a step asks before it runs; by default nothing. `subject` is the row it is about."""

    def __init__(self, *args: Any, subject: Model, **kwargs: Any) -> None:
        self.subject: Any = subject
        super().__init__(*args, **kwargs)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One button.

    `run(subject, form's cleaned data, actor_id)` calls the domain and returns what to tell the
    person; a DomainError is shown as it is. `possible` hides the button where it makes no sense;
    the domain function decides all the same. `grave` and `is_next` say how the button looks.
    """

    name: str
    label: str
    explain: str
    run: Callable[[Any, dict[str, Any], int], str]
    permission: str
    form: type[StepForm] = StepForm
    possible: Callable[[Any], bool] = lambda subject: True
    grave: bool = False
    is_next: bool = False


class StepsMixin:
    """Shows a page's steps above its form and serves their pages."""

    steps: Sequence[Step] = ()
    change_form_outer_before_template = "admin/steps.html"

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, after those of the steps."""
        own = [
            path(
                f"<path:object_id>/step/{step.name}/",
                self.admin_site.admin_view(partial(self.step_view, step=step)),  # type: ignore[attr-defined]
                name=self.step_url_name(step),
            )
            for step in self.steps
        ]
        inherited: list[URLPattern] = super().get_urls()  # type: ignore[misc]
        return own + inherited

    def step_url_name(self, step: Step) -> str:
        """The name of its address inside the admin."""
        options = self.opts  # type: ignore[attr-defined]
        return f"{options.app_label}_{options.model_name}_{step.name}"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page, with the buttons that make sense now."""
        subject = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        steps = [
            {"step": step, "url": self._step_url(step, subject)}
            for step in self.steps
            if subject is not None
            and request.user.has_perm(step.permission)
            and step.possible(subject)
        ]
        context = {"steps": steps, **self.more_context(subject), **(extra_context or {})}
        response: HttpResponse = super().change_view(request, object_id, form_url, context)  # type: ignore[misc]
        return response

    def more_context(self, subject: Any) -> dict[str, Any]:
        """What a page shows besides; `subject` is None where there is no such row."""
        return {}

    def step_view(self, request: HttpRequest, object_id: str, *, step: Step) -> HttpResponse:
        """Ask, then do it by POST."""
        if not request.user.has_perm(step.permission):
            raise PermissionDenied
        subject = self.get_object(request, unquote(object_id))  # type: ignore[attr-defined]
        if subject is None:
            raise Http404
        if request.method != "POST":
            return self._ask(request, step, subject, step.form(None, subject=subject))
        try:
            return press(request, lambda: self._take(request, step, subject), field=FIELD)
        except Answered:
            messages.info(request, "This was done already; it was not done a second time.")
        except CallInProgress as error:
            messages.error(request, error.detail)
        return HttpResponseRedirect(self._change_url(subject))

    def _take(self, request: HttpRequest, step: Step, subject: Any) -> HttpResponse:
        """Do it, unless the form has mistakes. Under the form's token, since money may go out:
        kept in Postgres, it holds without Redis too."""
        form = step.form(request.POST, subject=subject)
        if not form.is_valid():
            return self._ask(request, step, subject, form)
        try:
            done = step.run(subject, form.cleaned_data, int(request.user.pk or 0))
        except DomainError as error:
            messages.error(request, error.detail)
            if form.fields:
                return self._ask(request, step, subject, form)
        else:
            messages.success(request, done)
        return HttpResponseRedirect(self._change_url(subject))

    def _ask(
        self, request: HttpRequest, step: Step, subject: Any, form: StepForm
    ) -> TemplateResponse:
        context = {
            **admin.site.each_context(request),
            "opts": self.opts,  # type: ignore[attr-defined]
            "title": step.label,
            "subtitle": str(subject),
            "subject": subject,
            "step": step,
            "form": form,
            "media": self.media + form.media,  # type: ignore[attr-defined]
            "once_token": new_token(),
            "back_url": self._change_url(subject),
        }
        return TemplateResponse(request, "admin/step.html", context)

    def _step_url(self, step: Step, subject: Any) -> str:
        return reverse(f"admin:{self.step_url_name(step)}", args=[subject.pk])

    def _change_url(self, subject: Any) -> str:
        options = self.opts  # type: ignore[attr-defined]
        return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[subject.pk])
