"""One `sulka serve`, as a sender and an operator meet it."""

import json
import os
import random
import select
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.serving import PROGRAM, Serving, free_port, serving
from tests.terminal import REPOSITORY


def event(number: int, member: str) -> dict[str, Any]:
    channel = ("linkedin", "x", "bluesky", "blog")[number % 4]
    return {
        "id": f"share-{number}",
        "type": "content.shared",
        "subject": member,
        "data": {"channel": channel, "own_words": number % 3 > 0},
    }


def post(service: Serving, token: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    answer = httpx.post(
        f"{service.address}/v1/events", json=events, headers={"Authorization": f"Bearer {token}"}, timeout=30
    )
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_events_sent_again_in_any_order_over_many_connections_change_nothing(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        token = service.last_line("source", "add", "hub")
        members = [service.last_line("members", "add", f"Member {number}", "--trial") for number in range(4)]
        events = [event(number, members[number % len(members)]) for number in range(1_000)]
        first = post(service, token, events)
        position = service.wait_until_judged()

        chance = random.Random(3)
        for _ in range(2):
            shuffled = chance.sample(events, len(events))
            parts = [shuffled[start : start + 50] for start in range(0, len(shuffled), 50)]
            with ThreadPoolExecutor(8) as pool:
                answers = list(pool.map(lambda part: post(service, token, part), parts))
            assert sum(answer["duplicates"] for answer in answers) == len(events)

        assert first["accepted"] == len(events)
        assert service.wait_until_judged() == position
        assert "no difference" in service.run("verify")


def test_an_engine_that_is_killed_is_started_again_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        token = service.last_line("source", "add", "hub")
        member = service.last_line("members", "add", "Member", "--trial")
        for round_ in range(3):
            post(service, token, [event(number + round_ * 200, member) for number in range(200)])
            os.kill(service.worker("engine"), signal.SIGKILL)
        service.wait_until_judged()

        assert "no difference" in service.run("verify")


def test_data_is_kept_from_one_run_to_the_next_and_nobody_is_left_behind(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        token = service.last_line("source", "add", "hub")
        member = service.last_line("members", "add", "Member", "--trial")
        post(service, token, [event(1, member)])
        position = service.wait_until_judged()
        workers = service.workers()

        assert service.end() == 0
        assert not [pid for pid in workers.values() if Path(f"/proc/{pid}").exists()]
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", service.port)) != 0

    with serving(tmp_path / "data") as again:
        assert post(again, token, [event(1, member)])["duplicates"] == 1
        assert again.wait_until_judged() == position


def test_a_full_log_takes_nothing_more_until_its_setting_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SULKA_LOG_ENTRIES", "5")
    with serving(tmp_path / "data") as service:
        token = service.last_line("source", "add", "hub")
        member = service.last_line("members", "add", "Member", "--trial")
        header = {"Authorization": f"Bearer {token}"}
        full = service.wait_until_judged()
        refused = httpx.post(f"{service.address}/v1/events", json=[event(1, member)], headers=header)
        told = service.ready()

    monkeypatch.setenv("SULKA_LOG_ENTRIES", "6")
    with serving(tmp_path / "data") as raised:
        answer = post(raised, token, [event(1, member)])

    assert full == 5
    assert refused.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert int(refused.headers["retry-after"]) > 0
    assert told is not None
    assert told["position"] == full
    assert answer["accepted"] == 1


def begun(service: Serving, token: str, body: bytes, *, but: int) -> socket.socket:
    """A connection on which all of a post but its last bytes was sent."""
    connection = socket.create_connection(("127.0.0.1", service.port), timeout=30)
    head = f"POST /v1/events HTTP/1.1\r\nhost: sulka\r\nauthorization: Bearer {token}\r\n"
    head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body[:-but])
    return connection


def listens(service: Serving) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", service.port)) == 0


def test_the_end_waits_for_requests_that_were_begun_but_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SULKA_SHUTDOWN_SECONDS", "3")
    with serving(tmp_path / "data") as service:
        token = service.last_line("source", "add", "hub")
        body = json.dumps(event(1, service.last_line("members", "add", "Member", "--trial"))).encode()
        post(service, token, [event(0, "email:nobody@example.org")])
        with begun(service, token, body, but=10) as slow, begun(service, token, body, but=10):
            service.process.send_signal(signal.SIGTERM)
            while listens(service):
                pass
            slow.sendall(body[-10:])
            answer = slow.recv(65_536)
            code = service.end()

    assert answer.startswith(b"HTTP/1.1 202 ")
    assert code == 0


def test_when_the_supervisor_is_killed_nobody_goes_on_serving(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        handles = [os.pidfd_open(pid) for pid in service.workers().values()]
        service.process.kill()
        service.process.wait()

        for handle in handles:
            # A process's handle becomes readable when it has ended.
            readable, _, _ = select.select([handle], [], [], 20)
            assert readable, "a worker lives on"
            os.close(handle)
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", service.port)) != 0


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_another_program_has_is_said_before_anything_starts(tmp_path: Path, command: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        environment = {**os.environ, "SULKA_DATA_DIR": str(tmp_path / "data"), "SULKA_PORT": str(port)}

        done = subprocess.run(
            [*PROGRAM, command],
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    assert done.returncode == 1
    assert f"Name another port: SULKA_PORT={port + 1}" in " ".join(done.stderr.replace("│", " ").split())
    assert not (tmp_path / "data").exists()


def test_a_config_file_holds_for_every_process(tmp_path: Path) -> None:
    service = Serving(tmp_path / "data", free_port(), starts=False)
    config = tmp_path / "mine.toml"
    config.write_text(f"[http]\nport = {service.port}\n\n[data]\ndir = '{service.data}'\n")
    for variable in ("SULKA_PORT", "SULKA_DATA_DIR"):
        del service.environment[variable]
    service.command = ("--config", str(config), "serve")
    service.start()
    try:
        service.wait_until_ready()

        assert service.wait_until_judged() == 1
    finally:
        service.end()
