"""A finished rewrite of the append-only file: what was deleted is then gone from the disk, too.

Deleting a row leaves the command that wrote it in the append-only file until the server writes that file anew.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final, Literal, cast

import msgspec
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from engine.store.ask import ask
from engine.store.errors import StoreError

MOST_TRIES: Final = 5
LOOK_SECONDS: Final = 0.05
LONGEST_LOOK_SECONDS: Final = 1.0


class Rewriting(msgspec.Struct, frozen=True, kw_only=True):
    """How far it is: an earlier rewrite is waited for, or ours is under way. `whole` is 0 where it is not known."""

    step: Literal["earlier", "ours"]
    done: int
    whole: int


class RewriteFailed(StoreError):
    """The server did not finish a rewrite. What was deleted may still be in its files; call again."""

    def __init__(self, *, reason: str) -> None:
        self.reason = reason
        cure = "See the server's log: mostly the disk is full or there is no memory for a second process. Run it again."
        super().__init__(f"The append-only file was not written anew: {reason}. {cure}")


async def rewrite_file(client: Redis, on_progress: Callable[[Rewriting], None] = lambda _: None) -> None:
    """Have the append-only file written anew, and return when a rewrite that began after this call is finished.

    One that is under way already may have begun before what is to go was deleted: it is waited for, then another one
    is begun.

    Raises:
        RewriteFailed: Several were begun and none was finished.
        StoreUnavailable: Call again.
    """
    reason = "the server gave no reason"
    for _ in range(MOST_TRIES):
        await _until_idle(client, "earlier", on_progress)
        server = await _run_id(client)
        try:
            await ask(client, "BGREWRITEAOF")
        except ResponseError as error:
            # Another one began in between, by itself or for somebody else.
            reason = str(error)
            continue
        facts = await _until_idle(client, "ours", on_progress)
        if await _run_id(client) != server:
            reason = "the server was started again meanwhile"
        elif facts["aof_last_bgrewrite_status"] != "ok":
            reason = "the server says that its last rewrite failed"
        else:
            return
    raise RewriteFailed(reason=reason)


async def forget_slow_commands(client: Redis) -> None:
    """Empty the server's list of slow commands, which holds their arguments; where it lets us."""
    with contextlib.suppress(ResponseError):
        await ask(client, "SLOWLOG", "RESET")


async def _until_idle(
    client: Redis, step: Literal["earlier", "ours"], on_progress: Callable[[Rewriting], None]
) -> dict[str, object]:
    pause = LOOK_SECONDS
    while True:
        facts = cast("dict[str, object]", await ask(client, "INFO", "persistence"))
        if not facts["aof_rewrite_in_progress"] and not facts["aof_rewrite_scheduled"]:
            return facts
        done, whole = facts.get("current_save_keys_processed", 0), facts.get("current_save_keys_total", 0)
        on_progress(Rewriting(step=step, done=cast("int", done), whole=cast("int", whole)))
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_LOOK_SECONDS)


async def _run_id(client: Redis) -> object:
    return cast("dict[str, object]", await ask(client, "INFO", "server"))["run_id"]
