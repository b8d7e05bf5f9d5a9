"""`sulka demo`: a lifelike organization whose half year goes in through the real door, then `serve`.

Everything it sends is the same every time and may be sent again: members are known by an alias, events by their id.
Where it was stopped it goes on after the last step that it noted in the data folder.
"""

import asyncio
import secrets
from collections import Counter
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from cli.demo_organization import DAYS, FIRST_DAY, Person, Step, people, steps
from cli.moment import now_ms
from cli.serve import supervisor
from engine.bootstrap import Site, site_at, store_server
from engine.core.journal import BadgeGranted, Closed, Reason, Recognised, Refused, decode_journal
from engine.core.periods import period_name
from engine.core.plan import KINDS
from engine.rulebook.book import read_folder
from engine.settings import Settings
from engine.store.directory import Role, TokenRecord, token_digest
from engine.store.raw import RawRows

SOURCE = "hub"
AT_ONCE = 500
PATIENCE_SECONDS = 60
HELD = {
    Reason.LIMIT_TIMES: "enough of one kind in a day or week",
    Reason.LIMIT_POINTS: "enough points of one rule",
    Reason.CAP: "enough points in a week",
    Reason.FADED: "faded to nothing in a week",
    Reason.ONCE: "the same thing again",
}


class Progressed(msgspec.Struct):
    """What the data folder remembers of the demo."""

    steps: int = 0
    done: bool = False


async def run_demo(settings: Settings) -> None:
    """Fill in what is missing, show what came of it, and serve."""
    console = Console()
    with store_server(settings) as store:
        supervising = asyncio.create_task(supervisor(store, settings).run())
        try:
            async with site_at(store.url, settings) as site:
                await Demo(site, settings, console).play(supervising)
        except BaseException:
            supervising.cancel()
            await asyncio.gather(supervising, return_exceptions=True)
            raise
        await supervising
    console.print("Sulka has ended.")


