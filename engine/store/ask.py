"""Plain commands to the server, alone or many in one go."""

from collections.abc import Sequence
from typing import TypeAlias

from redis.asyncio import Redis

from engine.store.connect import store_answers

Argument: TypeAlias = str | bytes | int
Command: TypeAlias = tuple[Argument, ...]


async def ask(client: Redis, *command: Argument) -> object:
    """One command; the answer as the client shapes it.

    Raises:
        StoreUnavailable, StoreDamaged: See `engine.store.connect.store_error`.
    """
    with store_answers():
        answer: object = await client.execute_command(*command)  # type: ignore[no-untyped-call]  # of the client
    return answer


async def ask_all(client: Redis, commands: Sequence[Command], *, at_one_moment: bool = False) -> list[object]:
    """All of these in one go, the answers in their order; as one transaction only where that is said.

    Raises:
        StoreUnavailable, StoreDamaged: As for `ask`, by the first that failed.
    """
    if not commands:
        return []
    pipeline = client.pipeline(transaction=at_one_moment)
    for command in commands:
        pipeline.execute_command(*command)
    with store_answers():
        # The client's own way of raising puts the command, names and all, before the server's words.
        answers: list[object] = await pipeline.execute(raise_on_error=False)
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
    return answers
