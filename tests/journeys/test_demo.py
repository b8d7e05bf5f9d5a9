"""`sulka demo`: the same organization however often it is stopped on the way."""

import os
import re
import select
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.core.periods import PeriodKind, next_period, parse_period, period_name
from tests.journeys.serving import Serving, free_port

FIRST_WEEK, LAST_WEEK = "2026-W21", "2026-W46"


def standings(service: Serving) -> dict[str, list[tuple[int, str, int]]]:
    """The board of each closed week and of all time, as (rank, name, score)."""
    said = service.wait_until_printed("the administrator")
    assert int(re.findall(r"(\d+) weeks are closed", said)[0]) >= 24
    token = re.findall(r"as HR: curl -H 'Authorization: Bearer ([^']+)'", said)[0]
    found: dict[str, list[tuple[int, str, int]]] = {}
    week, last = parse_period(FIRST_WEEK).index, parse_period(LAST_WEEK).index
    periods = ["ever"]
    while week <= last:
        periods.append(period_name(PeriodKind.WEEK, week))
        week = next_period(PeriodKind.WEEK, week)
    for period in periods:
        rows = board(service, token, period)
        # Within a tie rows go by member id, which is random: compared by name.
        found[period] = sorted((row["rank"], row["name"], row["score"]) for row in rows)
        assert found[period], period
    return found


def board(service: Serving, token: str, period: str) -> list[dict[str, Any]]:
    """All rows of the advocates' board in a period, page by page."""
    rows: list[dict[str, Any]] = []
    asked: dict[str, str | int] = {"period": period, "limit": 100}
    while True:
        answer = httpx.get(
            f"{service.address}/v1/leaderboards/advocates",
            params=asked,
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )
        assert answer.status_code == httpx.codes.OK, answer.text
        page = answer.json()
        rows.extend(page["rows"])
        if not page["cursor"]:
            return rows
        asked["cursor"] = page["cursor"]


def run_to_the_end(data: Path) -> tuple[dict[str, list[tuple[int, str, int]]], str]:
    service = Serving(data, free_port(), "demo")
    try:
        found = standings(service)
        return found, service.run("verify")
    finally:
        service.end()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[int, str, int]]]:
    found, verified = run_to_the_end(tmp_path_factory.mktemp("demo") / "data")
    assert "no difference" in verified
    return found


def kill_when_halfway(data: Path, who: str) -> None:
    """Kill -9 the engine, or everything, in the middle of the filling."""
    service = Serving(data, free_port(), "demo")
    service.wait_until_ready()
    while (said := service.ready()) is None or said["position"] < 6_000:
        assert service.process.poll() is None, "the demo has ended"
    if who == "engine":
        os.kill(service.worker("engine"), signal.SIGKILL)
        service.wait_until_printed("the administrator")
        service.end()
        return
    # The folder is free when the store, which is told by the kernel, has ended too.
    store = [os.pidfd_open(pid) for pid in service.children()]
    service.process.kill()
    service.process.wait()
    for handle in store:
        assert select.select([handle], [], [], 20)[0], "somebody lives on"
        os.close(handle)


@pytest.mark.parametrize("who", ["engine", "everything"])
def test_a_demo_that_was_killed_goes_on_and_ends_with_the_same_standings(
    tmp_path: Path, undisturbed: dict[str, list[tuple[int, str, int]]], who: str
) -> None:
    kill_when_halfway(tmp_path / "data", who)

    found, verified = run_to_the_end(tmp_path / "data")

    assert found == undisturbed
    assert "no difference" in verified
