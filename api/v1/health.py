"""Whether Sulka lives, and whether it can take events."""

from typing import Annotated, Literal

import msgspec
from litestar import get
from msgspec import Meta

from api.calls import parts_of
from api.documented import DOCUMENTED, OPERATIONS, Answer, Documented
from api.fields import Count
from api.problems import Call


class Live(msgspec.Struct, frozen=True):
    """The process answers."""

    status: Annotated[Literal["live"], Meta(description="Always the same")]


class Ready(msgspec.Struct, frozen=True):
    """The store answers."""

    status: Annotated[Literal["ready"], Meta(description="Always the same")]
    position: Annotated[Count, Meta(description="Where the log ends")]
    judged: Annotated[Count, Meta(description="How far the engine has come; behind for long, it does not run")]
    asides: Annotated[
        Count, Meta(description="Entries that a bug of ours kept from being judged; they wait to be tried again")
    ]


@get(
    "/health/live",
    opt={
        DOCUMENTED: Documented(
            tag=OPERATIONS, gives=(Answer(description="It lives.", kind=Live, example=Live("live")),)
        )
    },
)
async def live() -> Live:
    """Whether the process answers; asks nobody else."""
    return Live("live")


@get(
    "/health/ready",
    opt={
        DOCUMENTED: Documented(
            tag=OPERATIONS,
            gives=(Answer(description="Calls are answered.", kind=Ready, example=Ready("ready", 22, 22, 0)),),
            problems=("busy",),
        )
    },
)
async def ready(request: Call) -> Ready:
    """Whether the store answers; 503 where it does not."""
    parts = parts_of(request)
    door = await parts.log.door()
    return Ready("ready", door.position, await parts.reader.judged(), await parts.ledger.open_asides())
