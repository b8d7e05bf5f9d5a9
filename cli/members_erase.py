"""`sulka members erase` and `prove-erased`: somebody's wish, carried out to the last file, and the proof of it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import msgspec
import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from cli.erasing_note import ErasingNote, erasing_folder
from cli.moment import moment, secret_of
from engine.bootstrap import EMBEDDED, Site, Sites, people, running_or_own_server, sites_at
from engine.run.erasing import Left
from engine.run.errors import RunError
from engine.run.organizations import parted
from engine.run.traces import Traces, needles_of
from engine.settings import Settings
from engine.store.organizations import MAIN
from engine.store.rewrite import Rewriting
from engine.store.search import Needles, Place, search_files

Tell = Callable[[str, int, int], None]
"""What is being done now, and how far it is, of how much (0: not known)."""

MOST_SHOWN = 50


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, what was found, and what could not be seen."""

    left: tuple[Left, ...]
    needles: int
    rows: int
    files: int
    file_bytes: int
    unseen: tuple[str, ...]


async def erase_member(settings: Settings, member: str, *, yes: bool, recorded_at: str | None) -> bool:
    """Erase a member, from wherever an earlier run stopped; whether nothing remains."""
    console = Console()
    with running_or_own_server(settings) as url:
        async with sites_at(url, settings) as sites:
            site = await sites.asked_for(settings)
            record = await site.directory.member(member)
            if record is not None and not yes:
                who = f"{record.name} ({member})"
                console.print(f"Erase {who}? What names or reaches them goes; nobody can bring it back.", markup=False)
                console.print("Points that they brought to teams, and everybody's totals, stay as they are.")
                if not click.confirm("Erase"):
                    console.print("Nothing was changed.")
                    return True
            try:
                with _progress(console) as tell:
                    traces = await _wipe(site, settings, member, recorded_at, tell)
                    proof = await _prove(sites, site, settings, traces, tell)
            except RunError as error:
                raise click.ClickException(str(error)) from None
    _say(console, settings, traces, proof)
    return not proof.left


async def prove_erased(settings: Settings, member: str, words: Sequence[str]) -> bool:
    """Look for whatever names or reaches a member; whether nothing remains."""
    console = Console()
    with running_or_own_server(settings) as url:
        async with sites_at(url, settings) as sites:
            site = await sites.asked_for(settings)
            note = ErasingNote(settings, member)
            try:
                with _progress(console) as tell:
                    eraser = people.eraser(site, secret_of(settings), lambda done, whole: tell(LOG, done, whole))
                    traces = (await eraser.gather(member)).with_what_is_in(note.read())
                    given = dict.fromkeys(words, "a word you gave")
                    traces = msgspec.structs.replace(traces, words={**given, **traces.words})
                    proof = await _prove(sites, site, settings, traces, tell)
            except RunError as error:
                raise click.ClickException(str(error)) from None
    _say(console, settings, traces, proof)
    return not proof.left


LOG = "Looking through the log"


async def _wipe(site: Site, settings: Settings, member: str, recorded_at: str | None, tell: Tell) -> Traces:
    """All steps of erasing. What is looked for in the end is noted before anything is wiped."""
    eraser = people.eraser(site, secret_of(settings), lambda done, whole: tell(LOG, done, whole))
    note = ErasingNote(settings, member)
    traces = (await eraser.gather(member)).with_what_is_in(note.read())
    when = None if await eraser.is_erased(member) else await moment(site, recorded_at)
    note.write(traces)
    if when is not None:
        await eraser.erase(traces, when)
    tell("Waiting until it is judged", 0, 0)
    await site.settle(settings)
    traces = await eraser.sweep(traces)
    note.write(traces)

    def rewriting(progress: Rewriting) -> None:
        what = "Writing the append-only file anew"
        said = f"{what}, after the rewrite that is under way" if progress.step == "earlier" else what
        tell(said, progress.done, progress.whole)

    await site.rewrite(rewriting)
    return traces


