"""`sulka token create`, `members add`, `source add`: what an installation needs before anybody can call it."""

import json
from collections.abc import Mapping

import msgspec
import rich_click as click
from rich.console import Console

from api.examples import EVENT_ID, example_of
from api.v1.source_forms import SourceName
from cli.moment import moment, now_ms, secret_of
from engine.bootstrap import Site, people, running_or_own_server, site_at, text_compiler
from engine.core.entries import MemberFacts
from engine.core.rulebook import Rulebook
from engine.rulebook.book import check, compile_rulebook, namings, read_folder
from engine.run.errors import AliasTaken, Inactive
from engine.run.organizations import new_token
from engine.run.outcomes import When
from engine.run.roster.rows import Refused, read_row
from engine.run.roster.sheet import Line
from engine.settings import Settings
from engine.store.directory import MemberRecord, Role, SourceRecord, TokenRecord, token_digest


async def create_token(settings: Settings, role: Role, *, member: str | None, source: str | None) -> None:
    """Print a new token."""
    if member is not None and role == "source":
        raise click.ClickException(f"A token for {role} is no member's: leave --member out, or say --role member.")
    if source is not None and role != "source":
        raise click.ClickException(f"A token for {role} is no sender's: leave --source out, or say --role source.")
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            is_known = member is not None and await site.directory.member(member) is not None
            if (role == "member" or member is not None) and not is_known:
                raise click.ClickException("Say whose it is: --member ID, as printed by sulka members add.")
            if role == "source" and (source is None or source not in await site.directory.sources()):
                known = ", ".join(sorted(await site.directory.sources())) or "none yet; see sulka source add"
                raise click.ClickException(f"Say which sender it is for: --source NAME. Known are: {known}.")
            if member is not None and not await people.members(site, secret_of(settings)).works_here(member):
                raise click.ClickException(str(Inactive(member=member)))
            print(await _new_token(site, role, member=member, source=source))


async def add_member(
    settings: Settings,
    name: str,
    *,
    email: str | None,
    team: str | None,
    country: str | None,
    trial: bool,
    recorded_at: str | None,
) -> None:
    """Make a member known and print the id."""
    said = {"name": name, "email": email, "team": team, "country": country}
    cells = {column: value for column, value in said.items() if value is not None}
    # Read as a row of a table would be, so that the same holds for both. An id of nobody stands in for an alias.
    row = read_row(Line(1, {"id": "new", **cells}))
    if isinstance(row, Refused):
        raise click.ClickException("; ".join(map(str, row.faults)) + ". Nothing was changed.")
    record = MemberRecord(row.name or name, None if row.email is msgspec.UNSET else row.email, row.aliases, trial)
    facts = msgspec.structs.replace(MemberFacts(), **row.facts)
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            print(await _add_member(site, settings, record, facts, await moment(site, recorded_at)))


async def add_source(settings: Settings, name: str, recorded_at: str | None = None) -> None:
    """Make a sender known; print a session to try it with, and the token."""
    try:
        msgspec.convert(name, SourceName)
    except msgspec.ValidationError:
        message = f"A source is called by lower-case letters, digits and ._-, such as hub; not “{name[:60]}”."
        raise click.ClickException(message) from None
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            when = await moment(site, recorded_at)
            if not await site.directory.add_source(SourceRecord(name, name, now_ms())):
                raise click.ClickException(
                    f"There is a source called {name} already. A further token: "
                    f"sulka token create --role source --source {name}"
                )
            token = await _new_token(site, "source", source=name)
            trial = MemberRecord("Trial member", trial=True)
            member = await _add_member(site, settings, trial, MemberFacts(), when)
            own_token = await _new_token(site, "member", member=member)
            book = await _newest(site, settings)
    _print_session(name, f"http://{settings.http.host}:{settings.http.port}", book, member, token, own_token)
    print(token)


def _print_session(name: str, host: str, book: Rulebook, member: str, token: str, own_token: str) -> None:
    console = Console()
    event = json.dumps(_event(book, member))
    mine = f"curl -H 'Authorization: Bearer {own_token}'"
    console.print(f"[bold]{name}[/bold] may send events now. Try it while [bold]sulka serve[/bold] runs, with a member")
    console.print("who is made up for it, has joined, and is on no board that others see.")
    steps = [
        (
            f"{name} says what the member did",
            f"curl --json '{event}' -H 'Authorization: Bearer {token}' {host}/v1/events",
        ),
        ("The member reads the receipt", f"{mine} {host}/v1/me/ledger"),
    ]
    if book.boards:
        board = book.boards[0]
        steps.append(
            (
                f"… and their own place on “{board.title.said_in('en')}”",
                f"{mine} '{host}/v1/leaderboards/{board.id}?around=me'",
            )
        )
    for number, (what, line) in enumerate(steps, 1):
        console.print(f"\n[dim]{number}.[/dim] {what}:", highlight=False)
        console.print(line, soft_wrap=True, markup=False, highlight=False, style="cyan")
    console.print(f"\nWhat else {name} may send, with an example of each: GET {host}/v1/event-types", highlight=False)
    console.print(f"The token of {name}, shown this once:", highlight=False)


def _event(book: Rulebook, member: str) -> Mapping[str, object]:
    """An event of the rulebook in force: the usual share where it has that, else its first."""
    usual = book.events.get(str(EVENT_ID["type"]))
    sent = EVENT_ID
    if usual is None or not set(_data(EVENT_ID)) <= set(usual.fields):
        event = next(iter(book.events.values()), None)
        sent = EVENT_ID if event is None else example_of(event, now_ms())
    return {"id": "try-1", "type": sent["type"], "subject": member, "data": sent["data"]}


def _data(event: Mapping[str, object]) -> Mapping[str, object]:
    data = event["data"]
    assert isinstance(data, Mapping)
    return data


async def _newest(site: Site, settings: Settings) -> Rulebook:
    """The rulebook in force, or the one that the first start will put in force."""
    newest = await site.rulebooks.newest()
    if newest is not None:
        return await text_compiler(site.rulebooks)(newest.digest)
    texts = read_folder(settings.rules_dir)
    return compile_rulebook(texts, {naming.name: code for code, naming in enumerate(namings(check(texts)))})


async def _new_token(site: Site, role: Role, *, member: str | None = None, source: str | None = None) -> str:
    token = new_token(site.keys.organization)
    name = source or member or role
    await site.directory.put_token(token_digest(token), TokenRecord(role, name, now_ms(), member, source))
    return token


async def _add_member(site: Site, settings: Settings, record: MemberRecord, facts: MemberFacts, when: When) -> str:
    """The id of somebody new; whoever is made up for a trial has joined by that, everybody else joins themselves."""
    members = people.members(site, secret_of(settings))
    try:
        member, _ = await members.add(record, facts, when)
    except AliasTaken as error:
        raise click.ClickException(f"{error} Nothing was changed.") from None
    if record.trial:
        await members.choose(member, "join", when)
    return member
