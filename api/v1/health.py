"""Whether Sulka lives, and whether it can take events."""

import msgspec
from litestar import get

from api.calls import parts_of
from api.problems import Call


class Live(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str


class Ready(msgspec.Struct, frozen=True):
    """The store answers. `position` is where the log ends, `judged` how far the engine has come.

    `asides` are entries that a bug of ours kept from being judged; they wait to be tried again.
    """

    status: str
    position: int
    judged: int
    asides: int


@get("/health/live")
async def live() -> Live:
    """Whether the process answers; asks nobody else."""
    return Live("live")


@get("/health/ready")
async def ready(request: Call) -> Ready:
    """Whether the store answers; 503 where it does not."""
    parts = parts_of(request)
    door = await parts.log.door()
    return Ready("ready", door.position, await parts.reader.judged(), await parts.ledger.open_asides())
