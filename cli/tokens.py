"""`sulka token list` and `sulka token revoke`: who may call, and who may no longer."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import rich_click as click
from rich.console import Console
from rich.table import Table

from engine.bootstrap import Site, running_or_own_server, site_at
from engine.settings import Settings
from engine.store.arrivals import TOKEN_SECONDS
from engine.store.directory import Role, TokenRecord

SHOWN_DIGITS = 12
"""A token is called by so many digits of its digest, from which nobody gets the token."""

LEAST_DIGITS = 8
LATER_SECONDS = 0.1
"""A clock of another process may tell a second a little later."""

Tokens = Mapping[str, TokenRecord]


async def list_tokens(
    settings: Settings, *, role: Role | None, member: str | None, source: str | None, most: int
) -> None:
    """A row for each token, the newest first; never the token itself, which nobody keeps."""
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            found = {
                digest: record
                for digest, record in (await site.directory.tokens()).items()
                if role in {None, record.role} and member in {None, record.member} and source in {None, record.source}
            }
    table = Table("id", "role", "whose", "name", "since (UTC)", box=None)
    newest_first = sorted(found.items(), key=lambda token: (-token[1].created, token[0]))
    for digest, record in newest_first[:most]:
        at = datetime.fromtimestamp(record.created / 1000, UTC)
        whose = record.source or record.member or "–"
        table.add_row(digest[:SHOWN_DIGITS], record.role, whose, record.name, f"{at:%Y-%m-%d %H:%M}")
    console = Console()
    console.print(table if found else "There is no such token.")
    if len(found) > most:
        console.print(f"{len(found) - most:,} older ones are not shown: --most {len(found)}", highlight=False)


async def revoke_tokens(settings: Settings, ids: Sequence[str], *, member: str | None, source: str | None) -> None:
    """Let these tokens in no more. When this has said so, no process of the API lets one in."""
    if not ids and member is None and source is None:
        raise click.ClickException("Say which: an ID of sulka token list, --source NAME or --member ID.")
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            tokens = await site.directory.tokens()
            await _refuse_unknown_source(site, source)
            digests = {_called(tokens, id_) for id_ in ids} | {
                digest
                for digest, record in tokens.items()
                if (source is not None and record.source == source) or (member is not None and record.member == member)
            }
            await site.directory.drop_tokens(sorted(digests))
            # The API looks a sender's token up once a second (`engine.store.arrivals`).
            if any(tokens[digest].role == "source" for digest in digests):
                await asyncio.sleep(TOKEN_SECONDS + LATER_SECONDS)
    console = Console()
    for digest in sorted(digests):
        record = tokens[digest]
        whose = record.source or record.member or record.name
        console.print(f"{digest[:SHOWN_DIGITS]} ({record.role}, {whose}) lets nobody in any more.", highlight=False)
    if not digests:
        console.print(f"{source or member} has no token; nothing was changed.", highlight=False)


async def _refuse_unknown_source(site: Site, source: str | None) -> None:
    if source is not None and source not in (sources := await site.directory.sources()):
        known = ", ".join(sorted(sources)) or "none yet"
        raise click.ClickException(f'No source is called "{source[:100]}". Known are: {known}. Nothing was changed.')


def _called(tokens: Tokens, id_: str) -> str:
    """The digest that begins so."""
    if len(id_) < LEAST_DIGITS:
        raise click.ClickException(f'"{id_}" is too short: give the whole id of sulka token list. Nothing was changed.')
    found = [digest for digest in tokens if digest.startswith(id_.lower())]
    if len(found) != 1:
        raise click.ClickException(
            "No token has this id. See sulka token list: a token is called by its id there, not by itself. "
            "Nothing was changed."
            if not found
            else f"{len(found)} tokens begin with {id_}: give more of the digest. Nothing was changed."
        )
    return found[0]
