"""What is counted. Every label is one of a closed set, so that nothing of a caller can be one.

With several processes each counts in files of its own, which `gunicorn.conf.py` gives a folder; who is asked adds them
up. A counter that cannot count is silent: it must not cost a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from ivr.engine.events import Arrived, DialEnded, DialOutcome, Event, KeyPressed, Silence
from ivr.model.flow import Flow
from ivr.model.nodes import Transfer
from ivr.model.place import WHISPER, Place

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)  # the platform waits 15 s
AnyMetric = TypeVar("AnyMetric", Counter, Histogram)
STATUS = "voice.status"
_BRIDGED = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Gauge:
    """How something stands now, under a name of ours."""

    name: str
    told: str
    value: float


class Metrics:
    """The counters of one application."""

    def __init__(self, flow: Flow, tokens: int = 1) -> None:
        self._languages = frozenset(flow.scripts)
        self._nodes = frozenset(flow.nodes) | {WHISPER}
        self._transfer_nodes = tuple(node.id for node in flow.nodes.values() if isinstance(node, Transfer))
        self._first_language, self._menu = flow.line.languages[0], flow.menu.id
        self._gauges = _Gauges()
        own = self._own = CollectorRegistry()
        told = "Seconds from the first look at a request to its answer."
        seconds = Histogram("ivr_request_seconds", told, ("route", "outcome"), registry=own, buckets=BUCKETS_S)
        self._requests = _by_labels(seconds)
        self._calls = _by_labels(Counter("ivr_calls", "Calls that arrived.", ("language",), registry=own))
        self._keys = _by_labels(Counter("ivr_keys", "Keys that were pressed.", ("node", "key"), registry=own))
        silences = Counter("ivr_silence_exits", "Documents that ended in silence.", ("node",), registry=own)
        self._silences = _by_labels(silences)
        told = "Turns of ringing that ended."
        transfers = Counter("ivr_transfers", told, ("node", "outcome", "bridged"), registry=own)
        self._transfers = _by_labels(transfers)
        told = "What callers asked for, and how that went."
        self._asked = _by_labels(Counter("ivr_asked", told, ("what", "outcome"), registry=own))
        told = "Requests of calls, by the token of TWILIO_AUTH_TOKEN that signed them."
        self._signed = _by_labels(Counter("ivr_signed", told, ("token",), registry=own))
        self._probes = Counter("ivr_probes", "Calls of probes that arrived.", registry=own)
        self._unsigned = Counter("ivr_signature_failures", "Requests that nobody had signed.", registry=own)
        self._faults = Counter("ivr_faults", "Faults that were answered with the apology.", registry=own)
        self._begin_at_nothing(tokens)

    def answered(self, route: str, outcome: str, seconds: float) -> None:
        """A request was answered. Both words are ours: an endpoint, and an event or a status."""
        with suppress(Exception):
            self._requests(route, outcome).observe(seconds)

    def heard(self, place: Place, event: Event, *, is_probe: bool = False) -> None:
        """Something happened in a call. A probe's is not a caller's: only that it arrived is counted, by itself."""
        with suppress(Exception):
            if not is_probe:
                self._count(place, event)
            elif isinstance(event, Arrived):
                self._probes.inc()

    def asked(self, what: str, outcome: str) -> None:
        """A caller asked for something to be kept or sent."""
        with suppress(Exception):
            self._asked(what, outcome).inc()

    def signed(self, token: int) -> None:
        """A request of a call was signed with this one of the tokens in rotation."""
        with suppress(Exception):
            self._signed(str(token)).inc()

    def refused(self) -> None:
        """A request was not signed."""
        with suppress(Exception):
            self._unsigned.inc()

    def broke(self) -> None:
        """A fault of ours was answered with the apology."""
        with suppress(Exception):
            self._faults.inc()

    def gauge(self, name: str, told: str, read: Callable[[], float]) -> None:
        """Show what `read` says whenever somebody asks; when it cannot say, nothing is shown."""
        self.gauges(lambda: (Gauge(name, told, read()),))

    def gauges(self, read: Callable[[], Iterable[Gauge]]) -> None:
        """Show all that one reading says whenever somebody asks, up to where it fails."""
        self._gauges.all.append(read)

    def exposed(self) -> bytes:
        """All of it in the text form that Prometheus reads."""
        everything = CollectorRegistry()
        try:
            MultiProcessCollector(everything)  # type: ignore[no-untyped-call]  # the library's own gap
        except ValueError:  # no folder was given: this process is the only one
            everything = self._own
        return generate_latest(everything) + generate_latest(self._gauges)

    def _begin_at_nothing(self, tokens: int) -> None:
        """Show what alerts ask for before it first happens: a rise to one is seen only if it began at nothing."""
        for language in self._languages:
            self._calls(language)
        for node in self._transfer_nodes:
            for outcome, bridged in product(DialOutcome, _BRIDGED.values()):
                self._transfers(node, outcome.value, bridged)
        for told in ("unsigned", "204"):
            self._requests(STATUS, told)
        for came in ("kept", "failed", "refused"):
            self._asked("callback", came)
        for number in range(1, tokens + 1):
            self._signed(str(number))

    def _count(self, place: Place, event: Event) -> None:
        """Words that a URL may hold and the prompts do not are taken as what they lead to."""
        node = place.node if place.node in self._nodes else self._menu
        match event:
            case Arrived():
                language = place.language if place.language in self._languages else self._first_language
                self._calls(language).inc()
            case KeyPressed(key=key):
                self._keys(node, key.value).inc()
            case Silence():
                self._silences(node).inc()
            case DialEnded(bridged=bridged, outcome=outcome):
                self._transfers(node, outcome.value, _BRIDGED[bridged]).inc()


def _by_labels(metric: AnyMetric) -> Callable[..., AnyMetric]:
    """The part of a metric that counts under some labels, found at once; there are only as many as there are words."""
    return cache(metric.labels)


class _Gauges(Collector):
    def __init__(self) -> None:
        self.all: list[Callable[[], Iterable[Gauge]]] = []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for read in self.all:
            with suppress(Exception):  # one that cannot say must not hide the others
                for gauge in read():
                    yield GaugeMetricFamily(gauge.name, gauge.told, gauge.value)
