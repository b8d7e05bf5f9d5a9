"""`sulka token create`, `members add`, `source add`: what an installation needs before anybody can call it."""

import secrets

import rich_click as click
from rich.console import Console

from cli.rulebooks import now_ms
from engine.bootstrap import Site, running_or_own_server, site_at
from engine.core.entries import MemberFacts, MemberSet, MembershipChanged, encode_entry
from engine.run.members import new_member_id
from engine.settings import Settings
from engine.store.directory import (
    MemberRecord,
    MembershipRow,
    Role,
    SourceRecord,
    TokenRecord,
    encode_record,
    token_digest,
)
from engine.store.log import Append

TOKEN_BYTES = 32


async def create_token(settings: Settings, role: Role, *, member: str | None, source: str | None) -> None:
    """Print a new token."""
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            if role == "member" and (member is None or await site.directory.member(member) is None):
                raise click.ClickException("Say whose it is: --member ID, as printed by sulka members add.")
            if role == "source" and (source is None or source not in await site.directory.sources()):
                known = ", ".join(sorted(await site.directory.sources())) or "none yet; see sulka source add"
                raise click.ClickException(f"Say which sender it is for: --source NAME. Known are: {known}.")
            print(await _new_token(site, role, member=member, source=source))


async def add_member(
    settings: Settings, name: str, *, email: str | None, team: str | None, country: str | None, trial: bool
) -> None:
    """Make a member known and print the id."""
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            print(await _add_member(site, name, email=email, team=team, country=country, trial=trial))


async def add_source(settings: Settings, name: str) -> None:
    """Make a sender known; print a session to try it with, and the token."""
    console = Console()
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            if not await site.directory.add_source(SourceRecord(name, name, now_ms())):
                raise click.ClickException(f"There is a source called {name} already; sulka token create makes tokens.")
            token = await _new_token(site, "source", source=name)
            member = await _add_member(site, "Trial member", email=None, team=None, country=None, trial=True)
            own_token = await _new_token(site, "member", member=member)
    host = f"http://{settings.http.host}:{settings.http.port}"
    data = '{"channel": "linkedin", "own_words": true}'
    event = f'{{"id": "try-1", "type": "content.shared", "subject": "{member}", "data": {data}}}'
    console.print(f"{name} may send events. Try it with a made-up member, while sulka serve runs:\n")
    for line in (
        f"curl --json '{event}' -H 'Authorization: Bearer {token}' {host}/v1/events",
        f"curl -H 'Authorization: Bearer {own_token}' {host}/v1/me",
        f"curl -H 'Authorization: Bearer {own_token}' {host}/v1/me/ledger",
    ):
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    console.print("\nThe token of the source, shown once:")
    print(token)


async def _new_token(site: Site, role: Role, *, member: str | None = None, source: str | None = None) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    name = source or member or role
    await site.directory.put_token(token_digest(token), TokenRecord(role, name, now_ms(), member, source))
    return token


async def _add_member(
    site: Site, name: str, *, email: str | None, team: str | None, country: str | None, trial: bool
) -> str:
    member, now = new_member_id(), now_ms()
    aliases = (f"email:{email.strip().lower()}",) if email else ()
    record = MemberRecord(name, email, aliases, trial)
    known = Append(
        mark=None,
        digest=None,
        payload=encode_entry(MemberSet(member, MemberFacts(country=country, team=team))),
        recorded=now,
        rows=site.directory.member_rows(member, record, None),
    )
    items = [known]
    if trial:
        joined = encode_record(MembershipRow(status="joined", joined_at=now))
        payload = encode_entry(MembershipChanged(member, "join", now))
        items.append(Append(mark=None, digest=None, payload=payload, recorded=now, membership=(member, joined)))
    appended = await site.log.append(items)
    if appended[0].status != "accepted":
        raise click.ClickException("Somebody has that address already. Nothing was changed.")
    return member
