"""Seat maps: made by rows and numbers, frozen once an event uses them."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from events.admin.map_forms import FloorForm, SeatMapForm, SeatsForm, SectionChoiceForm
from events.maps.geometry import bounds, rectangle
from events.maps.plans import LayoutPlan, Point
from events.maps.sections import make_section, make_standing_section, remove_section
from events.maps.versions import new_version_of
from events.maps.writing import write_layout
from events.models import Seat, SeatMap, Section
from ticketmaster.core.admin.bases import RecordAdmin, RecordInline, SiteAdmin, UncountedAdmin
from ticketmaster.core.admin.steps import Step, StepsMixin
from ticketmaster.core.admin.trail import trail_of

MAY_DRAW = "events.change_seatmap"
STAGE = rectangle(-150, 0, 150, 60)
NEXT = "Once it is saved, its page asks for the sections: by rows and numbers, or standing room."
LETTER = 0.75  # of a letter's size is its width, with some room at both ends


def _add_seats(seat_map: SeatMap, asked: dict[str, Any], actor_id: int) -> str:
    section = make_section(seat_map_id=seat_map.pk, actor_id=actor_id, **asked)
    return f"{section.name} has {section.seats.count()} seats."


def _add_floor(seat_map: SeatMap, asked: dict[str, Any], actor_id: int) -> str:
    section = make_standing_section(seat_map_id=seat_map.pk, actor_id=actor_id, **asked)
    return f"{section.name} has room for {section.capacity}."


def _remove(seat_map: SeatMap, asked: dict[str, Any], actor_id: int) -> str:
    section = asked["section"]
    remove_section(section_id=section.pk, seat_map_id=seat_map.pk, actor_id=actor_id)
    return f"{section.name} was taken off the map."


def _copy(seat_map: SeatMap, asked: dict[str, Any], actor_id: int) -> str:
    new = new_version_of(seat_map_id=seat_map.pk, actor_id=actor_id)
    return f"Version {new.version} of “{new.name}” is there and can be changed."


def _open(seat_map: SeatMap) -> bool:
    return seat_map.frozen_at is None


class SectionInline(RecordInline):
    """The map's sections."""

    model = Section
    fields = ("name", "level", "kind", "capacity", "seat_count", "position")
    readonly_fields = ("seat_count",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        """With how many seats each has."""
        found: QuerySet[Section] = super().get_queryset(request)
        return found.annotate(seat_count=Count("seats"))

    @admin.display(description="Seats")
    def seat_count(self, section: Any) -> int:
        """How many seats it has."""
        count: int = section.seat_count
        return count


@admin.register(SeatMap)
class SeatMapAdmin(StepsMixin, SiteAdmin):
    """Versions of venues' layouts."""

    list_display = ("name", "venue", "version", "places", "frozen_at")
    list_select_related = ("venue",)
    list_filter = (("venue", AutocompleteSelectFilter),)
    list_filter_submit = True
    search_fields = ("name", "venue__name")
    autocomplete_fields = ("venue",)
    inlines = (SectionInline,)
    change_form_outer_after_template = "admin/trail.html"
    stays_after_add = True
    steps = (
        Step(
            name="seats",
            label="Add seats",
            explain="Adds a section of rows below what is drawn already.",
            run=_add_seats,
            permission=MAY_DRAW,
            form=SeatsForm,
            possible=_open,
            is_next=True,
        ),
        Step(
            name="floor",
            label="Add standing room",
            explain="Adds a floor for people who stand, below what is drawn already.",
            run=_add_floor,
            permission=MAY_DRAW,
            form=FloorForm,
            possible=_open,
        ),
        Step(
            name="remove",
            label="Remove a section",
            explain="Takes a section and its seats off the map.",
            run=_remove,
            permission=MAY_DRAW,
            form=SectionChoiceForm,
            possible=lambda seat_map: _open(seat_map) and seat_map.sections.exists(),
            grave=True,
        ),
        Step(
            name="version",
            label="Make a new version",
            explain="Copies the map, so that the copy can be changed while events use this one.",
            run=_copy,
            permission=MAY_DRAW,
            possible=lambda seat_map: not _open(seat_map),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SeatMap]:
        """With how many seats each has; standing places are added by `places`."""
        found: QuerySet[SeatMap] = super().get_queryset(request)
        return found.annotate(seat_count=Count("sections__seats")).prefetch_related("sections")

    @admin.display(description="Places")
    def places(self, seat_map: Any) -> int:
        """Seats and standing places."""
        standing = sum(section.capacity for section in seat_map.sections.all())
        return int(seat_map.seat_count) + standing

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The short form for a new map; nothing of an existing one is typed."""
        return super().get_form(request, obj, **({} if obj else {"form": SeatMapForm}), **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What the page shows."""
        shown = ("venue", "name", "stage_label")
        if obj:
            return ((None, {"fields": ("venue", "name", "version", "frozen_at")}),)
        return ((None, {"fields": shown, "description": NEXT}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of an existing map: sections come and go by the steps."""
        return ("venue", "name", "version", "frozen_at") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Sections, once there is a map."""
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: SeatMap, form: Any, change: bool) -> None:
        """Draw a new map with its stage; an existing one has nothing to save."""
        if change:
            return
        layout = LayoutPlan(stage_label=form.cleaned_data["stage_label"], stage=STAGE)
        drawn = write_layout(venue_id=obj.venue_id, name=obj.name, layout=layout)
        obj.pk, obj.version = drawn.pk, drawn.version
        obj._state.adding = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing of a map is typed: its page has steps and no button to save."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only of a version that no event uses."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or obj.frozen_at is None)

    def more_context(self, subject: SeatMap | None) -> dict[str, Any]:
        """The outlines, small, and what was done to the map."""
        if subject is None:
            return {}
        return {"drawing": _outlines(subject), "trail": trail_of({"seat_map": [subject.pk]})}


def _outlines(seat_map: SeatMap) -> dict[str, Any]:
    sections = [section for section in seat_map.sections.all() if section.outline]
    stage, label = seat_map.stage.get("shape", []), seat_map.stage.get("label", "")
    most = max(seat_map.width // 40, 10)
    return {
        "width": seat_map.width,
        "height": seat_map.height,
        "stage": stage and _outline(label, stage, _middle(stage), most=most),
        "sections": [
            _outline(section.name, section.outline, (section.label_x, section.label_y), most=most)
            for section in sections
        ],
        "caption": f"{len(sections)} sections; frozen, as an event uses it"
        if seat_map.frozen_at
        else f"{len(sections)} sections",
    }


def _outline(name: str, shape: list[Point], middle: Point, *, most: float) -> dict[str, Any]:
    """A shape with its name in it, as large as it fits, at most `most`."""
    left, _, right, _ = bounds(shape)
    return {
        "name": name,
        "points": _points(shape),
        "x": middle[0],
        "y": middle[1],
        "font_size": round(min(most, (right - left) / (LETTER * max(len(name), 1))), 1),
    }


def _middle(shape: list[Point]) -> Point:
    left, top, right, bottom = bounds(shape)
    return (left + right) / 2, (top + bottom) / 2


def _points(shape: list[Point]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in shape)


@admin.register(Section)
class SectionAdmin(RecordAdmin):
    """Sections of all maps, to be looked up."""

    list_display = ("name", "level", "kind", "capacity", "seat_map")
    list_select_related = ("seat_map",)
    list_filter = (("seat_map", AutocompleteSelectFilter),)
    list_filter_submit = True
    search_fields = ("name",)


@admin.register(Seat)
class SeatAdmin(UncountedAdmin):
    """Seats of all maps, to be looked up by number."""

    list_display = ("id", "section", "row", "number", "accessible", "companion", "restricted_view")
    list_select_related = ("section",)
    list_filter = (("section", AutocompleteSelectFilter),)
    list_filter_submit = True
    search_fields = ("pk",)
    search_help_text = "A seat's id"
