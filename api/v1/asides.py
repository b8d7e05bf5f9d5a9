"""Entries that the engine could not judge, for administrators. Nothing here says whom they are about."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, QueryParameter

from api.calls import allow, parts_of, when_of
from api.examples import rfc3339
from api.problems import Call
from api.v1.hr import Recorded

MOST_PAGE = 200


class AsideView(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that went aside: its place in the log, the kind of fault, its type, when it came."""

    position: int
    code: str
    type: str
    recorded_at: str
    retried: bool


class AsidesPage(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first; `open` counts all that were not tried again, `cursor` asks for the next page."""

    open: int
    asides: tuple[AsideView, ...]
    cursor: str | None


@get("/asides", guards=[allow("admin")])
async def asides(
    request: Call,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_PAGE)] = 50,
    cursor: Annotated[int | None, QueryParameter(ge=1)] = None,
) -> AsidesPage:
    """Entries that a bug of ours kept from being judged: position, code and when, the newest first."""
    parts = parts_of(request)
    found, before = await parts.asides.page(before=cursor, count=limit)
    views = tuple(
        AsideView(
            position=each.position,
            code=each.code,
            type=each.type,
            recorded_at=rfc3339(each.recorded),
            retried=each.retried,
        )
        for each in found
    )
    return AsidesPage(
        open=await parts.ledger.open_asides(), asides=views, cursor=None if before is None else str(before)
    )


@post("/asides/{position:int}/retry", status_code=202, guards=[allow("admin")])
async def retry_aside(request: Call, position: FromPath[int]) -> Recorded:
    """Have an entry that went aside judged again, under its own time. Asking twice is once."""
    return Recorded(await parts_of(request).asides.retry(position, when_of(request)))
