"""What a newcomer types first, as the program prints it."""

import json
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.serving import PATIENCE_SECONDS, Serving, free_port, serving


def curl_lines(printed: str) -> list[str]:
    return [line for line in printed.splitlines() if line.startswith("curl ")]


def typed(line: str) -> Any:  # noqa: ANN401 - decoded JSON
    """What the shell answers to a line, pasted as it stands."""
    if shutil.which("curl") is None:
        pytest.skip("there is no curl")
    done = subprocess.run(
        ["sh", "-c", f"{line} --silent --show-error --fail-with-body"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def typed_until(line: str, words: str) -> Any:  # noqa: ANN401 - decoded JSON
    """The same, typed again until the engine has come so far."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while words not in json.dumps(answer := typed(line)):
        assert time.monotonic() < deadline, f"{words} is not in {answer}"
    return answer


def test_the_session_that_source_add_prints_goes_from_an_event_to_its_points(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        printed = service.run("source", "add", "hub")
        post, ledger, board = curl_lines(printed)

        accepted = typed(post)
        again = typed(post)
        receipts = typed_until(ledger, '"points": 10')["receipts"]
        place = typed(board)

        assert accepted["accepted"] == 1
        assert again["duplicates"] == 1
        assert [receipt["points"] for receipt in receipts if receipt["type"] == "content.shared"] == [10]
        assert receipts[0]["sentences"]
        assert (place["own"]["score"], place["own"]["rank"], place["own"]["shown"]) == (10, 1, False)
        # Nobody else sees the member who is made up.
        assert place["rows"] == []


def test_the_session_holds_as_it_was_printed_before_the_service_first_ran(tmp_path: Path) -> None:
    service = Serving(tmp_path / "data", free_port(), starts=False)
    printed = service.run("source", "add", "hub")
    post, ledger, _ = curl_lines(printed)
    service.start()
    try:
        service.wait_until_ready()

        typed(post)

        assert typed_until(ledger, '"points": 10')
    finally:
        service.end()


def test_every_line_of_the_session_is_whole_and_the_token_stands_last(tmp_path: Path) -> None:
    service = Serving(tmp_path / "data", free_port(), starts=False)

    printed = service.run("source", "add", "hub")

    token = printed.splitlines()[-1]
    assert re.fullmatch(r"[\w-]{43}", token)
    for line in curl_lines(printed):
        assert shlex.split(line)[-1].startswith(service.address)
    assert f"Bearer {token}" in curl_lines(printed)[0]


@pytest.mark.parametrize("running", [False, True], ids=["alone", "beside-a-service"])
def test_people_senders_and_tokens_are_made_with_and_without_a_running_service(
    tmp_path: Path, *, running: bool
) -> None:
    service = Serving(tmp_path / "data", free_port(), starts=False)
    if running:
        service.start()
        service.wait_until_ready()
    try:
        trial = service.last_line("members", "add", "Trial", "--trial", "--email", "trial@example.org")
        other = service.last_line("members", "add", "Aada Esimerkki", "--team", "sales")
        source = service.last_line("source", "add", "hub")
        second = service.last_line("token", "create", "--role", "source", "--source", "hub")
        admin = service.last_line("token", "create", "--role", "admin")
        own = [service.last_line("token", "create", "--role", "member", "--member", one) for one in (trial, other)]
        if not running:
            service.start()
            service.wait_until_ready()
        service.wait_until_judged()

        def who(token: str, path: str = "/v1/whoami") -> Any:  # noqa: ANN401 - decoded JSON
            answer = httpx.get(service.address + path, headers={"Authorization": f"Bearer {token}"})
            answer.raise_for_status()
            return answer.json()

        assert [who(token)["role"] for token in (source, second, admin)] == ["source", "source", "admin"]
        assert [who(token, "/v1/me")["choices"]["status"] for token in own] == ["joined", "not joined"]
    finally:
        service.end()
