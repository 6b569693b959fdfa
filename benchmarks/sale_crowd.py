"""An on-sale with twenty thousand in line: do sales go on beside those who wait?"""

from benchmarks.crowd_report import Inside, Report, watched
from benchmarks.figures import Figure, Kind, at_least, at_most
from benchmarks.lines import behind_room, line_up, open_later
from benchmarks.people import make_buyers
from benchmarks.site import Bench
from benchmarks.stock import seated_event
from benchmarks.visitors import End, OnSale, Visitors, Way

WAITING = 20_000
CONNECTIONS = 2_000
ADMIT_PER_SECOND = 5
MOST_INSIDE = 60
WAYS = {Way.BUYS: 8, Way.GIVES_BACK: 1, Way.LOOKS: 1}
PROCESSES = ("worker", "critical", "beat")


def run(bench: Bench) -> list[Figure]:
    """The same sale with few in line and with the crowd; both let in as many a second."""
    seconds, crowd = bench.pick(60, 15), int(bench.pick(WAITING, 2_000))
    few = int(ADMIT_PER_SECOND * (seconds + 5))
    with bench.site(*PROCESSES) as port:
        calm, _ = sell(port, waiting=few, joining=10, seconds=seconds)
        busy, inside = sell(port, waiting=crowd - crowd // 10, joining=crowd // 10, seconds=seconds)
    return [
        _sales(calm, busy, crowd),
        _waits(busy),
        *counted(busy, inside, most=MOST_INSIDE),
        at_most("answers of 500 without the crowd", calm.errors, 0, Kind.COUNT),
    ]


def sell(
    port: int, *, waiting: int, joining: int, seconds: float, think_s: float = 0.5
) -> tuple[Report, Inside]:
    """A sale of its own: so many stand in line when it opens, and so many come by while it goes."""
    event = seated_event(2_000)
    rates = {"admit_per_second": ADMIT_PER_SECOND, "most_inside": MOST_INSIDE}
    room = behind_room(event, is_paused=True, **rates)
    tokens = line_up(event, waiting)
    buyers = make_buyers(int(ADMIT_PER_SECOND * (seconds + 10)), name=f"e{event.pk}")
    sale = OnSale(
        event_id=event.pk,
        visitors=waiting + joining,
        seconds=seconds,
        buyers=iter([buyer.token for buyer in buyers]),
        arrive_s=seconds / 6,
        think_s=think_s,
        connections=CONNECTIONS,
        ways=WAYS,
        tokens=tokens,
    )
    visitors = Visitors(port, sale)
    opening = open_later(room, sale.arrive_s)
    with watched(event.pk) as inside:
        tally = visitors.run()
    opening.join()
    return Report(visitors.all, tally), inside


def counted(report: Report, inside: Inside, *, most: int, in_order: float = 0.99) -> list[Figure]:
    """What has to hold in any crowd, however slow the machine is."""
    return [
        at_most("answers of 500 and requests without answer", report.errors, 0, Kind.COUNT),
        at_most("most inside at any look", inside.most, most, Kind.COUNT, note=_looks(inside)),
        at_least(
            "let in, in the order of the line",
            report.order_kept,
            in_order,
            Kind.COUNT,
            note=f"of {len(report.admitted)}",
        ),
        at_least("bought", report.ended(End.BOUGHT), 1, Kind.COUNT, note=report.summary()),
        at_most("tickets sold twice", report.sold_twice, 0, Kind.COUNT, note=f"of {report.sold}"),
        at_most("places lost", report.ended(End.LOST_PLACE), 0, Kind.COUNT),
        at_most("let in and then refused", report.ended(End.NOT_LET_HOLD), 0, Kind.COUNT),
    ]


def _looks(inside: Inside) -> str:
    return f"{len(inside.samples)} looks"


def _sales(calm: Report, busy: Report, crowd: int) -> Figure:
    rates = [report.ended(End.BOUGHT) / report.tally.seconds for report in (busy, calm)]
    return at_least(
        f"sales beside {crowd:,} in line ÷ without them",
        rates[0] / rates[1] if rates[1] else 0.0,
        0.8,
        Kind.RATIO,
        note=f"{rates[0]:.1f}/s and {rates[1]:.1f}/s; {busy.tally.rate('poll', 200):,.0f} polls/s;"
        f" {busy.tally.cost}",
    )


def _waits(busy: Report) -> Figure:
    return at_most(
        "p99 of holding a seat beside the crowd",
        busy.tally.percentile("hold", 201, 0.99),
        500,
        Kind.ABSOLUTE,
        unit="ms",
        note=f"paying {busy.tally.percentile('pay', 200, 0.99):,.0f} ms,"
        f" a poll {busy.tally.percentile('poll', 200, 0.99):,.0f} ms",
    )
