"""The job that fills the boards of weeks that were cut anew, from the states of all members.

The commit that cuts them leaves a note of what is to be filled. Nothing else is judged until the note is gone, so
states stand still: the job may be stopped anywhere and begin again, and several may run at once. One that was
overtaken finds another note or none, and writes nothing.
"""

from collections.abc import Iterable
from typing import Final, Literal, cast

import msgspec
from redis.asyncio import Redis

from engine.core.changes import Recut
from engine.core.membership import is_shown
from engine.core.numbers import value_in
from engine.core.periods import PeriodKind, period_bounds_days
from engine.core.plan import KINDS
from engine.core.rules import Metric
from engine.core.scores import FIRST_DAYS, WINDOWS
from engine.core.states import MemberState
from engine.core.stored import decode_state
from engine.store.ask import ask
from engine.store.connect import store_answers
from engine.store.keys import Keys, place_of
from engine.store.packing import Item, pack
from engine.store.scripts import script

STATES_AT_ONCE: Final = 1_000
"""About so many states are read, and their rows written, in one go."""

FIELD: Final = "weeks"
"""Where the note lies in its hash."""


class Fill(msgspec.Struct, frozen=True, array_like=True):
    """A board to be filled, by `place_key`, and what it counts."""

    place: str
    metric: int
    measure: Literal["count", "sum", "distinct", "each"]
    of_period: PeriodKind | None


class Note(msgspec.Struct, frozen=True, array_like=True):
    """What is to be done; `number` says which cut it is, so that no two notes are the same."""

    number: int
    week_starts: int
    fills: tuple[Fill, ...]
    last: tuple[str, ...]


_encoder = msgspec.msgpack.Encoder()
_notes = msgspec.msgpack.Decoder(Note)


def note_of(recut: Recut) -> bytes:
    """The note that the commit leaves."""
    fills = tuple(Fill(place, metric.code, metric.measure, metric.of_period) for place, metric in recut.fills)
    return _encoder.encode(Note(recut.number, recut.week_starts, fills, recut.last))


class BoardFiller:
    """See the module."""

    def __init__(self, *, write: Redis, keys: Keys) -> None:
        self._write, self._keys = write, keys

    async def fill(self) -> bool:
        """Fill what a cut left to be filled; whether there was anything, and nobody else did it first.

        Raises:
            StoreUnavailable: Call again.
        """
        keys = self._keys
        note = cast("bytes | None", await ask(self._write, "HGET", keys.recut, FIELD))
        if note is None:
            return False
        todo = _notes.decode(note)
        states: list[tuple[str, MemberState]] = []
        with store_answers():
            async for field, value in self._write.hscan_iter(keys.states, match="m:*", count=STATES_AT_ONCE):
                states.append(_member(field, value))
                if len(states) >= STATES_AT_ONCE:
                    await self._write_rows(note, todo, states)
                    states = []
        await self._write_rows(note, todo, states)
        ranks = [keys.ranks(place_of(place)) for place in todo.last]
        return await script("finish_recut").run(self._write, [keys.recut, *ranks], [note]) == 1

    async def _write_rows(self, note: bytes, todo: Note, states: Iterable[tuple[str, MemberState]]) -> None:
        """Not with a bare ZADD: a job that was overtaken would bring back what has changed since."""
        shown = [(member, state) for member, state in states if is_shown(state)]
        names = [self._keys.recut, *(self._keys.board_of(fill.place) for fill in todo.fills)]
        rows = [_rows(fill, shown, todo.week_starts) for fill in todo.fills]
        await script("fill_boards").run(self._write, names, [note, pack(rows)])


def _member(field: object, value: object) -> tuple[str, MemberState]:
    key = cast("bytes", field).decode()
    state = decode_state(key, cast("bytes", value))
    assert isinstance(state, MemberState)
    return key.removeprefix("m:"), state


def _rows(fill: Fill, shown: Iterable[tuple[str, MemberState]], week_starts: int) -> list[Item]:
    place = place_of(fill.place)
    kind = KINDS[place.kind]
    metric = Metric(code=fill.metric, id="", on=(), measure=fill.measure, of_period=fill.of_period)
    day = FIRST_DAYS if kind is PeriodKind.EVER else period_bounds_days(kind, place.period)[0]
    rows: list[Item] = []
    for member, state in shown:
        score = value_in(state, metric, WINDOWS[place.kind], day, week_starts)
        if score > 0:
            rows += (score, member)
    return rows
