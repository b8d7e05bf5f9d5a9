"""`sulka members export`: all that is held about one person, as one file that they can read."""

import os
import sys
from pathlib import Path

import msgspec
import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cli.moment import now_ms, secret_of
from engine.bootstrap import people, running_or_own_server, site_at
from engine.run.errors import RunError
from engine.run.looking import note_look, written_reason
from engine.settings import Settings

PRIVATE_FILE = 0o600

NAME = "sulka members export"
"""Who has looked, where no token was needed."""


async def export_member(settings: Settings, member: str, target: str, reason: str, language: str | None) -> None:
    """Write the record to a file, or to the terminal for `-`; progress goes to stderr.

    Who has looked is noted before anything is read. Of somebody who was erased nobody is left to see it.
    """
    why = written_reason(reason)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
                task = progress.add_task("Waiting until all is judged", total=None)

                def tell(what: str, done: int, whole: int) -> None:
                    progress.update(task, description=what, completed=done, total=whole)

                secret = secret_of(settings)
                if await site.directory.member(member) is not None:
                    await note_look(
                        *(site.looks, member, "export", why), role="admin", name=NAME, now=now_ms(), secret=secret
                    )
                await site.settle(settings)
                eraser = people.eraser(site, secret, lambda *far: tell("Looking through the log", *far))
                records = people.own_records(site, lambda *far: tell("Putting receipts into words", *far))
                try:
                    record = await records.of(await eraser.gather(member), language, now_ms())
                except RunError as error:
                    raise click.ClickException(str(error)) from None
    encoded = msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"
    if target == "-":
        sys.stdout.buffer.write(encoded)
        return
    path = Path(target)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(encoded)
    except OSError as error:
        raise click.ClickException(f"{path} can't be written: {error.strerror}.") from None
    console.print(f"All that Sulka holds about {member}: {path}", highlight=False, markup=False, soft_wrap=True)
    console.print("It names the person; hand it to nobody else.", style="dim")
