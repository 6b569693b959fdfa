"""What every admin page of the site is made of."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from ticketmaster.core.admin.once import already_sent
from ticketmaster.core.errors import DomainError
from ticketmaster.core.money import format_money
from ticketmaster.core.pressed_once import new_token

MINOR = "_minor"


def money_column(name: str) -> Callable[[Any], str]:
    """A column that shows this amount of a row, which has a currency, as people write money."""

    @display(description=name.removesuffix(MINOR).replace("_", " ").capitalize())
    def shown(record: Any) -> str:
        return format_money(getattr(record, name), record.currency)

    return shown


class SiteAdmin(ModelAdmin):  # type: ignore[misc]
    """A catalogue page. A refusal of the domain is shown, and the form sent twice works once."""

    list_per_page = 50
    show_full_result_count = False
    warn_unsaved_form = True
    compressed_fields = False
    change_form_after_template = "admin/once.html"
    stays_after_add = False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's view, in whose transaction a refusal undoes everything."""
        if request.method == "POST" and object_id is None and already_sent(request):
            messages.info(request, "This was saved already; it was not saved a second time.")
            return HttpResponseRedirect("../")
        context = {"once_token": new_token(), **(extra_context or {})}
        try:
            response: HttpResponse = super().changeform_view(request, object_id, form_url, context)
        except DomainError as error:
            messages.error(request, error.detail)
            return HttpResponseRedirect(request.get_full_path())
        return response

    def response_add(
        self, request: HttpRequest, obj: Model, post_url_continue: str | None = None
    ) -> HttpResponse:
        """On to the new row's page where `stays_after_add` says that its work begins there."""
        response: HttpResponse = super().response_add(request, obj, post_url_continue)
        if not self.stays_after_add or IS_POPUP_VAR in request.POST:
            return response
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[obj.pk]))


class ReadOnlyMixin:
    """Rows that only the domain functions write: to be looked at, never added to or edited."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: Django then shows every field as text."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Who may view the rows, or would be allowed to change them."""
        options = self.opts  # type: ignore[attr-defined]
        return any(
            request.user.has_perm(f"{options.app_label}.{verb}_{options.model_name}")
            for verb in ("view", "change")
        )


class RecordAdmin(ReadOnlyMixin, SiteAdmin):
    """A page about rows that staff only look at."""

    actions = None
    warn_unsaved_form = False

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Every column, in the model's order; Django leaves out those that no form may write.
        Minor units are shown as money of the row's currency."""
        if self.fields or self.fieldsets:
            return list(super().get_fields(request, obj))
        hidden = set(self.exclude or ())
        names = [field.name for field in self.opts.concrete_fields]
        columns = [
            money_column(name) if name.endswith(MINOR) and "currency" in names else name
            for name in names
            if name not in hidden
        ]
        return [*self.get_readonly_fields(request, obj), *columns]


class UncountedAdmin(RecordAdmin):
    """The same for tables of millions: newest first, paged without counting them all."""

    paginator = InfinitePaginator
    ordering = ("-pk",)
    show_facets = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By exact key where the page says how (`found_by`), never by scanning text."""
        if not search_term.strip():
            return queryset, False
        return self.found_by(queryset, search_term.strip()), False

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """The rows that a search means: by default the one with this number."""
        return queryset.filter(pk=number_in(term)) if number_in(term) else queryset.none()


class RecordInline(ReadOnlyMixin, TabularInline):  # type: ignore[misc]
    """Rows shown below what they belong to."""

    extra = 0
    can_delete = False
    show_change_link = False
    hide_title = True  # the row's own name: its columns say it better


def number_in(term: str) -> int | None:
    """The id that was typed, None where it is none."""
    if not term.isascii() or not term.isdigit():
        return None
    value = int(term) if len(term) < 20 else 0
    return value if 0 < value < 2**63 else None
