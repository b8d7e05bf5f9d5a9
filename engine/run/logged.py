"""Entries of the log for those who tell of them."""

from collections.abc import Sequence

import msgspec

from engine.core.entries import Logged, Retried
from engine.core.keys import logged_key
from engine.store.states import StateReader


async def logged_at(reader: StateReader, positions: Sequence[int]) -> dict[int, Logged]:
    """The entries at those of these positions that the log has."""
    _, inputs = await reader.read_all([logged_key(position) for position in positions])
    return {found.position: found for found in inputs.values() if isinstance(found, Logged)}


async def judged_at(reader: StateReader, positions: Sequence[int]) -> dict[int, Logged]:
    """What the journal at these positions is about: a retry stands for the entry that it tried again."""
    found = await logged_at(reader, positions)
    retries = {at: logged.entry.position for at, logged in found.items() if isinstance(logged.entry, Retried)}
    if retries:
        named = await logged_at(reader, list(dict.fromkeys(retries.values())))
        for at, position in retries.items():
            if position in named:
                found[at] = msgspec.structs.replace(found[at], entry=named[position].entry)
    return found
