"""Trying again what went aside: the entry that a retry names is judged in its place, once and for ever."""

from engine.core.draft import Draft
from engine.core.entries import AnyEntry, HistoryCounted, Logged, Retried
from engine.core.keys import retried_key
from engine.core.lines.refusals import Reason


def entry_to_retry(draft: Draft, position: int) -> AnyEntry | Reason:
    """The entry that went aside at this position, or why there is nothing to judge again."""
    journal, entry = draft.journal_of(position), _entry_at(draft, position)
    if journal is None or not journal.aside or entry is None:
        return Reason.NOT_ASIDE
    return entry if draft.get(retried_key(position)) is None else Reason.RETRIED_BEFORE


def what_was_judged(draft: Draft, logged: Logged) -> AnyEntry | None:
    """The entry itself, or the one that it tried again or counted afterwards: what its journal is about."""
    position = named_by(logged)
    while position:
        named = draft.logged(position)
        if named is None:
            return None
        logged, position = named, named_by(named)
    return logged.entry


def named_by(logged: Logged) -> int:
    """The position of the earlier entry whose matter this one is; 0 where it is its own."""
    entry = logged.entry
    if isinstance(entry, Retried | HistoryCounted) and 0 < entry.position < logged.position:
        return entry.position
    return 0


def _entry_at(draft: Draft, position: int) -> AnyEntry | None:
    """The entry that a retry names; a retry itself is never named by another."""
    named = draft.logged(position)
    return None if named is None or isinstance(named.entry, Retried) else named.entry
