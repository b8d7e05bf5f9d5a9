"""`sulka demo`: a lifelike organization whose half year goes in through the real door, then `serve`.

Everything it sends is the same every time and may be sent again: members are known by an alias, events by their id.
Where it was stopped it goes on after the last step that it noted in the data folder.
"""

import asyncio
import os
from contextlib import suppress
from datetime import date
from pathlib import Path
from time import monotonic

import httpx
import msgspec
import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from cli.demo.calls import SOURCE, Calls
from cli.demo.people import people
from cli.demo.rhythm import Frame, frame_until, yesterday
from cli.demo.steps import steps
from cli.demo.summary import Summary
from cli.logs import for_people, say_in_one_form
from cli.serve import refuse_taken_port, supervisor
from engine.bootstrap import Site, site_at, store_server
from engine.settings import Settings, read_secret
from engine.store.organizations import MAIN

ANSWER_SECONDS = 30
LOOK_SECONDS = 0.1


class Noted(msgspec.Struct, kw_only=True):
    """What the data folder remembers of the demo: which one it is, how far it is, and how long it took."""

    members: int
    first_day: date
    last_day: date
    steps: int = 0
    seconds: float = 0
    done: bool = False

    @property
    def frame(self) -> Frame:
        """How large it is."""
        return Frame(self.members, self.first_day, self.last_day)


async def run_demo(settings: Settings, *, members: int, weeks: int, until: date | None) -> None:
    """Fill in what is missing, show what came of it, and serve until the end."""
    console = Console()
    say_in_one_form(settings := for_people(settings), "demo")
    refuse_taken_port(settings)
    noted = settings.data_dir / "demo.json"
    with store_server(settings) as store:
        supervising = asyncio.create_task(supervisor(store, settings).run())
        async with site_at(store.url, settings, MAIN) as site:
            demo = _read(noted) or await _new(site, members, weeks, until)
            if demo is None:
                console.print("There is data of your own in this folder, so there is no demo. Serving.")
                await supervising
                return
            playing = asyncio.create_task(Demo(site, settings, console, noted, demo).play())
            await asyncio.wait((playing, supervising), return_when=asyncio.FIRST_COMPLETED)
            stopped = supervising.done()
            if stopped:
                playing.cancel()
            elif playing.exception() is not None:
                supervising.cancel()
            with suppress(asyncio.CancelledError):
                await supervising
            if not stopped:
                await playing
    console.print("Sulka has ended." if not stopped else "Stopped on the way. Run it again: it goes on from here.")


class Demo:
    """The demo over a running service."""

    def __init__(self, site: Site, settings: Settings, console: Console, path: Path, noted: Noted) -> None:
        self._site, self._settings, self._console = site, settings, console
        self._path, self._noted = path, noted
        self._address = f"http://{settings.http.host}:{settings.http.port}"
        self._people = people(noted.frame)

    async def play(self) -> None:
        """All steps that are missing; then the summary and how to go on."""
        secret = read_secret(self._settings.data_dir, os.environ)
        async with httpx.AsyncClient(base_url=self._address, timeout=ANSWER_SECONDS) as client:
            begin = self._noted.frame.challenges_begin
            calls = Calls(client, self._site.directory, self._settings.rules_dir, secret, self._people, begin)
            await calls.ready()
            if not self._noted.done:
                await self._fill(calls)
            await Summary(self._site, calls, self._console, self._noted.frame, self._address).show(self._noted.seconds)

    async def _fill(self, calls: Calls) -> None:
        began, before = monotonic(), self._noted.seconds
        frame = self._noted.frame
        self._console.print(f"Sulka listens on {self._address}. What {frame.members} people did from {frame.first_day}")
        self._console.print(f"to {frame.last_day} goes in there now, in less than a minute.")
        self._console.print("Ctrl-C stops it, and the next start goes on from there.")
        await self._prepare(calls)
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("day {task.completed} of {task.total}"))
        number = -1
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task("Day by day", total=frame.days)
            for number, step in enumerate(steps(frame)):
                progress.update(task, completed=(step.at.date() - frame.first_day).days + 1)
                if number < self._noted.steps:
                    continue
                await calls.step(step)
                if step.kind == "events":
                    self._note(number + 1, before + monotonic() - began)
        await calls.call("DELETE", "/v1/history", await calls.token("admin"))
        await self._wait_until_judged(calls)
        self._note(number + 1, before + monotonic() - began, done=True)

    async def _prepare(self, calls: Calls) -> None:
        """History, rules, sender and people; whatever is there already stays."""
        begin = self._noted.frame.moment(0, 0)
        admin = await calls.token("admin")
        self._note(self._noted.steps, self._noted.seconds)
        if not (await self._site.log.door()).position:
            await calls.post("/v1/history", admin, None, begin)
        if await self._site.rulebooks.newest() is None:
            await calls.publish(begin)
        if SOURCE not in await self._site.directory.sources():
            await calls.post("/v1/sources", admin, {"name": SOURCE, "title": "The share hub"})
        with self._console.status("Making the people known"):
            for person in self._people:
                if not person.known_on:
                    await calls.make_known(person, begin)

    def _note(self, step: int, seconds: float, *, done: bool = False) -> None:
        """Noted after a step: it may be sent once more after a crash, which changes nothing."""
        self._noted.steps, self._noted.seconds, self._noted.done = step, seconds, done
        fresh = self._path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(self._noted))
        fresh.replace(self._path)

    async def _wait_until_judged(self, calls: Calls) -> None:
        while (found := await calls.ready())["position"] != found["judged"]:  # noqa: ASYNC110 - another process judges
            await asyncio.sleep(LOOK_SECONDS)


async def _new(site: Site, members: int, weeks: int, until: date | None) -> Noted | None:
    """A demo that begins; none where somebody else's data is."""
    if (await site.log.door()).position:
        return None
    last_day = until or yesterday()
    if last_day > yesterday():
        raise click.ClickException(f"The demo's past has to be over: --until can be {yesterday()} at the latest.")
    frame = frame_until(last_day, members, weeks)
    return Noted(members=members, first_day=frame.first_day, last_day=frame.last_day)


def _read(path: Path) -> Noted | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Noted)
    except FileNotFoundError:
        return None