class Demo:
    """The demo over a running service."""

    def __init__(self, site: Site, settings: Settings, console: Console) -> None:
        self._site, self._settings, self._console = site, settings, console
        self._address = f"http://{settings.http.host}:{settings.http.port}"
        self._noted = settings.data_dir / "demo.json"
        self._progress = _read(self._noted)
        self._tokens: dict[int, str] = {}
        self._people = people()

    async def play(self, supervising: asyncio.Task[None]) -> None:
        """All steps that are missing; then the summary and how to go on."""
        admin = await self._token("admin")
        async with httpx.AsyncClient(base_url=self._address, timeout=30) as client:
            await self._wait_until_ready(client, supervising)
            began = monotonic()
            if not self._progress.done:
                if (await self._site.log.door()).position and not self._progress.steps:
                    self._console.print("There is data of your own in this folder, so there is no demo. Serving.")
                    return
                await self._fill(client, admin)
            await self._wait_until_judged(client)
            await self._summary(monotonic() - began)
        await self._goodbye(admin)

    async def _fill(self, client: httpx.AsyncClient, admin: str) -> None:
        todo = list(steps())
        source = await self._prepare(client, admin)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task("Half a year, day by day", total=DAYS, completed=0)
            for number, step in enumerate(todo):
                progress.update(task, completed=(step.at.date() - FIRST_DAY).days + 1)
                if number < self._progress.steps:
                    continue
                await self._step(client, step, admin, source)
                if step.kind == "events":
                    self._note(number + 1)
        await self._call(client, "DELETE", "/v1/history", admin, None, None)
        self._note(len(todo), done=True)

    async def _prepare(self, client: httpx.AsyncClient, admin: str) -> str:
        """History, rules, sender and people; whatever is there already stays."""
        begin = datetime.combine(FIRST_DAY, datetime.min.time(), next(iter(steps())).at.tzinfo)
        if not (await self._site.log.door()).position:
            await self._call(client, "POST", "/v1/history", admin, None, begin)
            files = read_folder(self._settings.rules_dir)
            await self._call(client, "POST", "/v1/rulebook/publish", admin, {"files": files}, begin)
            await self._call(client, "POST", "/v1/sources", admin, {"name": SOURCE, "title": "The share hub"}, None)
        known = await self._site.directory.resolve([person.alias for person in self._people])
        with self._console.status("Making the people known"):
            for person in self._people:
                if person.alias not in known:
                    await self._call(client, "POST", "/v1/members", admin, _member(person), begin)
        if not self._progress.steps:
            self._note(0)
        return await self._token("source", source=SOURCE)

    async def _step(self, client: httpx.AsyncClient, step: Step, admin: str, source: str) -> None:
        match step.kind:
            case "events":
                for start in range(0, len(step.body), AT_ONCE):
                    await self._call(client, "POST", "/v1/events", source, step.body[start : start + AT_ONCE], step.at)
            case "content":
                await self._call(client, "POST", "/v1/content", source, step.body, step.at)
            case "retract":
                await self._call(client, "POST", "/v1/retractions", source, step.body, step.at)
            case "choose":
                path = "/v1/me/membership" if "change" in step.body else "/v1/me/visibility"
                await self._call(client, "POST", path, await self._member_token(step.person), step.body, step.at)
            case "change":
                member = await self._member_id(step.person)
                await self._call(client, "PATCH", f"/v1/members/{member}", admin, step.body, step.at)
            case "publish":
                files = read_folder(self._settings.rules_dir)
                packs = ", ".join(f'"{pack}"' for pack in step.body)
                files["organization.toml"] = files["organization.toml"].replace(
                    'packs = ["starter"]', f"packs = [{packs}]"
                )
                await self._call(client, "POST", "/v1/rulebook/publish", admin, {"files": files}, step.at)

    async def _call(
        self, client: httpx.AsyncClient, method: str, path: str, token: str, body: object, at: datetime | None
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        if at is not None:
            headers["Sulka-Recorded-At"] = at.isoformat()
        answer = await client.request(method, path, json=body, headers=headers)
        if answer.status_code >= httpx.codes.BAD_REQUEST and answer.status_code != httpx.codes.CONFLICT:
            raise DemoStopped(f"{method} {path}", answer.text)

    async def _token(self, role: Role, *, member: str | None = None, source: str | None = None) -> str:
        token = secrets.token_urlsafe(32)
        record = TokenRecord(role, "demo", now_ms(), member, source)
        await self._site.directory.put_token(token_digest(token), record)
        return token

    async def _member_id(self, number: int) -> str:
        alias = self._people[number].alias
        return (await self._site.directory.resolve([alias]))[alias]

    async def _member_token(self, number: int) -> str:
        if number not in self._tokens:
            self._tokens[number] = await self._token("member", member=await self._member_id(number))
        return self._tokens[number]

    def _note(self, step: int, *, done: bool = False) -> None:
        """Noted after a step: it may be sent once more after a crash, which changes nothing."""
        self._progress = Progressed(step, done)
        fresh = self._noted.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(self._progress))
        fresh.replace(self._noted)

    async def _wait_until_ready(self, client: httpx.AsyncClient, supervising: asyncio.Task[None]) -> None:
        deadline = monotonic() + PATIENCE_SECONDS
        while monotonic() < deadline and not supervising.done():
            try:
                if (await client.get("/health/ready")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
        raise DemoStopped("the start", "the API does not answer")

    async def _wait_until_judged(self, client: httpx.AsyncClient) -> None:
        while True:
            found = (await client.get("/health/ready")).json()
            if found["position"] == found["judged"]:
                return
            await asyncio.sleep(0.1)

    async def _summary(self, seconds: float) -> None:
        """What a person enjoys to see: who leads, who won, what was earned, what rested."""
        judged = await self._site.reader.judged()
        rulebook = (await self._site.plans.in_force({})).rulebook
        names = await self._site.directory.all_members()
        closed: list[tuple[str, list[str]]] = []
        badges: Counter[str] = Counter()
        held: Counter[str] = Counter()
        async for encoded in RawRows(read=self._site.read, keys=self._site.keys).journal(judged):
            entry = decode_journal(encoded)
            winners = [entry.people[line.who].id for line in entry.lines if isinstance(line, Recognised)]
            for line in entry.lines:
                match line:
                    case Closed() if KINDS[line.kind] == "week":
                        closed.append((period_name(KINDS[line.kind], line.period), winners))
                    case BadgeGranted():
                        name = rulebook.names.get(line.badge)
                        title = name.title.said_in("en") if name is not None and name.title is not None else "…"
                        badges[title.replace("{topic}", line.value)] += 1
                    case Refused() if line.reason in HELD:
                        held[HELD[line.reason]] += 1
                    case _:
                        pass
        console = self._console
        console.print(f"\n[bold]{judged:,} entries[/bold] in {seconds:.0f} s; {len(closed)} weeks are closed.\n")
        table = Table("closed week", "named when it closed", box=None)
        for period, winners in closed[-5:]:
            table.add_row(period, ", ".join(dict.fromkeys(names[one].name for one in winners if one in names)))
        console.print(table)
        console.print("\nBadges: " + ", ".join(f"{title} {count}" for title, count in badges.most_common(8)))
        console.print("Rested: " + ", ".join(f"{why} {count}" for why, count in held.most_common()))

    async def _goodbye(self, admin: str) -> None:
        hr, member = await self._token("hr"), await self._member_token(0)
        self._console.print(f"\nSulka listens on {self._address} (calls: /schema). Ctrl-C ends it.")
        for who, token, path in (
            ("an employee", member, "/v1/me"),
            ("HR", hr, "/v1/leaderboards"),
            ("the administrator", admin, "/v1/whoami"),
        ):
            line = f"  as {who}: curl -H 'Authorization: Bearer {token}' {self._address}{path}"
            self._console.print(line, soft_wrap=True, markup=False, highlight=False)


class DemoStopped(Exception):
    """The service said no to a step of the demo; run the demo again to go on."""

    def __init__(self, step: str, answer: str) -> None:
        self.step, self.answer = step, answer
        super().__init__(f"The demo stopped at {step}: {answer[:500]}")


def _member(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "aliases": [person.alias],
        "country": person.country,
        "team": person.team,
        "is_leader": person.is_leader,
    }


def _read(path: Path) -> Progressed:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Progressed)
    except FileNotFoundError:
        return Progressed()
