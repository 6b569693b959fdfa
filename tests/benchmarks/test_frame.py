"""The frame of the benchmarks: verdicts, exit codes, and that errors are no throughput."""

import asyncio
import math
from typing import cast

import pytest

from benchmarks import runner
from benchmarks.crowd import Tally, percentile, repeat, run_crowd
from benchmarks.figures import Figure, Kind, at_least, at_most, exit_code
from benchmarks.http import NO_ANSWER, Answer, Connection, request_bytes
from benchmarks.runner import BENCHMARKS, arguments
from benchmarks.site import Bench
from ticketmaster.embedded import benchmarking, empty_site
from ticketmaster.embedded.errors import CannotRun
from ticketmaster.embedded.ports import free_port
from ticketmaster.embedded.services import Services


def figure(value: float, kind: Kind = Kind.RATIO) -> Figure:
    return at_least("something", value, 10, kind)


@pytest.mark.parametrize(
    ("made", "met"),
    [
        (at_least("rate", 10, 10, Kind.ABSOLUTE), True),
        (at_least("rate", 9.99, 10, Kind.ABSOLUTE), False),
        (at_most("time", 10, 10, Kind.ABSOLUTE), True),
        (at_most("time", 10.01, 10, Kind.ABSOLUTE), False),
        (at_least("nothing measured", math.nan, 10, Kind.ABSOLUTE), False),
        (at_most("nothing measured", math.nan, 10, Kind.ABSOLUTE), False),
    ],
)
def test_a_figure_is_met_or_missed_at_its_target(made: Figure, met: bool) -> None:
    assert made.met is met
    assert made.line().split("  ")[-1].strip().endswith("MET" if met else "MISS")


def test_a_line_names_figure_and_target() -> None:
    line = at_most("p95 of a hold", 104.26, 100, Kind.ABSOLUTE, unit="ms", note="median 41").line()

    assert line.split() == "p95 of a hold 104.3 ms ≤ 100 ms MISS median 41".split()


def test_one_miss_makes_the_run_fail() -> None:
    assert exit_code([figure(11), figure(12)], ratios_only=False) == 0
    assert exit_code([figure(11), figure(9)], ratios_only=False) == 1


def test_absolute_figures_are_not_judged_with_ratios_only() -> None:
    missed = figure(1, Kind.ABSOLUTE)

    assert exit_code([figure(11), missed], ratios_only=False) == 1
    assert exit_code([figure(11), missed], ratios_only=True) == 0
    assert exit_code([figure(11), figure(9, Kind.COUNT), missed], ratios_only=True) == 1


def test_a_run_that_judged_nothing_is_no_success() -> None:
    assert exit_code([], ratios_only=False) == 1
    assert exit_code([figure(99, Kind.ABSOLUTE)], ratios_only=True) == 1


@pytest.mark.parametrize(("kind", "code"), [(Kind.COUNT, 1), (Kind.RATIO, 0), (Kind.ABSOLUTE, 0)])
def test_with_counts_only_nothing_else_is_judged(
    kind: Kind, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [figure(11, Kind.COUNT), figure(1, kind)]
    monkeypatch.setattr(runner, "forget_everything", lambda: None)
    monkeypatch.setitem(runner.BENCHMARKS, "holds", lambda bench: found)
    bench = Bench(services=cast(Services, None), found={}, port=0)

    assert runner.main(["holds", "--counts-only"], bench) == code


def test_only_answers_of_the_expected_status_are_throughput() -> None:
    tally = Tally(seconds=2.0)
    for status in (201, 201, 409, 500, 503, NO_ANSWER):
        tally.add("hold", Answer(status, 0.010 if status == 201 else 0.001, b"", b""))
    tally.add("other", Answer(201, 5.0, b"", b""))

    assert tally.rate("hold", 201) == 1.0
    assert tally.percentile("hold", 201, 0.5) == pytest.approx(10)
    assert tally.server_errors == 3
    assert tally.summary() == "1 × 0, 3 × 201, 1 × 409, 1 × 500, 1 × 503"


def test_percentiles_are_times_that_were_measured() -> None:
    times = [float(number) for number in range(1, 101)]

    assert percentile(times, 0.95) == 95
    assert percentile(times, 1.0) == 100
    assert percentile([7.0], 0.99) == 7
    assert math.isnan(percentile([], 0.5))


def test_unknown_names_are_refused_with_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        arguments(["holds", "nonsense"])

    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert [name for name in BENCHMARKS if name not in told] == []


ANSWERS = {
    b"/whole": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    b"/chunks": b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
    b"/broken": b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n",
}


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers byte by byte, so that nothing depends on how packets fall; hangs up on /gone."""
    while head := await reader.readuntil(b"\r\n\r\n"):
        path = head.split(b" ")[1]
        if path == b"/gone":
            break
        for byte in ANSWERS[path]:
            writer.write(bytes([byte]))
            await writer.drain()
    writer.close()


async def _ask(paths: list[str]) -> list[Answer]:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    connection = Connection(server.sockets[0].getsockname()[1])
    answers = [await connection.send(request_bytes("GET", path)) for path in paths]
    connection.close()
    server.close()
    return answers


def test_the_client_reads_whole_answers_and_survives_a_server_that_hangs_up() -> None:
    answers = asyncio.run(_ask(["/whole", "/gone", "/chunks", "/broken", "/whole"]))

    assert [answer.status for answer in answers] == [200, NO_ANSWER, 201, 503, 200]
    assert answers[0].body == answers[-1].body == b"hello"
    assert answers[0].header("content-length") == "5"


def test_a_crowd_without_a_server_has_no_throughput() -> None:
    async def nobody() -> Tally:
        tally = Tally(seconds=1.0)
        tally.add("x", await Connection(free_port()).send(request_bytes("GET", "/")))
        return tally

    tally = asyncio.run(nobody())

    assert tally.server_errors == 1
    assert tally.rate("x", 200) == 0


def test_a_request_carries_token_and_json() -> None:
    sent = request_bytes("POST", "/x", token="abc", body={"ticket_ids": [1]})

    head, _, body = sent.partition(b"\r\n\r\n")
    assert body == b'{"ticket_ids": [1]}'
    assert b"X-Session-Token: abc" in head
    assert f"Content-Length: {len(body)}".encode() in head


def test_clients_share_the_requests_and_stop_when_they_end() -> None:
    async def main() -> Tally:
        server = await asyncio.start_server(_serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        requests = iter([request_bytes("GET", "/whole")] * 7)
        tally = await asyncio.to_thread(
            run_crowd, port, repeat("x", requests), clients=3, seconds=600
        )
        server.close()
        return tally

    tally = asyncio.run(main())

    assert tally.count("x", {200}) == 7
    assert tally.seconds < 600


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "STRIPE_SECRET_KEY"])
def test_a_real_service_is_never_emptied(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in empty_site.FOREIGN:
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(name, "somebody's own")

    with pytest.raises(CannotRun, match=name):
        benchmarking.run(["holds"])
