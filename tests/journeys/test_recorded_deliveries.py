"""Deliveries that real tools have sent, signed as they sign, through a running service, by the shipped rules alone.

They are years old, so they come in history mode: the service is told when each of them came.
"""

import hashlib
import hmac
import json
import shutil
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.serving import Serving, serving
from tests.terminal import REPOSITORY

BEGIN = "2019-05-15T12:00:00+00:00"
STARRED = "2019-05-15T16:00:00+00:00"
ANSWERED = "2021-03-31T08:00:00+00:00"
NOTED = "2023-03-06T12:00:00+00:00"

STARGAZER, ANSWERER, WRITER = "github:21031067", "github:1253226", "gitlab:13576927"
POINTS_OF_AN_ANSWER = 8
"""As rules/extras/expert-paths.toml says of `answer-accepted`."""

HUNDRED = 100


class House:
    """A service in history mode with the expert paths in force, three members who have joined, and two tools."""

    def __init__(self, service: Serving, rules: Path) -> None:
        self.service = service
        self.admin = service.last_line("token", "create", "--role", "admin")
        self.call("POST", "/v1/history", at=BEGIN)
        service.run("publish", str(rules), "--recorded-at", BEGIN)
        self.people = {alias: self._member(alias) for alias in (STARGAZER, ANSWERER, WRITER)}
        self.secrets = {name: self._source(name) for name in ("github", "gitlab")}
        self._numbers = count(1)

    def call(
        self, method: str, path: str, body: object = None, *, at: str | None = None, token: str | None = None
    ) -> Any:  # noqa: ANN401 - JSON
        headers = {"Authorization": f"Bearer {token or self.admin}"}
        if at is not None:
            headers["Sulka-Recorded-At"] = at
        answer = httpx.request(method, self.service.address + path, json=body, headers=headers, timeout=30)
        assert answer.is_success, answer.text
        return answer.json()

    def _member(self, alias: str) -> str:
        made = self.call("POST", "/v1/members", {"name": f"Holder of {alias}", "aliases": [alias]}, at=BEGIN)
        token = self.service.last_line("token", "create", "--role", "member", "--member", made["id"])
        self.call("POST", "/v1/me/membership", {"change": "join"}, at=BEGIN, token=token)
        return token

    def _source(self, name: str) -> str:
        made = self.call("POST", "/v1/sources", {"name": name, "title": name, "profile": name}, at=BEGIN)
        secret: str = made["secret"]["secret"]
        return secret

    def deliver(self, name: str, body: bytes, headers: Mapping[str, str], *, at: str) -> dict[str, int]:
        """What a tool is told."""
        sent = {"Content-Type": "application/json", "Sulka-Recorded-At": at, **headers}
        answer = httpx.post(f"{self.service.address}/v1/webhooks/{name}", content=body, headers=sent, timeout=30)
        assert answer.is_success, answer.text
        found: dict[str, int] = answer.json()
        return {what: number for what, number in found.items() if number}

    def from_github(self, body: bytes, event: str, *, at: str, delivery: str | None = None) -> dict[str, int]:
        """A delivery of GitHub, signed as its documentation says."""
        digest = hmac.new(self.secrets["github"].encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": delivery or f"delivery-{next(self._numbers)}",
            "X-Hub-Signature-256": f"sha256={digest}",
        }
        return self.deliver("github", body, headers, at=at)

    def points_of(self, alias: str) -> int:
        """What a member has when all that came is judged."""
        self.service.wait_until_judged()
        points: int = self.call("GET", "/v1/me", token=self.people[alias])["points"]
        return points

    def receipts_of(self, alias: str) -> int:
        """How many receipts a member has; what they are about is not shown any more, years after."""
        return len(self.call("GET", "/v1/me/ledger?limit=50", token=self.people[alias])["receipts"])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("recorded")
    rules = folder / "rules"
    shutil.copytree(REPOSITORY / "rules", rules)
    organization = rules / "organization.toml"
    text = organization.read_text("utf-8")
    organization.write_text(text.replace('packs = ["starter"]', 'packs = ["starter", "extras/expert-paths"]'), "utf-8")
    with serving(folder / "data", "serve", "--history") as service:
        yield House(service, rules)


def test_what_tools_have_really_sent_pays_what_the_shipped_rules_promise(house: House, vectors: Path) -> None:
    folder = vectors / "webhooks"
    star, unstar = (folder / "github" / f"star.{action}.payload.json" for action in ("created", "deleted"))
    starred = [
        house.from_github(path.read_bytes(), "star", at=STARRED) for _ in range(HUNDRED) for path in (star, unstar)
    ]

    assert starred == [{"accepted": 1}] * 2 * HUNDRED
    assert house.points_of(STARGAZER) == 0

    answer = (folder / "github" / "discussion.answered.payload.json").read_bytes()
    first, again = (house.from_github(answer, "discussion", at=ANSWERED, delivery="answer") for _ in range(2))
    other = house.from_github(answer, "discussion", at=ANSWERED)

    assert (first, again, other) == ({"accepted": 1}, {"duplicates": 1}, {"accepted": 1})
    assert house.points_of(ANSWERER) == POINTS_OF_AN_ANSWER

    comment, gone = (folder / "github" / f"discussion_comment.{each}.payload.json" for each in ("created", "deleted"))
    said = [house.from_github(path.read_bytes(), "discussion_comment", at=ANSWERED) for path in (comment, gone)]

    assert said == [{"accepted": 1}] * 2
    assert house.points_of(STARGAZER) == 0

    captured = json.loads((folder / "hookdeck" / "gitlab.current.note-hook.json").read_text("utf-8"))
    headers = {name: value for name, value in captured["headers"].items() if name.startswith("x-gitlab-")}
    signed = {**headers, "x-gitlab-token": house.secrets["gitlab"]}
    before = house.receipts_of(WRITER)
    noted = house.deliver("gitlab", json.dumps(captured["body"]).encode(), signed, at=NOTED)

    assert noted == {"accepted": 1}
    assert house.points_of(WRITER) == 0
    assert house.receipts_of(WRITER) == before + 1


@pytest.mark.parametrize("name", ["fork", "ping", "push.1", "release.created"])
def test_what_no_shipped_mapping_wants_is_taken_and_changes_nothing(house: House, vectors: Path, name: str) -> None:
    before = house.service.wait_until_judged()
    body = (vectors / "webhooks" / "github" / f"{name}.payload.json").read_bytes()

    told = house.from_github(body, name.split(".", maxsplit=1)[0], at=NOTED)

    assert told in ({}, {"ignored": 1})
    assert house.service.wait_until_judged() == before
