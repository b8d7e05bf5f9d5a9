"""A year with the organization, from the clock of a running service to the wall."""

import shutil
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.journeys.serving import PATIENCE_SECONDS, Serving, ends_in_a_moment, free_port
from tests.terminal import REPOSITORY


def rules_with_anniversaries(folder: Path) -> Path:
    """The shipped rules with that pack switched on."""
    shutil.copytree(REPOSITORY / "rules", folder)
    organization = folder / "organization.toml"
    text = organization.read_text("utf-8")
    said = text.replace('packs = ["starter"]', 'packs = ["starter", "extras/anniversaries"]')
    assert said != text
    organization.write_text(said, "utf-8")
    return folder


def asked(service: Serving, client: httpx.Client) -> list[dict[str, Any]]:
    """What the member was asked, as soon as they were."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        rows: list[dict[str, Any]] = client.get("/v1/me/recognitions").raise_for_status().json()["recognitions"]
        if rows:
            return rows
        assert time.monotonic() < deadline, "nobody was asked"
        assert not ends_in_a_moment(service.process), "sulka serve has ended"


def test_a_year_is_named_by_itself_and_shown_after_a_yes(tmp_path: Path) -> None:
    service = Serving(tmp_path / "data", free_port(), starts=False)
    rules = rules_with_anniversaries(tmp_path / "rules")
    service.environment.update(SULKA_RULES_DIR=str(rules), SULKA_TICK_SECONDS="1")
    service.start()
    try:
        service.wait_until_ready()
        hr = {"authorization": f"Bearer {service.last_line('token', 'create', '--role', 'hr')}"}
        now = datetime.now(ZoneInfo("Europe/Helsinki"))
        person = {"name": "Anna Example", "country": "FI", "started_on": f"{now.year - 1}-{now.month:02}"}
        with httpx.Client(base_url=service.address, timeout=PATIENCE_SECONDS) as client:
            member = client.post("/v1/members", json=person, headers=hr).raise_for_status().json()["id"]
            token = service.last_line("token", "create", "--role", "member", "--member", member)
            client.headers["authorization"] = f"Bearer {token}"
            client.post("/v1/me/membership", json={"change": "join"}).raise_for_status()
            client.post("/v1/me/visibility", json={"wall": "shown"}).raise_for_status()
            service.wait_until_judged()
            service.end()  # today's walk through the members may be over: the next process begins one
            service.start()
            service.wait_until_ready()

            (row,) = asked(service, client)
            before = client.get("/v1/recognitions").json()["recognitions"]
            answer = {"position": row["position"], "number": row["number"], "show": "shown"}
            client.post("/v1/me/recognitions", json=answer).raise_for_status()
            service.wait_until_judged()
            after = client.get("/v1/recognitions").json()["recognitions"]
    finally:
        service.end()

    assert (row["id"], row["years"], row["answer"]) == ("work-anniversary", 1, "waiting")
    assert (before, [(each["title"], each["years"]) for each in after]) == ([], [("Years with us", 1)])
