"""Reading what the core asks for: states, and other entries, journals and boards' tops."""

from collections.abc import Iterable, Sequence
from typing import Final, cast

import msgspec
from redis.asyncio import Redis

from engine.core.close import TOP_ROWS
from engine.core.draft import Input, Top
from engine.core.journal import JournalEntry, decode_journal
from engine.core.states import State, decode_state
from engine.store.ask import Command, ask, ask_all
from engine.store.commit import JOURNAL_BLOCK
from engine.store.keys import Keys, place_of
from engine.store.log import StreamRow, entry_command, logged_from
from engine.store.scripts import StoreDamaged

INPUTS: Final = frozenset({"e:", "j:", "t:"})
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
        groups = self._by_hash([key for key in keys if key[:2] not in INPUTS] if inputs else keys)
        commands: list[Command] = [("HMGET", name, *fields) for name, (fields, _) in groups.items()]
        commands.extend(self._command(key) for key in inputs)
        answers = await ask_all(self._read, commands)
        states: dict[str, State | None] = {}
        for (_, group), row in zip(groups.values(), answers, strict=False):
            for key, value in zip(group, cast("list[bytes | None]", row), strict=True):
                # What an era remembers is mostly asked for to see that it is not there; its keys begin with a number.
                states[key] = None if value is None and key[0] <= "9" else _decoded(key, value)
        found = {key: _input(key, answer) for key, answer in zip(inputs, answers[len(groups) :], strict=True)}
        return states, found

    async def judged(self) -> int:
        """The position of the last entry that is judged and committed."""
        return int(cast("bytes | None", await ask(self._read, "HGET", self._keys.engine, "position")) or 0)

    def _by_hash(self, keys: Iterable[str]) -> dict[str, tuple[list[str], list[str]]]:
        groups: dict[str, tuple[list[str], list[str]]] = {}
        for key in keys:
            name, field = self._keys.state(key)
            group = groups.get(name)
            if group is None:
                group = groups[name] = ([], [])
            group[0].append(field)
            group[1].append(key)
        return groups

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


def _decoded(key: str, value: bytes | None) -> State | None:
    try:
        return decode_state(key, value)
    except (msgspec.DecodeError, ValueError, IndexError, TypeError) as error:
        raise StoreDamaged(found=f"the state {key} can't be read ({error})") from error


def _input(key: str, answer: object) -> Input:
    match key[:2]:
        case "e:":
            rows = cast("list[StreamRow]", answer)
            return logged_from(*rows[0]) if rows else None
        case "j:":
            return journal_in_block(int(key[2:]), cast("bytes | None", answer))
        case _:
            flat = cast("list[bytes]", answer)
            scores = [int(float(score)) for score in flat[1::2]]
            return Top(tuple(zip((member.decode() for member in flat[::2]), scores, strict=True)))
