"""Waiting rooms in the admin: what staff set, live numbers, the report, and the line's books."""

from typing import Any

import redis
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm, Script
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from bookings.waiting_room import drand, line, rooms, steering
from bookings.waiting_room.admin_steps import ROOM_STEPS
from bookings.waiting_room.models import WaitingRoom, WaitingRoomEntry
from bookings.waiting_room.report import lines_of, report_on
from events.models import Event
from ticketmaster.core import audit
from ticketmaster.core.admin.bases import SiteAdmin, UncountedAdmin, number_in
from ticketmaster.core.admin.steps import StepsMixin
from ticketmaster.core.admin.trail import trail_of

FIXED_ONCE_SEALED = ("opens_at", "joins_from", "public_source", "public_source_name")
Source = WaitingRoom.PublicSource


class WaitingRoomForm(ModelForm):  # type: ignore[type-arg]
    """The settings. What the draw rests on cannot change once people have joined for it."""

    class Meta:
        model = WaitingRoom
        fields = (
            "event", "joins_from", "opens_at", "admit_per_second", "most_inside", "tunes_itself",
            "public_source", "public_source_name",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A name for what is entered, drand's round by itself, and no opening taken away."""
        cleaned: dict[str, Any] = super().clean() or {}
        source, opens_at = cleaned.get("public_source"), cleaned.get("opens_at")
        if source == Source.ENTERED and not cleaned.get("public_source_name"):
            self.add_error("public_source_name", "Name it before anybody joins.")
        if source == Source.DRAND and opens_at:
            cleaned["public_source_name"] = drand.name_of(opens_at)
        if self.instance.opens_at and not opens_at and "opens_at" in self.fields:
            self.add_error("opens_at", "People count on it: move it, or use “Open now”.")
        return cleaned


@admin.register(WaitingRoom)
class WaitingRoomAdmin(StepsMixin, SiteAdmin):
    """Rate, cap, times and message: all of them work at once, while people wait."""

    form = WaitingRoomForm
    fields = WaitingRoomForm.Meta.fields
    steps = ROOM_STEPS
    stays_after_add = True
    list_display = ("event", "opens_at", "admit_per_second", "most_inside", "state")
    list_select_related = ("event",)
    search_fields = ("event__name",)
    autocomplete_fields = ("event",)
    change_form_outer_after_template = "admin/waiting_room.html"

    class Media:
        js = (Script("js/admin-waiting-room.js", type="module"),)

    @display(
        description="Now",
        label={"Open": "success", "Paused": "warning", "Closed": "danger", "Not open yet": "info"},
    )
    def state(self, room: WaitingRoom) -> str:
        """What the people in the line see."""
        if room.is_closed:
            return "Closed"
        if room.is_paused:
            return "Paused"
        return "Not open yet" if room.opens_at and room.opens_at > timezone.now() else "Open"

    def get_urls(self) -> list[URLPattern]:
        """With the live numbers."""
        numbers = path(
            "<path:object_id>/numbers/",
            self.admin_site.admin_view(self.numbers_view),
            name="bookings_waitingroom_numbers",
        )
        return [numbers, *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """The event always; what the draw rests on once its list is sealed."""
        if not isinstance(obj, WaitingRoom):
            return ()
        return ("event", *(FIXED_ONCE_SEALED if obj.sealed_at else ()))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: the seed was promised. A room is switched off on its event's page."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, switch the event's waiting room on when it gets one, and tell the line."""
        super().save_model(request, obj, form, change)
        if not change:
            Event.objects.filter(pk=obj.event_id).update(waiting_room=True)
            rooms.forget()
        changed = {name: str(form.cleaned_data.get(name)) for name in form.changed_data}
        audit.record(
            subject="waiting room",
            subject_id=obj.pk,
            action="change" if change else "add",
            actor_id=int(request.user.pk or 0),
            details=changed,
        )
        steering.tell_quietly(obj)

    def numbers_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The live numbers as JSON, for the page's script."""
        if not self.has_view_or_change_permission(request):
            return HttpResponse(status=403)
        return JsonResponse({"numbers": live_numbers(number_in(object_id) or 0)})

    def more_context(self, subject: Any) -> dict[str, Any]:
        """How it stands now, the report so far, where the public looks, and who did what."""
        if subject is None:
            return {}
        report = report_on(subject)
        return {
            "state": self.state(subject),
            "live": live_numbers(subject.pk),
            "live_url": reverse("admin:bookings_waitingroom_numbers", args=[subject.pk]),
            "report": lines_of(report),
            "by_minute": report.by_minute[-60:],
            "room": subject,
            "trail": trail_of({"waiting room": [subject.pk]}),
        }


LIVE = {
    "inside": "Inside", "waiting": "Waiting", "back": "Back, next in", "away": "Away, place kept",
    "pool": "In the draw", "admitted": "Let in so far", "joined": "Joined so far",
    "rate": "Lets in a second", "most": "Inside at most", "flow": "Let in a second, of late",
    "not_written": "Not yet written down",
}  # fmt: skip


def live_numbers(event_id: int) -> list[dict[str, str]]:
    """Names and values; one line saying so where Redis is away or knows no such line."""
    try:
        found = line.numbers(event_id)
    except redis.RedisError:
        return [{"name": "Redis is away", "value": "nobody advances, nobody loses a place"}]
    if not found:
        return [{"name": "Nobody has joined yet", "value": ""}]
    return [
        {"name": label, "value": f"{found[name]:,.2f}".rstrip("0").rstrip(".")}
        for name, label in LIVE.items()
    ]


@admin.register(WaitingRoomEntry)
class WaitingRoomEntryAdmin(UncountedAdmin):
    """Who stood where. Tokens let people in, so that visitors are not shown."""

    list_display = ("id", "room", "number", "place", "state", "user", "joined_at", "admitted_at")
    list_select_related = ("room__event", "user")
    list_filter = (("state", ChoicesDropdownFilter),)
    list_filter_submit = True
    exclude = ("visitor", "nonce")
    search_fields = ("number",)
    search_help_text = "An event’s number"

    def found_by(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """By event."""
        return queryset.filter(room=number_in(term) or 0)
