"""A table of people that lies there is brought in by a running service, and HR reads what became of it."""

import time
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.serving import PATIENCE_SECONDS, Serving, ends_in_a_moment, free_port

TABLE = "name;email;active\nAada Esimerkki;aada@example.org;yes\nOtso Esimerkki;otso@example.org;perhaps\n"


def nights(service: Serving, client: httpx.Client) -> list[dict[str, Any]]:
    """What became of the tables, as soon as there is one."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        rows: list[dict[str, Any]] = client.get("/v1/imports").raise_for_status().json()["imports"]
        if rows:
            return rows
        assert time.monotonic() < deadline, "no table came in"
        assert not ends_in_a_moment(service.process), "sulka serve has ended"


def test_a_table_comes_in_by_itself(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text(TABLE, encoding="utf-8")
    service = Serving(tmp_path / "data", free_port(), starts=False)
    service.environment.update(SULKA_DIRECTORY_FILE=str(table), SULKA_DIRECTORY_AT="00:00", SULKA_TICK_SECONDS="1")
    service.start()
    try:
        service.wait_until_ready()
        hr = {"authorization": f"Bearer {service.last_line('token', 'create', '--role', 'hr')}"}
        with httpx.Client(base_url=service.address, timeout=PATIENCE_SECONDS, headers=hr) as client:
            (night,) = nights(service, client)
    finally:
        service.end()

    assert (night["why_nothing"], night["new"], night["refused"]) == (None, 1, 1)
    assert night["rows"][0]["faults"] == [{"column": "active", "expected": "yes or no"}]
