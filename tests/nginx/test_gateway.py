"""What the gateway itself does: keeps, spreads, hides and replaces."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.nginx.conftest import Gateway
from tests.nginx.nodes import Node, running

PUBLIC = "public, max-age=0, s-maxage=60, stale-while-revalidate=60, stale-if-error=86400"

Start = Callable[..., Gateway]


@pytest.fixture
def nodes() -> Iterator[ExitStack]:
    """Where nodes run until the test ends."""
    with ExitStack() as stack:
        yield stack


def test_a_crowd_at_a_public_page_costs_one_request(
    gateway_before: Start, nodes: ExitStack
) -> None:
    node = nodes.enter_context(running(Node(0.1, Cache_Control=PUBLIC, ETag='"1"')))
    gateway = gateway_before(node.port)

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: gateway.ask("/event/1"), range(200)))

    assert node.asked == {"/event/1": 1}
    assert {answer.body for answer in found} == {b"/event/1 1"}
    assert Counter(answer.cache for answer in found)["HIT"] >= 0.99 * 200 - 20
    assert gateway.ask("/event/1", If_None_Match='"1"').status == 304


def test_each_answer_has_its_own_request_id(gateway_before: Start, nodes: ExitStack) -> None:
    node = nodes.enter_context(running(Node(Cache_Control=PUBLIC, X_Request_Id="the-first-ones")))
    gateway = gateway_before(node.port)

    ids = [gateway.ask("/event/1").headers["x-request-id"] for _ in range(3)]

    assert len(set(ids)) == 3
    assert "the-first-ones" not in ids


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache_Control": "private, no-store"},
        {"Cache_Control": "private, max-age=0"},
        {"Cache_Control": PUBLIC, "Set_Cookie": "sessionid=secret"},
        {},
    ],
)
def test_what_is_not_said_to_be_public_is_never_kept(
    gateway_before: Start, nodes: ExitStack, headers: dict[str, str]
) -> None:
    node = nodes.enter_context(running(Node(**headers)))
    gateway = gateway_before(node.port)

    found = [gateway.ask("/bookings").body for _ in range(3)]

    assert found == [b"/bookings 1", b"/bookings 2", b"/bookings 3"]


def test_the_last_copy_serves_while_no_node_answers(
    gateway_before: Start, nodes: ExitStack
) -> None:
    soon_over = "public, max-age=0, s-maxage=1, stale-while-revalidate=0, stale-if-error=86400"
    node = nodes.enter_context(running(Node(Cache_Control=soon_over)))
    gateway = gateway_before(node.port)
    first = gateway.ask("/event/1")
    node.status = 503
    while (later := gateway.ask("/event/1")).cache == "HIT":
        pass

    assert (first.status, later.status) == (200, 200)
    assert later.body == first.body
    assert gateway.ask("/event/2").status == 503


def test_a_slow_node_gets_the_smaller_share(gateway_before: Start, nodes: ExitStack) -> None:
    quick = nodes.enter_context(running(Node(0.01, Cache_Control="private, no-store")))
    slow = nodes.enter_context(running(Node(60, Cache_Control="private, no-store")))
    gateway = gateway_before(quick.port, slow.port)

    def ask(_: int) -> int:
        status = gateway.ask("/x").status
        if quick.asked["/x"] >= 90:
            slow.hurried.set()  # it has slept until now, through three quarters of all
        return status

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(ask, range(120)))

    assert statuses == {200}
    assert slow.asked["/x"] + quick.asked["/x"] == 120
    assert 0 < slow.asked["/x"] < 0.35 * 120


def test_nodes_hear_of_the_client_from_the_gateway_alone(
    gateway_before: Start, nodes: ExitStack
) -> None:
    node = nodes.enter_context(running(Node(Cache_Control="private, no-store")))
    gateway = gateway_before(node.port)

    gateway.ask(
        "/x",
        X_Forwarded_For="203.0.113.7",
        X_Forwarded_Host="evil.example",
        Forwarded="for=203.0.113.7",
        X_Request_Start="1",
        X_Request_Id="abcdefgh-123",
        Accept_Encoding="br, gzip;q=0.8",
    )

    (seen,) = node.seen
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert "x-forwarded-host" not in seen
    assert "forwarded" not in seen
    assert float(seen["x-request-start"]) > 1_700_000_000
    assert seen["x-request-id"] != "abcdefgh-123"
    assert seen["accept-encoding"] == "gzip"


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_figures_and_readiness_are_not_for_strangers(
    gateway_before: Start, nodes: ExitStack, path: str
) -> None:
    node = nodes.enter_context(running(Node()))
    gateway = gateway_before(node.port)

    assert gateway.ask(path).status == 404
    assert not node.asked


def test_huge_headers_and_bodies_stop_at_the_gateway(
    gateway_before: Start, nodes: ExitStack
) -> None:
    node = nodes.enter_context(running(Node()))
    gateway = gateway_before(node.port)

    assert gateway.ask("/x", X_Huge="x" * 40_000).status == 400
    assert gateway.ask("/x", method="POST", body=b"x" * 1_100_000).status == 413
    assert not node.asked
