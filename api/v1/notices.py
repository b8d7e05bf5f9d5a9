"""What a member chooses to be told by mail. Nobody is written to who has not asked for it."""

from typing import Annotated, Literal

import msgspec
from litestar import get, post
from msgspec import Meta

from api.calls import allow, body_of, member_of, parts_of
from api.documented import DOCUMENTED, MINE, Answer, Documented, json_body
from api.problems import Call, Problem
from engine.core.periods import PeriodKind, local_day, period_of
from engine.store.notices import QUIET_FROM, QUIET_TO, NoticeRow

Email = Annotated[
    Literal["weekly", "never"],
    Meta(
        description="weekly: one mail a week with what it brought me, none for a week that brought nothing; never, "
        "unless I choose. Nothing reminds me to do anything"
    ),
]
Hour = Annotated[int, Meta(ge=0, le=23)]
QuietFrom = Annotated[Hour, Meta(description="The first hour of my clock at which no mail comes")]
QuietTo = Annotated[Hour, Meta(description="The first hour at which one may come again; the same: no quiet hours")]


class NoticesBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What I want to be told by mail; what is left out stays as it is."""

    email: Email | None = None
    quiet_from: QuietFrom | None = None
    quiet_to: QuietTo | None = None


class NoticesView(msgspec.Struct, frozen=True, kw_only=True):
    """What I chose."""

    email: Email
    quiet_from: QuietFrom
    quiet_to: QuietTo
    has_address: Annotated[bool, Meta(description="Whether HR has given Sulka an e-mail address of mine")]


WEEKLY = {"email": "weekly", "quiet_from": 18}
CHOSEN = NoticesView(email="weekly", quiet_from=18, quiet_to=QUIET_TO, has_address=True)
AT_FIRST = NoticesView(email="never", quiet_from=QUIET_FROM, quiet_to=QUIET_TO, has_address=True)


@get(
    "/me/notices",
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE,
            gives=(Answer(description="My choice.", kind=NoticesView, example=AT_FIRST),),
            problems=("not-found",),
        )
    },
)
async def notices(request: Call) -> NoticesView:
    """What I am told by mail: nothing, unless I chose it."""
    member = member_of(request)
    parts = parts_of(request)
    record = await parts.members.record(member)
    return _view(await parts.notices.of(member), has_address=bool(record.email))


@post(
    "/me/notices",
    status_code=200,
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE,
            takes=json_body(NoticesBody, WEEKLY),
            gives=(Answer(description="It holds from now on.", kind=NoticesView, example=CHOSEN),),
            problems=("not-found",),
        )
    },
)
async def choose_notices(request: Call) -> NoticesView:
    """Choose to be told by mail once a week, and at which hours not. The first mail comes when this week is over.

    Only I can. It is wiped when I am erased, and it is in the export of all that is held about me.
    """
    body = await body_of(request, NoticesBody)
    parts, member = parts_of(request), member_of(request)
    record = await parts.members.record(member)
    before = await parts.notices.of(member)
    row = NoticeRow(
        email=before.email if body.email is None else body.email,
        quiet_from=before.quiet_from if body.quiet_from is None else body.quiet_from,
        quiet_to=before.quiet_to if body.quiet_to is None else body.quiet_to,
    )
    book = (await parts.plans.in_force({})).rulebook
    zone = (await parts.members.state(member)).facts.time_zone or book.zone
    this_week = period_of(PeriodKind.WEEK, local_day(parts.now_ms(), zone), book.week_starts)
    starts = row.email == "weekly" and before.email == "never"
    if not await parts.notices.choose(member, row, told=this_week - 7 if starts else None):
        raise Problem("not-found", "There is no such member any more.")
    return _view(row, has_address=bool(record.email))


def _view(row: NoticeRow, *, has_address: bool) -> NoticesView:
    return NoticesView(email=row.email, quiet_from=row.quiet_from, quiet_to=row.quiet_to, has_address=has_address)
