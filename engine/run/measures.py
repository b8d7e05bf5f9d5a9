"""What operations may know: counts and durations of all processes under one `sulka serve`, as Prometheus reads them.

Each worker keeps its numbers in files of its own, called by the worker's name and not by its process: one that is
started again goes on counting where the last one stopped, and there are never more files than workers. Whoever is
asked adds all of them up. Labels are closed lists; nothing here names or counts a person.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from engine.run.outcomes import Outcome
from engine.store.deliveries import Verdict
from engine.store.vitals import Vitals

FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
REQUEST_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
COMMIT_SECONDS: Final = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2)
BATCH_ENTRIES: Final = (1, 2, 5, 10, 20, 40, 60, 80, 100)
SECOND_MS: Final = 1_000
STATES: Final = ("active", "failing", "disabled")
NOBODY: Final = "-"
"""Stands for every source that there is not; none can be called so."""


def fresh_folder(folder: Path) -> None:
    """An empty private folder for the numbers of all workers; to be called before any of them starts.

    The numbers of an earlier start go: a crash of the machine may have left half of them.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)


def keep_in(folder: Path, worker: str) -> "Measures":
    """The measures of this process, kept in the files of its worker. Once a process, before it measures anything."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ[FOLDER_VARIABLE] = str(folder)
    values.ValueClass = values.MultiProcessValue(lambda: worker)  # type: ignore[no-untyped-call]  # of the library
    return Measures(folder)


class Measures:
    """The numbers that a process counts, and the page that shows those of all."""

    def __init__(self, folder: Path | None = None) -> None:
        """Without a folder they are those of this process alone."""
        self._folder = folder
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "sulka_http_requests", "Answers, by route and status", ("method", "route", "status"), registry=registry
        )
        self._seconds = Histogram(
            "sulka_http_request_seconds",
            "From the request to the end of its answer",
            ("method", "route"),
            buckets=REQUEST_SECONDS,
            registry=registry,
        )
        self._connections = Gauge(
            "sulka_http_connections", "Open connections", registry=registry, multiprocess_mode="sum"
        )
        self._streams = Gauge("sulka_streams", "Members who listen", registry=registry, multiprocess_mode="sum")
        self._events = Counter("sulka_events", "Posted events, by what became of them", ("outcome",), registry=registry)
        self._deliveries = Counter(
            "sulka_deliveries",
            "Deliveries of webhooks, by source and verdict",
            ("source", "verdict"),
            registry=registry,
        )
        self._batches = Histogram(
            "sulka_engine_batch_entries", "Entries in one commit", buckets=BATCH_ENTRIES, registry=registry
        )
        self._commits = Histogram(
            "sulka_engine_commit_seconds", "What one commit took", buckets=COMMIT_SECONDS, registry=registry
        )
        self._told = Counter(
            "sulka_outbox_tries", "Messages to receivers, by what became of each try", ("outcome",), registry=registry
        )
        self._mails = Counter(
            "sulka_outbox_mails", "Weekly mails, by what became of each", ("outcome",), registry=registry
        )
        self._answered: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered. `route` is the template, never the address itself."""
        key = (method, route, status)
        found = self._answered.get(key)
        if found is None:
            found = (self._requests.labels(method, route, str(status)), self._seconds.labels(method, route))
            self._answered[key] = found
        found[0].inc()
        found[1].observe(seconds)

    def posted(self, outcomes: Iterable[Outcome]) -> None:
        """What became of posted events."""
        counts: dict[str, int] = {}
        for outcome in outcomes:
            counts[outcome.status] = counts.get(outcome.status, 0) + 1
        for status, count in counts.items():
            self._events.labels(status).inc(count)

    def delivered(self, source: str | None, verdict: Verdict) -> None:
        """What became of a delivery. Names of sources are ours; one that nobody has is not repeated."""
        self._deliveries.labels(source or NOBODY, verdict).inc()

    def committed(self, entries: int, seconds: float) -> None:
        """The engine has committed a batch."""
        self._batches.observe(entries)
        self._commits.observe(seconds)

    def told(self, outcome: str) -> None:
        """A receiver was tried: delivered, failed, given-up, nobody (to tell any more), bug."""
        self._told.labels(outcome).inc()

    def mailed(self, outcome: str) -> None:
        """A mail was sent, refused for good, put off (later, away), or not written: there was nothing to say."""
        self._mails.labels(outcome).inc()

    def connected(self, connections: int, streams: int) -> None:
        """So many connections are open in this process, and so many members listen over them."""
        self._connections.set(connections)
        self._streams.set(streams)

    def page(self, vitals: Vitals | None, now: int, receivers: Mapping[str, int] | None = None) -> bytes:
        """Everything, as text, of all organizations; `vitals` is None while the store does not answer.

        `receivers` says how many subscriptions are in which state. Reads files: not on an event loop.
        """
        registry = self._registry
        if self._folder is not None:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=str(self._folder))  # type: ignore[no-untyped-call]  # of the library
        return generate_latest(registry) + generate_latest(_of_now(vitals, now, receivers or {}))


def _of_now(vitals: Vitals | None, now: int, receivers: Mapping[str, int]) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Now(vitals, now, receivers))
    return registry


class _Now(Collector):
    """What the store says at this moment."""

    def __init__(self, vitals: Vitals | None, now: int, receivers: Mapping[str, int]) -> None:
        self._vitals, self._now, self._receivers = vitals, now, receivers

    def collect(self) -> Iterator[Metric]:
        vitals = self._vitals
        yield GaugeMetricFamily("sulka_store_up", "1 while the store answers", value=int(vitals is not None))
        if vitals is None:
            return
        lag = vitals.position - vitals.judged
        since = vitals.next_recorded
        seconds = 0.0 if since is None else max(0, self._now - since) / SECOND_MS
        for name, text, value in (
            ("sulka_log_position", "The last entry of the log", vitals.position),
            ("sulka_judged_position", "The last entry that is judged and committed", vitals.judged),
            ("sulka_lag_entries", "Entries that are not judged yet", lag),
            ("sulka_lag_seconds", "Since when the oldest of them waits to be judged", seconds),
            ("sulka_entries_aside", "Entries that could not be judged: bugs of ours", vitals.aside),
            ("sulka_events_waiting", "Events of 14 days for somebody unknown, let in or not", vitals.waiting),
            ("sulka_history_open", "1 while old data are being brought in", int(vitals.history)),
        ):
            yield GaugeMetricFamily(name, text, value=value)
        states = GaugeMetricFamily("sulka_outbox_subscriptions", "Receivers, by how each is doing", labels=("state",))
        for state in STATES:
            states.add_metric((state,), self._receivers.get(state, 0))
        yield states
