"""Metrics of a whole `sulka serve`: one page for all its processes, whichever of them dies."""

import os
import signal
import time
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.journeys.serving import PATIENCE_SECONDS, Serving, serving


def metrics(service: Serving) -> dict[str, float]:
    """All samples without labels, and the sums over labels of the others."""
    page = httpx.get(f"{service.address}/metrics", timeout=10).text
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


def wait_for(service: Serving, name: str, least: float) -> dict[str, float]:
    """The metrics as soon as one of them has come so far."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := metrics(service)).get(name, 0) < least:
        assert time.monotonic() < deadline, f"{name} stays at {found.get(name)}"
    return found


def post(service: Serving, token: str, start: int, count: int) -> None:
    events = [
        {"id": str(number), "type": "content.shared", "subject": "email:x@example.org", "data": {"channel": "x"}}
        for number in range(start, start + count)
    ]
    answer = httpx.post(f"{service.address}/v1/events", json=events, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text


def test_the_page_adds_up_all_processes_and_goes_on_counting_when_they_are_started_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as service:
        token = service.last_line("source", "add", "hub")
        service.last_line("members", "add", "Member", "--trial")
        post(service, token, 0, 30)
        judged = service.wait_until_judged()
        before = wait_for(service, "sulka_engine_batch_entries_sum", judged)
        with httpx.Client() as client:
            client.get(f"{service.address}/health/live")
            wait_for(service, "sulka_http_connections", 1)

        for worker in ("engine", "api"):
            os.kill(service.worker(worker), signal.SIGKILL)
        service.wait_until_ready()
        post(service, token, 30, 20)
        service.last_line("members", "add", "Another", "--trial")
        after = wait_for(service, "sulka_engine_batch_entries_sum", service.wait_until_judged())

        assert before["sulka_events_total"] == 30
        assert before["sulka_engine_commit_seconds_count"] >= 1
        assert after["sulka_events_total"] == 50
        assert after["sulka_engine_batch_entries_sum"] == after["sulka_judged_position"] > judged
        assert (after["sulka_store_up"], after["sulka_lag_entries"], after["sulka_lag_seconds"]) == (1, 0, 0)
        files = sorted(path.name for path in (data / "measures").iterdir())
        assert {name.rpartition("_")[2] for name in files} == {"engine.db", "api.db", "outbox.db"}
        assert (data / "measures").stat().st_mode & 0o077 == 0


def test_a_new_start_counts_anew(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as service:
        post(service, service.last_line("source", "add", "hub"), 0, 30)
        assert metrics(service)["sulka_events_total"] == 30
    with serving(data) as service:
        found = metrics(service)

    assert "sulka_events_total" not in found
    assert found["sulka_events_waiting"] == 30
