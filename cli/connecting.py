"""`sulka source add` of a tool that sends its own format: what to enter where, the secret, and the first delivery."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic
from typing import Final

import msgspec
import rich_click as click
from rich.console import Console

from api.v1.source_forms import SourceName
from api.v1.sources import address_of
from cli.moment import now_ms, secret_of
from cli.sources import SECRET_VARIABLE
from engine.bootstrap import Site, mapping_compiler, running_or_own_server, site_at
from engine.run.errors import SourceTaken
from engine.run.newest_mappings import NewestMappings
from engine.run.webhooks.senders import Senders
from engine.settings import Settings
from engine.sources.signatures.keys import weakness_of
from engine.sources.signatures.profiles import MOST_SECRET_CHARACTERS, Profile
from engine.store.deliveries import Deliveries, Noted, Verdict

STDIN: Final = "-"
WAIT_SECONDS: Final = 900.0
LOOK_SECONDS: Final = 0.5
MOST_LOOKED_AT: Final = 50

WHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "github": (
        "In the repository or organization: Settings, Webhooks, Add webhook.",
        "Content type: application/json.",
        "Let me select individual events: Stars, Discussions, Discussion comments, Pull requests.",
    ),
    "gitea": (
        "In the repository: Settings, Webhooks, Add webhook, Gitea.",
        "Content type: application/json. Custom events: those that rules/sources/github.toml reads.",
    ),
    "gitlab": (
        "In the project or group: Settings, Webhooks, Add new webhook. The secret goes into Secret token.",
        "Trigger: Comments, Emoji events, Merge request events.",
    ),
    "slack": (
        "At api.slack.com/apps: Event Subscriptions, Enable Events, Request URL.",
        "Bot events to subscribe to: reaction_added, reaction_removed. The scope that they need: reactions:read.",
        "For /sulka: Slash Commands, Create New Command, the same address as its Request URL. Scope: commands.",
        "Install the app in the workspace again; invite it to the channels whose reactions count.",
    ),
    "discourse": (
        "As an administrator of the forum: Admin, API, Webhooks, New webhook. Content type: application/json.",
        "Post events, Like events, Solved events.",
    ),
    "linkedin": (
        "In the developer portal, in the application with an approved use case: Webhooks, Add webhook.",
        "LinkedIn tries the address at once, and again every two hours.",
    ),
    "zapier": (
        "Add a step Webhooks by Zapier, POST. Payload type: form.",
        "Data: id, type, email, and the fields of the event by their names (docs/sources/zapier.md).",
        "Headers: Authorization, with Bearer, a space and the secret.",
    ),
    "standard": ("In the tool's webhooks: a new endpoint, whose signing secret is the one below.",),
    "sha256": ("Sign the body with HMAC-SHA256; send X-Hub-Signature-256: sha256= and the digest in hex.",),
    "bearer": ("Send the header Authorization: Bearer, a space and the secret.",),
    "basic": ("Send the name and the password below as HTTP Basic authentication.",),
}
"""Where what is entered, by profile; the events are those that the shipped mappings read."""

THEIRS: Final[Mapping[str, str]] = {
    "slack": "the Signing Secret (Basic Information, App Credentials)",
    "linkedin": "the Primary Client Secret (Auth, Application credentials)",
}


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed."""

    name: str
    profile: Profile
    mapping: str | None
    title: str | None
    secret_file: str | None
    address: str | None
    waits: bool


async def connect_tool(settings: Settings, wanted: Connection) -> None:
    """Make the tool known, say what to enter where, and wait for its first delivery where somebody looks on."""
    try:
        msgspec.convert(wanted.name, SourceName)
    except msgspec.ValidationError:
        message = f"A source is called by lower-case letters, digits and ._-, such as slack; not “{wanted.name[:60]}”."
        raise click.ClickException(message) from None
    profile, console = wanted.profile, Console()
    secret = _secret(wanted, console)
    weakness = None if secret is None else weakness_of(profile, secret)
    if weakness is not None:
        found = f"This can't be the secret of {profile.title}: {weakness.found}, expected {weakness.expected}."
        raise click.ClickException(f"{found} Nothing was changed.")
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            await _refuse_unknown_mapping(site, settings, wanted.mapping)
            made = await _add(site, settings, wanted, secret)
            host = (wanted.address or f"http://{settings.http.host}:{settings.http.port}").rstrip("/")
            _say(console, wanted, f"{host}{address_of(site.keys.organization, wanted.name)}")
            if made is not None:
                console.print("\nThe secret to enter there, shown this once:", highlight=False)
                print(made)
            if wanted.waits and console.is_terminal:
                await _wait(console, settings, site, wanted.name)


