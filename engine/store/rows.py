"""What a batch writes beside the journal, as data: states, boards, units, the index. Pure."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from engine.core.draft import Changes
from engine.core.numbers import value_in
from engine.core.periods import PeriodKind, Window, period_bounds_days
from engine.core.plan import KINDS, Plan
from engine.core.rulebook import Board
from engine.core.states import MemberState, UnitState, encode_state, member_key, unit_key
from engine.store.keys import Keys, Place
from engine.store.packing import Item, as_str

_encoder = msgspec.msgpack.Encoder()


class KeyRows(msgspec.Struct):
    """What to set and what to take away under one key: field, value, … of a hash; score, member, … of a sorted set."""

    kind: Literal["hash", "zset"]
    put: list[Item]
    drop: list[Item]


class Rows(msgspec.Struct):
    """All rows of a batch: by key; the keys that go; the boards that close."""

    by_key: dict[str, KeyRows] = {}
    gone: list[str] = []
    closing: list[Place] = []

    def under(self, key: str, kind: Literal["hash", "zset"]) -> KeyRows:
        """The rows of this key, to add to."""
        found = self.by_key.get(key)
        if found is None:
            found = self.by_key[key] = KeyRows(kind, [], [])
        return found


def is_shown(state: MemberState) -> bool:
    """Whether a member is on boards: has joined, was not erased, and chose to be shown."""
    return state.boards_shown and state.status in {"joined", "paused"} and not state.erased


def score_on(board: Board, state: MemberState, kind: PeriodKind, period: int, week_starts: int) -> int:
    """A member's score on a board in a period."""
    day = 0 if kind is PeriodKind.EVER else period_bounds_days(kind, period)[0]
    return value_in(state, board.metric, Window(kind.value), day, week_starts)


def rows_of(changes: Changes, plan: Plan, keys: Keys) -> Rows:
    """The rows that bring the store to what the draft left in memory; absolute values.

    Holds for a batch under one rulebook in which only the first entry closes periods: what is written of a board is
    what stands at the end of the batch.
    """
    rows = Rows()
    rows.gone.extend(keys.recent(era) for era in changes.eras_gone)
    for key, state in changes.states.items():
        name, field = keys.state(key)
        if name not in rows.gone:
            rows.under(name, "hash").put.extend((field, as_str(encode_state(state))))
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
    return rows


def _index_rows(changes: Changes) -> Iterable[Item]:
    for (member, block), positions in changes.index.items():
        yield f"{member}/{block}"
        yield as_str(_encoder.encode(positions))


def _add_boards(rows: Rows, changes: Changes, plan: Plan, keys: Keys) -> None:
    boards = {board.code: board for board in plan.rulebook.boards}
    week_starts = plan.rulebook.week_starts
    for member, code, kind, period in sorted(changes.boards):
        state = changes.states[member_key(member)]
        assert isinstance(state, MemberState)
        score = score_on(boards[code], state, KINDS[kind], period, week_starts) if is_shown(state) else 0
        row = rows.under(keys.board(Place(code, kind, period)), "zset")
        if score > 0:
            row.put.extend((score, member))
        else:
            row.drop.append(member)


def _add_units(rows: Rows, changes: Changes, keys: Keys) -> None:
    for code, by, kind, period, unit in sorted(changes.units):
        state = changes.states[unit_key(by, unit)]
        assert isinstance(state, UnitState)
        row = rows.under(keys.units(Place(code, kind, period), by), "hash")
        sums = state.sums.get((code, kind, period))
        if sums is None:
            row.drop.append(unit)
        else:
            row.put.extend((unit, as_str(_encoder.encode(sums))))
