"""Entries that the engine could not judge, for administrators. Nothing here says whom they are about."""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from api.calls import allow, parts_of, when_of
from api.documented import ADMINISTRATION, DOCUMENTED, Answer, Documented
from api.examples import rfc3339
from api.fields import A_POSITION, MOST_EXACT, Count, LogPosition, Moment
from api.problems import Call
from api.v1.hr import Recorded, on_disk

MOST_PAGE = 200


class AsideView(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that went aside."""

    position: Annotated[LogPosition, Meta(description="Its place in the log")]
    code: Annotated[str, Meta(description="The kind of fault, as the program calls it")]
    type: Annotated[str, Meta(description="The type of the event, or sulka.… for what Sulka itself logs")]
    recorded_at: Annotated[Moment, Meta(description="When it came")]
    retried: Annotated[bool, Meta(description="Whether it was tried again; that is an entry of its own")]


class AsidesPage(msgspec.Struct, frozen=True, kw_only=True):
    """What went aside, the newest first."""

    open: Annotated[Count, Meta(description="So many, on all pages, were not tried again")]
    asides: Annotated[tuple[AsideView, ...], Meta(description="The newest first")]
    cursor: Annotated[str | None, Meta(description="Send it as ?cursor= for the next page; null on the last one")]


WENT_ASIDE = AsideView(
    position=12, code="ZeroDivisionError", type="content.shared", recorded_at="2026-11-23T07:12:00.000Z", retried=False
)
PAGE = AsidesPage(open=1, asides=(WENT_ASIDE,), cursor=None)

AsideAt = Annotated[
    int,
    PathParameter(
        description="Where it stands in the log",
        schema_extra=A_POSITION,
        examples=[Example(value=WENT_ASIDE.position)],
    ),
]


@get(
    "/asides",
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION, gives=(Answer(description="A page of them.", kind=AsidesPage, example=PAGE),)
        )
    },
)
async def asides(
    request: Call,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_PAGE, description="So many on one page")] = 50,
    cursor: Annotated[int | None, QueryParameter(ge=1, le=MOST_EXACT, description="From the page before")] = None,
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


@post(
    "/asides/{position:int}/retry",
    status_code=202,
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION,
            gives=(on_disk(13),),
            appends=True,
        )
    },
)
async def retry_aside(request: Call, position: AsideAt) -> Recorded:
    """Have an entry that went aside judged again, under its own time. Asking twice is once.

    Mend what was wrong first. If it goes aside again, that is an entry of its own, which can be retried in its turn.
    """
    return Recorded(await parts_of(request).asides.retry(position, when_of(request)))
