"""Reading what the core asks for: states, and other entries, journals and boards' tops."""

from collections.abc import Sequence
from typing import Final, cast

import msgspec
from redis.asyncio import Redis

from engine.core.chain import decode_journal
from engine.core.changes import Input, Top
from engine.core.close import TOP_ROWS
from engine.core.journal import JournalEntry
from engine.core.keys import member_key
from engine.core.recount import Counting, Recount
from engine.core.states import MemberState, State
from engine.store.ask import Command, ask, ask_all
from engine.store.decoding import StreamRow, add_states, logged_from
from engine.store.errors import StoreDamaged
from engine.store.keys import Keys, place_of
from engine.store.log import entry_command
from engine.store.rows import JOURNAL_BLOCK

INPUTS: Final = frozenset({"e:", "j:", "t:", "r:"})
RECOUNT: Final = "r:"

BLOCKS_AT_ONCE: Final = 64
"""So many rows of the journal are read in one go where it is counted anew."""

_blocks = msgspec.msgpack.Decoder(list[msgspec.Raw])


class StateReader:
    """Reads by the keys of `engine.core.states`, a few commands in one go."""

    def __init__(self, *, read: Redis, keys: Keys) -> None:
        self._read, self._keys = read, keys

    async def read(self, keys: Sequence[str]) -> dict[str, State | None]:
        """These states; what never was is a new one or None, as `decode_state` says."""
        return (await self.read_all(keys))[0]

    async def read_all(self, keys: Sequence[str]) -> tuple[dict[str, State | None], dict[str, Input]]:
        """States and inputs, told apart by their keys.

        Raises:
            StoreDamaged: Something there is unreadable.
        """
        inputs = [key for key in keys if key[:2] in INPUTS]
        groups = self._keys.by_hash([key for key in keys if key[:2] not in INPUTS] if inputs else keys)
        commands: list[Command] = [("HMGET", name, *fields) for name, (fields, _) in groups.items()]
        asked = [key for key in inputs if key[:2] != RECOUNT]
        commands.extend(self._command(key) for key in asked)
        answers = await ask_all(self._read, commands)
        states: dict[str, State | None] = {}
        for (_, group), row in zip(groups.values(), answers, strict=False):
            add_states(states, group, cast("list[bytes | None]", row))
        found = {key: _input(key, answer) for key, answer in zip(asked, answers[len(groups) :], strict=True)}
        for key in inputs:
            if key[:2] == RECOUNT:
                found[key] = await self._recount(key)
        return states, found

    async def _recount(self, key: str) -> Recount:
        """What the journal says was counted since a day, read in slices."""
        counting, judged = Counting(key), await self.judged()
        first = await self.first_since(counting.recorded_from, judged)
        last_block = (judged - 1) // JOURNAL_BLOCK
        for start in range((first - 1) // JOURNAL_BLOCK, last_block + 1, BLOCKS_AT_ONCE):
            blocks = range(start, min(start + BLOCKS_AT_ONCE, last_block + 1))
            rows = cast("list[bytes | None]", await ask(self._read, "HMGET", self._keys.journal, *blocks))
            for block, row in zip(blocks, rows, strict=True):
                following = block * JOURNAL_BLOCK + 1
                for position in range(max(first, following), min(judged, following + JOURNAL_BLOCK - 1) + 1):
                    entry = journal_in_block(position, row)
                    if entry is None:
                        raise StoreDamaged(found=f"entry {position} of the journal is missing")
                    counting.add(entry)
        return counting.result()

    async def first_since(self, recorded: int, judged: int) -> int:
        """The first position, up to the one after `judged`, that was recorded at a moment or later."""
        low, high = 1, judged + 1
        while low < high:
            middle = (low + high) // 2
            rows = cast("list[StreamRow]", await ask(self._read, *entry_command(self._keys, middle)))
            if not rows:
                raise StoreDamaged(found=f"entry {middle} of the log is missing")
            if logged_from(rows[0]).recorded < recorded:
                low = middle + 1
            else:
                high = middle
        return low

    async def judged(self) -> int:
        """The position of the last entry that is judged and committed."""
        return int(cast("bytes | None", await ask(self._read, "HGET", self._keys.engine, "position")) or 0)

    async def member_now(self, member: str) -> tuple[MemberState, int]:
        """A member's state, and the position up to which it holds: both of one moment."""
        key = member_key(member)
        name, field = self._keys.state(key)
        commands: list[Command] = [("HGET", self._keys.engine, "position"), ("HGET", name, field)]
        position, value = cast("list[bytes | None]", await ask_all(self._read, commands, at_one_moment=True))
        states: dict[str, State | None] = {}
        add_states(states, [key], [value])
        state = states[key]
        assert isinstance(state, MemberState)
        return state, int(position or 0)

    def _command(self, key: str) -> Command:
        rest = key[2:]
        match key[:2]:
            case "e:":
                return entry_command(self._keys, int(rest))
            case "j:":
                return ("HGET", self._keys.journal, (int(rest) - 1) // JOURNAL_BLOCK)
            case _:
                return ("ZREVRANGE", self._keys.board(place_of(rest)), 0, TOP_ROWS - 1, "WITHSCORES")


def journal_in_block(position: int, block: bytes | None) -> JournalEntry | None:
    """The journal entry of a position in the row that holds it.

    Raises:
        StoreDamaged: It can't be read.
    """
    try:
        held = _blocks.decode(block) if block is not None else []
        at = (position - 1) % JOURNAL_BLOCK
        return decode_journal(bytes(held[at])) if at < len(held) else None
    except msgspec.DecodeError as error:
        raise StoreDamaged(found=f"entry {position} of the journal can't be read ({error})") from error


def _input(key: str, answer: object) -> Input:
    match key[:2]:
        case "e:":
            rows = cast("list[StreamRow]", answer)
            return logged_from(rows[0]) if rows else None
        case "j:":
            return journal_in_block(int(key[2:]), cast("bytes | None", answer))
        case _:
            flat = cast("list[bytes]", answer)
            scores = [int(float(score)) for score in flat[1::2]]
            return Top(tuple(zip((member.decode() for member in flat[::2]), scores, strict=True)))