async def _prove(sites: Sites, site: Site, settings: Settings, traces: Traces, tell: Tell) -> Proof:
    eraser = people.eraser(site, secret_of(settings), lambda done, whole: tell(LOG, done, whole))
    left = await eraser.left(traces)
    left += [
        Left(f"board {place.field}", "a row of an open board")
        for place in await site.board_rows().open_places(traces.member)
    ]
    named = needles_of(traces, await site.directory.all_texts())
    needles, search = Needles(named), site.search()
    unseen = list(traces.left_out)
    rows = 0
    async for found in search.places(needles):
        if isinstance(found, Place):
            left.append(_left(found))
        else:
            rows += found
            tell("Searching the store", rows, 0)
    elsewhere: set[str] = set()
    for other in await sites.besides(site):
        elsewhere |= await other.search().held(named)
    if elsewhere:
        unseen.append(f"files and slow commands for {len(elsewhere)} of them that another organization has as well")
    needles = Needles({text: called for text, called in named.items() if text not in elsewhere})
    slow = await search.slow_commands(needles)
    if slow is None:
        unseen.append("the server's list of slow commands, which it shows nobody")
    left += [_left(place) for place in slow or ()]
    files, file_bytes = 0, 0
    if settings.store.url == EMBEDDED:
        for found in search_files(settings.data_dir, needles, besides=erasing_folder(settings)):
            if isinstance(found, Place):
                left.append(_left(found))
            else:
                files, file_bytes = files + 1, file_bytes + found
                tell("Searching the files", file_bytes, 0)
    else:
        unseen.append(
            "the files of the server at store.url: its append-only file was written anew, its disk is its own"
        )
    return Proof(
        left=tuple(sorted(set(left))),
        needles=len(named),
        rows=rows,
        files=files,
        file_bytes=file_bytes,
        unseen=tuple(unseen),
    )


def _left(place: Place) -> Left:
    return Left(f"{place.where}, {place.at}", place.found)


@contextmanager
def _progress(console: Console) -> Iterator[Tell]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(LOG, total=None)

        def tell(what: str, done: int, whole: int) -> None:
            progress.update(task, description=what, completed=done, total=whole or None)

        yield tell


def _say(console: Console, settings: Settings, traces: Traces, proof: Proof) -> None:
    note = ErasingNote(settings, traces.member)
    looked = f"Looked for {proof.needles} things that name or reach them, in {proof.rows:,} rows of the store"
    if proof.files:
        looked += f" and {proof.files} files ({proof.file_bytes:,} bytes)"
    console.print(f"{looked}.", highlight=False)
    for unseen in proof.unseen:
        console.print(f"Not looked for: {unseen}.", highlight=False, markup=False)
    if not proof.left:
        note.remove()
        console.print(f"Nothing remains of {traces.member}.", style="bold green", highlight=False)
        console.print("Backups and copies of the data, if there are any, still hold what they held.", style="dim")
        return
    for left in proof.left[:MOST_SHOWN]:
        console.print(f"  {left.where}: {left.what}", highlight=False, markup=False, soft_wrap=True)
    if len(proof.left) > MOST_SHOWN:
        console.print(f"  … and {len(proof.left) - MOST_SHOWN:,} more", highlight=False)
    console.print(f"{len(proof.left):,} traces of {traces.member} remain.", style="bold red", highlight=False)
    again = "prove-erased" if note.exists() else "erase"
    about = "" if (name := settings.commands.organization) == MAIN else f" --organization {name}"
    console.print(f"When they are gone: sulka members {again} {traces.member}{about}", highlight=False)


def unfinished(settings: Settings) -> list[tuple[str, str]]:
    """The members whose erasing was begun and not finished, each with the organization."""
    return sorted(parted(path.stem) for path in erasing_folder(settings).glob("*.note"))
