"""Whether Sulka lives, and whether it can take events."""

from typing import Annotated, Literal

import msgspec
from litestar import get
from msgspec import Meta

from api.calls import all_parts_of
from api.documented import DOCUMENTED, OPERATIONS, Answer, Documented
from api.fields import Count
from api.parts import Parts
from api.problems import Call


class Live(msgspec.Struct, frozen=True):
    """The process answers."""

    status: Annotated[Literal["live"], Meta(description="Always the same")]


class Ready(msgspec.Struct, frozen=True):
    """The store answers."""

    status: Annotated[Literal["ready"], Meta(description="Always the same")]
    position: Annotated[
        Count, Meta(description="Where the log ends; of several organizations the sum, as all of these")
    ]
    judged: Annotated[Count, Meta(description="How far the engine has come; behind for long, it does not run")]
    asides: Annotated[
        Count, Meta(description="Entries that a bug of ours kept from being judged; they wait to be tried again")
    ]
    furthest_behind: Annotated[
        Count, Meta(description="Entries that are not judged yet in the organization that has most of them")
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
            gives=(Answer(description="Calls are answered.", kind=Ready, example=Ready("ready", 22, 22, 0, 0)),),
            problems=("busy",),
        )
    },
)
async def ready(request: Call) -> Ready:
    """Whether the store answers; 503 where it does not. What is said of the log is of all open organizations."""
    found = await all_parts_of(request).of_each(_stands)
    position, judged, asides = (sum(numbers) for numbers in zip(*found, strict=True))
    return Ready("ready", position, judged, asides, max(end - done for end, done, _ in found))


async def _stands(parts: Parts) -> tuple[int, int, int]:
    """Where the log of an organization ends, how far its engine has come, and what stands aside."""
    end = (await parts.log.door()).position
    return end, await parts.reader.judged(), await parts.ledger.open_asides()
