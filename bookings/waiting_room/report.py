"""After the sale: was it fair? From the books alone, so that it stands when Redis is long empty."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from django.db import connection
from django.db.models import Count, Q

from bookings.models import Admission
from bookings.waiting_room.models import WaitingRoom, WaitingRoomEntry
from bookings.waiting_room.tuning import percentile_95

BY_MINUTE = """
SELECT to_char(date_trunc('minute', admitted_at AT TIME ZONE 'UTC'), 'YYYY-MM-DD HH24:MI'), count(*)
FROM bookings_waitingroomentry WHERE room_id = %s AND admitted_at IS NOT NULL
GROUP BY 1 ORDER BY 1
"""
FACTS = """
SELECT count(*), count(*) FILTER (WHERE in_draw), count(*) FILTER (WHERE place IS NOT NULL
    AND NOT in_draw), count(admitted_at), count(bought_at),
    count(*) FILTER (WHERE left_by = 'idle'), count(*) FILTER (WHERE left_by = 'left'),
    count(*) FILTER (WHERE left_by = 'merged'),
    count(*) FILTER (WHERE left_by = '' AND admitted_at IS NULL)
FROM bookings_waitingroomentry WHERE room_id = %s
"""
COUNTED = (
    "joined", "in_draw", "late", "admitted", "bought", "idle", "left", "merged", "never_in",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """What happened in a line. Waits are in seconds, from joining (or the opening, if later).

    `overtakings` counts who was let in before somebody with a better place who was let in later;
    `early_advantage` is Spearman's rank correlation of joining and place in the draw: near 0 is
    fair, 1 would be first come, first served. `tickets_sold` are all of the event's, by whatever
    channel; `tickets_back` those of them that were refunded.
    """

    joined: int
    in_draw: int
    late: int
    admitted: int
    bought: int
    idle: int
    left: int
    merged: int
    never_in: int
    tickets_sold: int
    tickets_back: int
    by_minute: Sequence[tuple[str, int]]
    wait_median_s: int
    wait_p95_s: int
    overtakings: int
    early_advantage: float | None

    @property
    def peak_a_minute(self) -> int:
        """The most who were let in within one minute."""
        return max((count for _, count in self.by_minute), default=0)


def report_on(room: WaitingRoom) -> Report:
    """The report as the books stand now."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS, [room.event_id])
        facts = dict(zip(COUNTED, cursor.fetchone() or (0,) * len(COUNTED), strict=True))
        cursor.execute(BY_MINUTE, [room.event_id])
        by_minute = cursor.fetchall()
    rows = WaitingRoomEntry.objects.filter(room=room, admitted_at__isnull=False)
    admitted = list(rows.order_by("admitted_at", "place").values_list(
        "place", "joined_at", "admitted_at"
    ))  # fmt: skip
    since = room.opens_at
    waits = [
        max(0, round((at - (max(since, came) if since else came)).total_seconds()))
        for _, came, at in admitted
        if at is not None
    ]
    tickets = Admission.objects.filter(line__booking__event=room.event_id).aggregate(
        sold=Count("pk"), back=Count("pk", filter=Q(status=Admission.Status.VOID))
    )
    places = [place for place, _, _ in admitted if place is not None]
    return Report(
        **facts,
        tickets_sold=tickets["sold"],
        tickets_back=tickets["back"],
        by_minute=by_minute,
        wait_median_s=round(median(waits)) if waits else 0,
        wait_p95_s=percentile_95(waits),
        overtakings=overtakings(places),
        early_advantage=_early_advantage(room),
    )


def overtakings(places: Sequence[int]) -> int:
    """How many in this order of admission stood behind somebody who came in after them."""
    best_to_come, count = float("inf"), 0
    for place in reversed(places):
        count += place > best_to_come
        best_to_come = min(best_to_come, place)
    return count


def _early_advantage(room: WaitingRoom) -> float | None:
    drawn = WaitingRoomEntry.objects.filter(room=room, in_draw=True, place__isnull=False)
    order = list(drawn.order_by("number").values_list("place", flat=True))
    ranks = {place: rank for rank, place in enumerate(sorted(one for one in order if one))}
    n = len(order)
    if n < 2:
        return None
    apart = sum((joined - ranks[place or 0]) ** 2 for joined, place in enumerate(order))
    return 1 - 6 * apart / (n * (n * n - 1))


def lines_of(report: Report) -> list[tuple[str, str]]:
    """The report as names and values, for the page and the command."""
    advantage = report.early_advantage
    told = "–" if advantage is None else f"{advantage:.3f}"
    return [
        ("Joined", f"{report.joined:,}"),
        ("of them in the draw", f"{report.in_draw:,}"),
        ("of them after the opening", f"{report.late:,}"),
        ("Let in", f"{report.admitted:,}"),
        ("at most in one minute", f"{report.peak_a_minute:,}"),
        ("Bought", f"{report.bought:,}"),
        ("Tickets sold", f"{report.tickets_sold:,}"),
        ("of them given back", f"{report.tickets_back:,}"),
        ("Never let in", f"{report.never_in:,}"),
        ("Gave up their place", f"{report.left:,}"),
        ("Lost it by being idle", f"{report.idle:,}"),
        ("Second places of one account", f"{report.merged:,}"),
        ("Wait, median", f"{report.wait_median_s:,} s"),
        ("Wait, 95 of 100 at most", f"{report.wait_p95_s:,} s"),
        ("Let in before somebody in front of them (who was away)", f"{report.overtakings:,}"),
        ("Advantage of joining early (0 is none)", told),
    ]
