"""The figures of `/metrics`: what requests did, counted as they pass, and how things stand, asked
when somebody looks.

Counters and histograms are kept by prometheus_client in files that all web processes share
(PROMETHEUS_MULTIPROC_DIR), so that any of them can answer for all. How things stand (rows that
wait, people in line) is asked of Postgres and Redis at most every few seconds by whoever answers.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import redis
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from ticketmaster.core.api_errors import DATABASE_AWAY

logger = logging.getLogger(__name__)

PREFIX = "frontrow"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

registry = CollectorRegistry()

requests = Counter(
    f"{PREFIX}_requests_total",
    "Requests by kind of call and status.",
    ["kind", "status"],
    registry=registry,
)
request_seconds = Histogram(
    f"{PREFIX}_request_seconds",
    "From a request's arrival in the process to its answer.",
    ["kind"],
    buckets=SECONDS,
    registry=registry,
)
claims = Counter(
    f"{PREFIX}_claims_total",
    "Claims of tickets over the API: held, conflict (409), unavailable (503) or refused.",
    ["outcome"],
    registry=registry,
)
slot_wait_seconds = Histogram(
    f"{PREFIX}_slot_wait_seconds",
    "How long a request waited for its turn in the process.",
    buckets=SECONDS,
    registry=registry,
)
shed = Counter(
    f"{PREFIX}_shed_total",
    "Requests answered 503 before any work, by the share that was full.",
    ["share"],
    registry=registry,
)
limited = Counter(
    f"{PREFIX}_limited_total",
    "Requests answered 429, by the limit.",
    ["limit"],
    registry=registry,
)
hashing_seconds = Histogram(
    f"{PREFIX}_hashing_seconds",
    "Hashing of one password, without the wait for a turn.",
    buckets=SECONDS,
    registry=registry,
)

Samples = Mapping[tuple[str, ...], float]


@dataclass
class Gauge:
    """A figure that is asked for: `ask` returns values by label values, `()` for none."""

    name: str
    description: str
    ask: Callable[[], Samples]
    labels: tuple[str, ...] = ()
    every_s: float = 5.0
    known: Samples = field(default_factory=dict)
    asked_at: float = float("-inf")

    def samples(self) -> Samples:
        """The values, at most `every_s` old; none while the part that knows them is away."""
        if time.monotonic() - self.asked_at < self.every_s:
            return self.known
        try:
            self.known = self.ask()
        except (*DATABASE_AWAY, redis.RedisError) as error:
            logger.warning("metrics: %s is not known now (%s)", self.name, type(error).__name__)
            self.known = {}
        self.asked_at = time.monotonic()
        return self.known


_gauges: dict[str, Gauge] = {}


def add_gauge(gauge: Gauge) -> None:
    """Have this figure in `/metrics` from now on; the same name replaces the one before."""
    _gauges[gauge.name] = gauge


class _Gauges(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        for gauge in _gauges.values():
            family = GaugeMetricFamily(
                f"{PREFIX}_{gauge.name}", gauge.description, labels=gauge.labels
            )
            for labels, value in gauge.samples().items():
                family.add_metric(labels, value)
            yield family


def exposition() -> bytes:
    """Everything, in Prometheus' text format, for all processes together."""
    counted = registry
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    asked = CollectorRegistry()
    asked.register(_Gauges())
    return b"".join(_text(found) for found in (counted, asked))


def _text(found: CollectorRegistry) -> bytes:
    text: bytes = generate_latest(found)
    return text