async def first_delivery(
    deliveries: Deliveries, name: str, tell: Callable[[Noted], None], seconds: float = WAIT_SECONDS
) -> Verdict | None:
    """Tell of each delivery as it comes, until one is authentic: its verdict; None after so many seconds."""
    deadline, seen = monotonic() + seconds, set[str]()
    while monotonic() < deadline:
        found, _ = await deliveries.page(name, count=MOST_LOOKED_AT)
        for noted in reversed(found):
            if noted.id not in seen:
                seen.add(noted.id)
                tell(noted)
                if noted.row.verdict != "not-authentic":
                    return noted.row.verdict
        await asyncio.sleep(LOOK_SECONDS)
    return None


def _secret(wanted: Connection, console: Console) -> str | None:
    """The sender's secret: from a file, stdin, the environment or somebody at the terminal; never an argument.

    None where the sender takes one of ours, and none was said.
    """
    if wanted.secret_file == STDIN:
        return sys.stdin.read(MOST_SECRET_CHARACTERS + 2).strip()
    if wanted.secret_file is not None:
        return Path(wanted.secret_file).read_text(encoding="utf-8", errors="replace").strip()
    said = os.environ.get(SECRET_VARIABLE)
    if said is not None or wanted.profile.chosen_by == "us":
        return said
    what = THEIRS.get(wanted.profile.name, "the secret that it signs with")
    if console.is_terminal and sys.stdin.isatty():
        answer: str = click.prompt(f"{wanted.profile.title} shows {what}; paste it here", hide_input=True)
        return answer.strip()
    raise click.ClickException(
        f"{wanted.profile.title} makes its secret itself: {what}. Give it with --secret-file FILE (- for stdin) or "
        f"in {SECRET_VARIABLE}. Nothing was changed."
    )


async def _refuse_unknown_mapping(site: Site, settings: Settings, mapping: str | None) -> None:
    """A mapping is one of those in force; before the first start, one of those that it will put in force."""
    if mapping is None:
        return
    if await site.rulebooks.newest() is None:
        is_known = (settings.rules_dir / "sources" / f"{mapping}.toml").is_file()
    else:
        is_known = await NewestMappings(site.rulebooks, mapping_compiler(site.rulebooks)).get(mapping) is not None
    if not is_known:
        found = f"No file in force is called sources/{mapping[:60]}.toml: write it, sulka publish, then add the source."
        raise click.ClickException(f"{found} Nothing was changed.")


async def _add(site: Site, settings: Settings, wanted: Connection, secret: str | None) -> str | None:
    """The secret, where it was made here."""
    senders = Senders(site.directory, secret_of(settings))
    title = wanted.title or wanted.profile.title
    try:
        added = await senders.add(
            wanted.name, title, now_ms(), profile=wanted.profile, mapping=wanted.mapping, secret=secret
        )
    except SourceTaken as error:
        raise click.ClickException(f"{error} Nothing was changed.") from None
    return added.made


def _say(console: Console, wanted: Connection, address: str) -> None:
    mapping = wanted.mapping or wanted.profile.mapping
    console.print(f"[bold]{wanted.name}[/bold] may deliver now ({wanted.profile.title}), to", highlight=False)
    console.print(f"  {address}", style="cyan", soft_wrap=True, highlight=False, markup=False)
    if wanted.address is None:
        console.print("or, from elsewhere, to your public address with the same path.", highlight=False)
    console.print()
    for line in WHERE.get(wanted.profile.name, ()):
        console.print(f"- {line}", soft_wrap=True, highlight=False, markup=False)
    console.print(f"\nWhat it sends is read by rules/sources/{mapping}.toml. More: docs/sources/", highlight=False)


async def _wait(console: Console, settings: Settings, site: Site, name: str) -> None:
    """Until the first delivery, for a quarter of an hour, or until Ctrl-C."""
    if not await _is_running(settings):
        console.print("\nStart sulka serve, then let it send something.", highlight=False)
        return

    def tell(noted: Noted) -> None:
        row = noted.row
        why = f" ({row.look_at or row.reason})" if row.reason else ""
        style = "yellow" if row.verdict in {"not-authentic", "unreadable", "failed"} else "green"
        console.print(f"A delivery came: {row.verdict}{why}.", style=style, highlight=False)

    with console.status("Waiting for its first delivery. Ctrl-C ends the waiting, and nothing else."):
        try:
            verdict = await first_delivery(site.deliveries, name, tell)
        except (KeyboardInterrupt, asyncio.CancelledError):
            verdict = None
    if verdict is None:
        console.print(f"It has not delivered yet. Try it: POST /v1/sources/{name}/test", highlight=False)
    elif verdict in {"unreadable", "failed"}:
        console.print(f"Why: GET /v1/sources/{name}/deliveries", highlight=False)
    else:
        console.print("It works.", style="bold green", highlight=False)


async def _is_running(settings: Settings) -> bool:
    return await asyncio.to_thread(_answers, settings.http.host, settings.http.port)


def _answers(host: str, port: int) -> bool:
    with closing(HTTPConnection(host, port, timeout=2)) as connection:
        try:
            connection.request("GET", "/health/live")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
