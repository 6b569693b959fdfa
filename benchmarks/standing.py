"""500 standing places and 500 buyers at the same moment: nobody may be refused."""

from benchmarks.crowd import Client, run_crowd
from benchmarks.database import analyze
from benchmarks.figures import Figure, Kind, at_most
from benchmarks.hot_seat import exactly
from benchmarks.http import request_bytes
from benchmarks.people import make_buyers
from benchmarks.site import Bench
from benchmarks.stock import RESERVE, count_tickets
from events.models import Section
from tests.factories import on_sale_event

PLACES = 500
CREATED = 201


def run(bench: Bench) -> list[Figure]:
    """Places held, refusals, and how long the last buyer waited."""
    event = on_sale_event(rows="", standing=PLACES)
    floor = Section.objects.get(seat_map=event.seat_map_id)
    buyers = make_buyers(PLACES)
    analyze()
    wish = {"event_id": event.pk, "section": floor.pk, "quantity": 1}

    async def script(client: Client) -> None:
        token = buyers[client.number].token
        await client.send("hold", request_bytes("POST", RESERVE, token=token, body=wish))

    with bench.site() as port:
        tally = run_crowd(port, script, clients=PLACES)
    slowest = tally.percentile("hold", CREATED, 1.0)
    refused = len(tally.answers) - tally.count("hold", {CREATED})
    note = f"{tally.rate('hold', CREATED):,.0f}/s, the last after {slowest:,.0f} ms; "
    return [
        exactly("standing places held", count_tickets(event, "reserved"), PLACES, note),
        at_most("buyers of standing places refused", refused, 0, Kind.COUNT, note=tally.summary()),
    ]
