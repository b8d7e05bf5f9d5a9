"""What `sulka serve` says while it runs, as an operator or a collector of logs reads it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis

from engine.store.embedded import EmbeddedServer
from engine.store.keys import Keys
from engine.store.organizations import MAIN
from tests.journeys.serving import Serving, serving


def lines_of(service: Serving) -> list[dict[str, Any]]:
    return [json.loads(line) for line in service.printed.read_text("utf-8").splitlines()]


def test_all_processes_say_what_they_do_in_one_form_and_verify_beside_them_is_nothing_bad(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        service.wait_until_judged()
        verified = service.run("verify")
        service.run("members", "add", "Aada Esimerkki")  # an engine with nothing to do sees no other one
        service.wait_until_printed("another process has taken over")
        service.wait_until_judged()
        service.end()

    lines = lines_of(service)
    assert "no difference" in verified
    assert all(set(line) >= {"timestamp", "level", "process", "event"} for line in lines)
    assert {line["level"] for line in lines} == {"info"}, lines
    assert {line["process"] for line in lines} == {"serve", "engine"}
    assert lines[-1]["event"] == "Sulka has ended."


def test_a_bug_in_a_request_is_recorded_with_its_places_and_with_nobodys_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedServer.start(tmp_path / "server") as server:
        monkeypatch.setenv("SULKA_STORE_URL", server.url)
        with serving(tmp_path / "data") as service, Redis.from_url(server.url) as client:
            member = service.last_line("members", "add", "Aada Esimerkki", "--trial")
            token = service.last_line("token", "create", "--role", "member", "--member", member)
            client.zadd(Keys(MAIN).looks(member), {b"Aada Esimerkki": 1})

            answer = httpx.get(f"{service.address}/v1/me/looks", headers={"Authorization": f"Bearer {token}"})
            service.end()

    assert answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR, answer.text
    (line,) = (line for line in lines_of(service) if line["event"] == "bug in a request")
    assert (line["process"], line["route"]) == ("api", "/v1/me/looks")
    assert "in looks" in line["exception"]
    assert line["exception"].endswith("msgspec.ValidationError")
    printed = service.printed.read_text("utf-8").lower()
    assert not [word for word in ("aada", "esimerkki") if word in printed]
