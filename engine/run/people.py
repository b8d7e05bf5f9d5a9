"""Who the names of a request are, and who of them takes part: what the core asks of the door."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping

import msgspec

from engine.core.admission import People
from engine.core.entries import ActiveSet, MemberErased, MembershipChanged, VisibilityChosen
from engine.core.lines.members import MembershipSet
from engine.core.membership import change_membership, takes_part_at
from engine.core.rulebook import Rulebook
from engine.core.states import MemberState
from engine.run.newest import NewestRulebook
from engine.sources.events import MAX_SUBJECT_LENGTH
from engine.store.arrivals import Arrivals, Arrived
from engine.store.directory import ERASED, MembershipRow

NOBODY = MembershipRow()


def normalized(name: str) -> str:
    """A name as it is kept: of an alias `kind:value`, capitals and spaces around its parts say nothing.

    Nor does in how many characters a letter is written: some systems send ä as two.
    """
    kind, colon, value = name.partition(":")
    return unicodedata.normalize("NFC", f"{kind.strip().lower()}:{value.strip().lower()}") if colon else name


def membership_state(row: MembershipRow) -> MemberState:
    """A membership as the core knows it, so that the core's own rules say what it means."""
    return MemberState(
        status=row.status,
        joined_at=row.joined_at,
        pauses=list(row.pauses),
        boards_shown=row.boards,
        wall_shown=row.wall,
        badges_shown=row.badges,
        erased=row.erased,
    )


def membership_after(
    row: MembershipRow, entry: MembershipChanged | VisibilityChosen | MemberErased | ActiveSet
) -> MembershipRow:
    """The row that goes with an entry, by the row before it."""
    match entry:
        case MembershipChanged():
            return _changed(row, MembershipSet(0, entry.change, entry.time, entry.first_day, entry.last_day))
        case ActiveSet():
            return _changed(row, MembershipSet(0, "activate" if entry.active else "deactivate", entry.time))
        case VisibilityChosen():
            return msgspec.structs.replace(row, boards=entry.boards, wall=entry.wall, badges=entry.badges)
        case MemberErased():
            return ERASED


def _changed(row: MembershipRow, line: MembershipSet) -> MembershipRow:
    state = membership_state(row)
    change_membership(state, line)
    return msgspec.structs.replace(row, status=state.status, joined_at=state.joined_at, pauses=tuple(state.pauses))


async def look_up(
    arrivals: Arrivals, newest: NewestRulebook, names: Callable[[Rulebook], Iterable[str]]
) -> tuple[Rulebook, People]:
    """The newest rulebook and the people whom a request names.

    Which fields name people is the rulebook's word: where a newer one comes to light, they are read again.
    """
    rulebook = newest.known
    while True:
        kept = {name: normalized(name) for name in names(rulebook) if 0 < len(name) <= MAX_SUBJECT_LENGTH}
        known = await arrivals.of(kept.values())
        found = await newest.of(known.versions)
        if found is rulebook:
            return rulebook, people_of(known, kept)
        rulebook = found


def people_of(known: Arrived, kept: Mapping[str, str]) -> People:
    """The same, as the core asks for it; `kept` says how each name is kept."""
    members = known.members
    memberships = known.memberships
    found = {name: member for name, key in kept.items() if (member := members.get(key)) is not None}
    for name in [name for name, member in found.items() if memberships.get(member, NOBODY).erased]:
        del found[name]

    def takes_part(member: str, time: int) -> bool:
        row = memberships.get(member)
        return row is not None and takes_part_at(membership_state(row), time)

    return People(found.get, takes_part)
