"""Old data come in under their own time: `sulka serve --history`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.serving import Serving, serving
from tests.terminal import typed

BEGIN = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=60)
PEOPLE = "name;email;country\nAada Esimerkki;aada@example.org;FI\n"


def call(
    service: Serving, token: str, method: str, path: str, body: object = None, *, at: datetime | None = None
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    if at is not None:
        headers["Sulka-Recorded-At"] = at.isoformat()
    return httpx.request(method, service.address + path, json=body, headers=headers, timeout=30)


def refused(service: Serving, *arguments: str) -> str:
    """What the program says to a command that it refuses."""
    done = typed(*arguments, environment=service.environment)
    assert done.returncode == 1, done.stdout
    return " ".join(done.stderr.replace("│", " ").split())


def share(id_: str, at: datetime) -> dict[str, Any]:
    data = {"channel": "linkedin", "own_words": True}
    return {
        "id": id_,
        "type": "content.shared",
        "subject": "email:aada@example.org",
        "time": at.isoformat(),
        "data": data,
    }


def test_weeks_of_old_data_close_as_they_would_have_and_the_first_call_without_a_time_ends_it(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE)
    with serving(tmp_path / "data", "serve", "--history") as service:
        service.wait_until_printed("Nothing is published by itself")
        admin = service.last_line("token", "create", "--role", "admin")
        before = service.ready()
        opened = call(service, admin, "POST", "/v1/history", at=BEGIN)
        commands = {
            name: refused(service, *arguments)
            for name, arguments in {
                "import": ("members", "import", str(people)),
                "publish": ("publish",),
                "add": ("members", "add", "Otso Esimerkki"),
                "source": ("source", "add", "hub"),
            }.items()
        }
        said = ("--recorded-at", BEGIN.isoformat())
        service.run("publish", *said)
        service.run("members", "import", str(people), *said)
        hub = service.last_line("source", "add", "hub", *said)
        member = service.run("members", "import", str(people), *said, "--report", str(tmp_path / "fates.csv"))
        aada = (tmp_path / "fates.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(";")[2]
        own = service.last_line("token", "create", "--role", "member", "--member", aada)
        joined = call(service, own, "POST", "/v1/me/membership", {"change": "join"}, at=BEGIN + timedelta(hours=1))
        posted = [
            call(service, hub, "POST", "/v1/events", share(f"s-{day}", day_at), at=day_at)
            for day in range(1, 30, 7)
            for day_at in [BEGIN + timedelta(days=day)]
        ]
        position = service.wait_until_judged()
        week = "{}-W{:02}".format(*(BEGIN + timedelta(days=1)).isocalendar()[:2])
        board = call(service, admin, "GET", f"/v1/leaderboards/advocates?period={week}")

        ended = call(service, own, "POST", "/v1/me/visibility", {"boards": "shown"})
        late = call(service, hub, "POST", "/v1/events", share("s-99", BEGIN), at=BEGIN)

        assert before is not None
        assert before["position"] == 0
        assert opened.status_code == 201, opened.text
        assert all("History is open" in words and "--recorded-at" in words for words in commands.values()), commands
        assert "1 unchanged" in member
        assert joined.is_success, joined.text
        assert all(answer.is_success for answer in posted)
        assert board.json()["state"] == "final"
        # The end of history is an entry of its own, before the call that brought it about.
        assert ended.json()["position"] == position + 2
        assert late.status_code != httpx.codes.ACCEPTED
        assert "History is not open" in refused(service, "publish", *said)
        service.wait_until_judged()
        assert "no difference" in service.run("verify")


def test_history_that_is_open_stays_open_over_a_restart_and_ends_with_delete(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "serve", "--history") as service:
        admin = service.last_line("token", "create", "--role", "admin")
        call(service, admin, "POST", "/v1/history", at=BEGIN).raise_for_status()
        assert service.wait_until_judged() == 1

    with serving(tmp_path / "data") as again:
        again.wait_until_printed("History is open")
        kept = again.wait_until_judged()
        ended = call(again, admin, "DELETE", "/v1/history")
        again_ended = call(again, admin, "DELETE", "/v1/history")
        published = again.run("publish")

        assert kept == 1
        assert ended.json() == {"open": False, "position": 2}
        assert not again_ended.is_success
        assert "Version 1 is in force" in published


def test_history_is_not_begun_over_data_that_is_there(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        service.wait_until_judged()

    said = refused(service, "serve", "--history")

    assert "history can be opened on an empty log only" in said
