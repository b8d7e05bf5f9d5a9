"""The demo's calls of the HTTP API: each step by the one who would make it, said again until it is answered."""

import asyncio
import re
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import rich_click as click

from cli.demo.people import DEPARTMENTS, Person
from cli.demo.steps import Step
from cli.moment import now_ms
from engine.rulebook.book import read_folder
from engine.store.directory import Directory, Role, TokenRecord, token_digest

SOURCE = "hub"
AT_ONCE = 500
PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.2
TOKEN_BYTES = 32
CHALLENGES = "extras/challenges.toml"
ADDED_BY_HAND = {"award": "/v1/awards", "correct": "/v1/corrections"}


class Calls:
    """See the module. Every call may be made again: it then changes nothing."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        directory: Directory,
        rules: Path,
        secret: bytes,
        everybody: list[Person],
        challenges_begin: date,
    ) -> None:
        self._client, self._directory, self._rules = client, directory, rules
        self._secret, self._everybody, self._challenges_begin = secret, everybody, challenges_begin
        self._ids: dict[str, str] = {}
        self._tokens: dict[str, str] = {}

    async def step(self, step: Step) -> None:
        """Make the calls of a step."""
        match step.kind:
            case "events":
                for start in range(0, len(step.body), AT_ONCE):
                    source = await self.token("source")
                    await self.post("/v1/events", source, step.body[start : start + AT_ONCE], step.at)
            case "content":
                await self.post("/v1/content", await self.token("source"), step.body, step.at)
            case "retract":
                # The hub takes back what it reported; what is about a person and a post HR takes back.
                role: Role = "hr" if "content" in step.body else "source"
                await self.post("/v1/retractions", await self.token(role), step.body, step.at)
            case "choose":
                path = "/v1/me/membership" if "change" in step.body else "/v1/me/visibility"
                await self.post(path, await self.own_token(step.person), step.body, step.at)
            case "said":
                await self.post(step.path, await self.own_token(step.person), step.body, step.at)
            case "member":
                await self.make_known(self._everybody[step.person], step.at)
            case "change":
                path = f"/v1/members/{await self.member_id(step.person)}"
                await self.call("PATCH", path, await self.token("hr"), step.body, step.at)
            case "award" | "correct":
                body = {**step.body, "member": self._everybody[step.person].alias}
                await self.post(ADDED_BY_HAND[step.kind], await self.token("hr"), body, step.at)
            case "publish":
                await self.publish(step.at, step.body)

    async def publish(self, at: datetime, packs: tuple[str, ...] = ("starter",)) -> None:
        """Put the shipped rules in force, with these packs; challenges lie in the demo's own days."""
        files = read_folder(self._rules)
        said = ", ".join(f'"{pack}"' for pack in packs)
        name = "organization.toml"
        files[name] = files[name].replace('packs = ["starter"]', f"packs = [{said}]")
        files[CHALLENGES] = beginning_on(self._challenges_begin, files[CHALLENGES])
        await self.post("/v1/rulebook/publish", await self.token("hr"), {"files": files}, at)

    async def make_known(self, person: Person, at: datetime) -> None:
        """A member, as HR adds them; nothing where they are known."""
        if person.alias in await self._directory.resolve([person.alias]):
            return
        inviter = person.invited_by
        body = {
            "name": person.name,
            "aliases": [person.alias],
            "country": person.country,
            "team": person.team,
            "department": DEPARTMENTS[person.team],
            "started_on": person.started_on,
            "is_leader": person.is_leader,
            "invited_by": None if inviter is None else await self.member_id(inviter),
        }
        await self.post("/v1/members", await self.token("hr"), body, at)

    async def post(self, path: str, token: str, body: object, at: datetime | None = None) -> None:
        """`call` with POST."""
        await self.call("POST", path, token, body, at)

    async def call(self, method: str, path: str, token: str, body: object = None, at: datetime | None = None) -> Any:  # noqa: ANN401 - JSON
        """The answer. A choice that was made already is no mistake here: the demo was stopped after it.

        Raises:
            DemoStopped: The service refused, or did not answer for long.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if at is not None:
            headers["Sulka-Recorded-At"] = at.isoformat()
        said = ""
        for _ in _for_a_while():
            try:
                answer = await self._client.request(method, path, json=body, headers=headers)
            except httpx.TransportError as error:
                said = f"no answer ({type(error).__name__})"
            else:
                said = answer.text
                if answer.is_success or '#wrong-state"' in said:
                    return answer.json()
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    break
            await asyncio.sleep(PAUSE_SECONDS)
        raise DemoStopped(f"{method} {path}", said)

    async def ready(self) -> dict[str, Any]:
        """How far the service is, as soon as it answers.

        Raises:
            DemoStopped: It did not answer for long.
        """
        found: dict[str, Any] = await self.call("GET", "/health/ready", "")
        return found

    async def token(self, role: Role, member: str | None = None) -> str:
        """A token that follows from the installation's secret, so that the next start shows the same one."""
        name = member or role
        if name not in self._tokens:
            token = blake2b(f"demo {name}".encode(), key=self._secret[:64], digest_size=TOKEN_BYTES).hexdigest()
            record = TokenRecord(role, "demo", now_ms(), member, SOURCE if role == "source" else None)
            await self._directory.put_token(token_digest(token), record)
            self._tokens[name] = token
        return self._tokens[name]

    async def own_token(self, number: int) -> str:
        """A member's own token."""
        return await self.token("member", await self.member_id(number))

    async def member_id(self, number: int) -> str:
        """The random id that a person was given."""
        alias = self._everybody[number].alias
        if alias not in self._ids:
            self._ids |= await self._directory.resolve([alias])
        return self._ids[alias]


class DemoStopped(click.ClickException):
    """The service said no to a step, or nothing at all."""

    def __init__(self, step: str, answer: str) -> None:
        self.step, self.answer = step, answer
        super().__init__(f"The demo stopped at {step}: {answer[:500]}\nRun it again: it goes on from there.")


def _for_a_while() -> Iterator[None]:
    """Tries, until patience ends."""
    ends = monotonic() + PATIENCE_SECONDS
    yield
    while monotonic() < ends:
        yield


def beginning_on(day: date, text: str) -> str:
    """A rule file whose first challenge begins on this day, with all other days as far from it as before."""
    first = re.search(r"first_day = (\S+)", text)
    if first is None:
        return text
    shift = day - date.fromisoformat(first[1])
    return re.sub(r"\b\d{4}-\d\d-\d\d\b", lambda found: (date.fromisoformat(found[0]) + shift).isoformat(), text)
