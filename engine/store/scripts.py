"""The Lua scripts: one file each in `lua/`, one operation each, called by digest.

Each file says on top what its keys, arguments and answers are. A script checks everything, the types of keys too,
before its first write, because the server does not take back what an interrupted script has written.
"""

from functools import cache
from hashlib import sha1
from importlib.resources import files
from typing import TypeAlias, cast

from redis.asyncio import Redis
from redis.exceptions import NoScriptError, ResponseError

from engine.store.ask import Argument, ask
from engine.store.errors import StoreDamaged

Reply: TypeAlias = "int | bytes | list[Reply] | None"

DAMAGED = "DAMAGED"
"""The first word of what a script answers when it finds something that no script of ours writes."""


class Script:
    """A script's text and the digest by which the server knows it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.digest = sha1(text.encode(), usedforsecurity=False).hexdigest()

    async def run(self, client: Redis, keys: list[str], arguments: list[Argument]) -> Reply:
        """Run it once. The text travels only when the server does not know it, which it says before it does anything.

        Raises:
            StoreUnavailable: As for every command.
            StoreDamaged: The script found what can't be, and did nothing.
        """
        call = (len(keys), *keys, *arguments)
        try:
            try:
                answer = await ask(client, "EVALSHA", self.digest, *call)
            except NoScriptError:
                answer = await ask(client, "EVAL", self.text, *call)
        except ResponseError as error:
            if str(error).startswith(DAMAGED):
                raise StoreDamaged(found=str(error).removeprefix(DAMAGED).strip()) from error
            raise
        return cast("Reply", answer)


@cache
def script(name: str) -> Script:
    """The script of this file in `lua/`."""
    return Script((files("engine.store") / "lua" / f"{name}.lua").read_text())


def number(value: Reply) -> int:
    """A whole number of an answer; scores come as text."""
    return int(float(value)) if isinstance(value, bytes) else cast("int", value)
