"""People and what they may do. Signing in to the admin is signing in to the site."""

from typing import Any

from allauth.account.admin import EmailAddress, EmailConfirmation
from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from ticketmaster.accounts.models import User
from ticketmaster.accounts.person import person_of
from ticketmaster.accounts.sessions import forget
from ticketmaster.core import audit
from ticketmaster.core.admin.bases import RecordInline

# One door: with its limits, its second factor and its sign-out.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

for model in (Group, EmailAddress, EmailConfirmation, Authenticator):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class NewPersonForm(UserCreationForm):  # type: ignore[misc]
    """An address and a password."""

    class Meta:
        model = User
        fields = ("email",)

    def clean_email(self) -> str:
        """In lower case, as sign-up keeps it."""
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("Somebody has this address already.")
        return email


class PersonForm(UserChangeForm):  # type: ignore[misc]
    """All about a person but the password, which has a form of its own."""

    clean_email = None

    def clean(self) -> dict[str, Any]:
        """The address in lower case, and nobody else's."""
        cleaned: dict[str, Any] = super().clean()
        if "email" in cleaned:
            cleaned["email"] = cleaned["email"].lower()
            taken = User.objects.filter(email=cleaned["email"]).exclude(pk=self.instance.pk)
            if taken.exists():
                self.add_error("email", "Somebody has this address already.")
        return cleaned


class EmailAddressInline(RecordInline):
    """Which addresses were confirmed."""

    model = EmailAddress
    fields = ("email", "verified", "primary")


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]
    """People. Disabling one ends all of their sessions at once; nobody is deleted."""

    form = PersonForm
    add_form = NewPersonForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "name", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-pk",)
    search_fields = ("email", "name", "person")
    readonly_fields = ("person", "last_login", "date_joined")
    filter_horizontal = ("groups", "user_permissions")
    inlines = (EmailAddressInline,)
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "person")}),
        (
            "May",
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)

    def get_inlines(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """None for somebody who is being made."""
        return self.inlines if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: bookings name their buyer. Disable instead."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Only a superuser gives rights, and nobody to themselves."""
        rights = ("is_staff", "is_superuser", "groups", "user_permissions")
        myself = obj is not None and obj.pk == request.user.pk
        if request.user.is_superuser and not myself:
            return self.readonly_fields
        return (*self.readonly_fields, *rights, *(("is_active",) if myself else ()))

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save what was changed, say so in the audit trail, and ask the row anew from now on."""
        obj.person = person_of(obj.email)
        super().save_model(request, obj, form, change)
        forget(obj.pk)
        audit.record(
            subject="user",
            subject_id=obj.pk,
            action="edit" if change else "create",
            actor_id=request.user.pk,
            details={"fields": sorted(form.changed_data)} if change else None,
        )


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]
    """Roles: sets of rights."""

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the rights that the page lists."""
        return super().get_queryset(request).prefetch_related("permissions")
