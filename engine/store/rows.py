"""What a batch writes beside the journal, as data: states, boards, units, the index. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, final

import msgspec
from msgspec import Raw

from engine.core.changes import Changes, Recut
from engine.core.days import KINDS
from engine.core.keys import score_key
from engine.core.membership import is_shown
from engine.core.plan import Plan
from engine.core.scores import score_at
from engine.core.stored import encode_state
from engine.store.keys import UNIT_KINDS, Keys, Place
from engine.store.packing import Item, as_str
from engine.store.recut import FIELD, note_of

JOURNAL_BLOCK: Final = 16
"""So many journal entries share one row."""

_encoder: Final = msgspec.msgpack.Encoder()


@final
@dataclass
class KeyRows:
    """What to set and what to take away under one key: field, value, … of a hash; score, member, … of a sorted set."""

    kind: Literal["hash", "zset"]
    put: list[Item]
    drop: list[Item]


@final
@dataclass
class Rows:
    """All rows of a batch: by key; the keys that go; the boards that close."""

    by_key: dict[str, KeyRows] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    closing: list[Place] = field(default_factory=list)
    leaves_work: bool = False
    """Whether a job has to follow before anything else is judged: boards that close, or are to be filled."""

    def under(self, key: str, kind: Literal["hash", "zset"]) -> KeyRows:
        """The rows of this key, to add to."""
        found = self.by_key.get(key)
        if found is None:
            found = self.by_key[key] = KeyRows(kind, [], [])
        return found


def rows_of(changes: Changes, plan: Plan, keys: Keys) -> Rows:
    """The rows that bring the store to what the draft left in memory; absolute values.

    Holds for a batch under one rulebook in which only the first entry closes periods: what is written of a board is
    what stands at the end of the batch.
    """
    rows = Rows()
    rows.gone.extend(keys.recent(era) for era in changes.eras_gone)
    last, put = "", []
    for key, state in changes.states.items():
        name, name_in = keys.state(key)
        if name != last:
            last, put = name, ([] if name in rows.gone else rows.under(name, "hash").put)
        put.append(name_in)
        put.append(as_str(encode_state(state)))
    if changes.index:
        rows.under(keys.index, "hash").put.extend(_index_rows(changes))
    _add_boards(rows, changes, plan, keys)
    _add_units(rows, changes, keys)
    for (team, member), is_in in changes.teams.items():
        row = rows.under(keys.team(team), "hash")
        if is_in:
            row.put.extend((member, ""))
        else:
            row.drop.append(member)
    rows.closing.extend(
        Place(board.code, kind, period)
        for kind, period in changes.closed
        for board in plan.rulebook.boards
        if KINDS[kind] in board.periods
    )
    if changes.recut is not None:
        _cut_anew(rows, changes.recut, keys)
    rows.leaves_work = bool(rows.closing) or changes.recut is not None
    return rows


def _cut_anew(rows: Rows, recut: Recut, keys: Keys) -> None:
    for place in recut.gone:
        rows.gone += (keys.board_of(place), *(keys.units_of(place, by) for by in UNIT_KINDS))
    rows.under(keys.recut, "hash").put += (FIELD, as_str(note_of(recut)))


def _index_rows(changes: Changes) -> Iterable[Item]:
    for (member, block), positions in changes.index.items():
        yield f"{member}/{block}"
        yield as_str(_encoder.encode(positions))


def _add_boards(rows: Rows, changes: Changes, plan: Plan, keys: Keys) -> None:
    shown: dict[str, bool] = {}
    for place, members in changes.boards.items():
        row = rows.under(keys.board_of(place), "zset")
        put, drop, key = row.put, row.drop, score_key(place)
        for member, state in members.items():
            is_on = shown.get(member)
            if is_on is None:
                is_on = shown[member] = is_shown(state)
            score = state.scores.get(key)
            if score is None:
                score = score_at(plan, state, place)
            if score > 0 and is_on:
                put.append(score)
                put.append(member)
            else:
                drop.append(member)


def _add_units(rows: Rows, changes: Changes, keys: Keys) -> None:
    encode = _encoder.encode
    rows_by: dict[str, dict[str, KeyRows]] = {by: {} for by in UNIT_KINDS}
    for (by, unit), (places, state) in changes.units.items():
        sums_of, at = state.sums, rows_by[by]
        for place in places:
            row = at.get(place)
            if row is None:
                row = at[place] = rows.under(keys.units_of(place, by), "hash")
            sums = sums_of.get(place)
            if sums is None:
                row.drop.append(unit)
            else:
                row.put.append(unit)
                row.put.append(as_str(encode(sums)))


def journal_rows(
    first: int, last: int, journal: Mapping[int, bytes], block: Sequence[bytes]
) -> tuple[list[Item], list[bytes]]:
    """The rows of the journal entries of these positions, and the entries of the row that is open after the last.

    `block` holds those of the row that is open before the first.
    """
    put: list[Item] = []
    held = list(block)
    for position in range(first, last + 1):
        held.append(journal[position])
        is_full = position % JOURNAL_BLOCK == 0
        if is_full or position == last:
            put.append(str((position - 1) // JOURNAL_BLOCK))
            put.append(as_str(_encoder.encode([Raw(entry) for entry in held])))
        if is_full:
            held = []
    return put, held
