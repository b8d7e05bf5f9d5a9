"""The wall: what members who chose to be shown there are recognised for."""

from itertools import groupby
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter
from msgspec import Meta

from api.calls import allow, parts_of, principal_of
from api.documented import DOCUMENTED, RECOGNITION, Answer, Documented
from api.examples import rfc3339
from api.fields import LogPosition, MemberId, Moment
from api.problems import Call
from api.v1.record import cursor_of, language_of, said_cursor
from api.v1.record_forms import NextPage, PageCursor, PageLimit, Titled
from engine.run.wall import WallRow
from engine.store.keys import WALL_KINDS, WallKind


class PersonView(msgspec.Struct, frozen=True):
    """Somebody who chose to be shown on the wall."""

    id: MemberId
    name: Annotated[str, Meta(description="As colleagues know the person")]


class RecognitionView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing on the wall."""

    kind: Annotated[WallKind, Meta(description="A winner of a closed period or an anniversary, a thanks, or a badge")]
    id: Annotated[str, Meta(description="The id of the recognition, badge or thanks in the rule files")]
    title: Titled
    text: Annotated[str | None, Meta(description="What it stands for; null where the rule files do not say")]
    at: Annotated[Moment, Meta(description="When it was recorded")]
    member: Annotated[PersonView, Meta(description="Whose it is")]
    giver: Annotated[PersonView | None, Meta(description="Who thanked; null for the others")]
    words: Annotated[str | None, Meta(description="The words of a thanks, as long as they exist")]
    period: Annotated[str | None, Meta(description="The period that was won, 2026-W48; null for the others")]
    place: Annotated[
        LogPosition | None, Meta(description="The place in that period, shared by who tied; null for the others")
    ]
    years: Annotated[LogPosition | None, Meta(description="The years of an anniversary; null for the others")]


class WallView(msgspec.Struct, frozen=True):
    """What is on the wall, the newest first. A page may be short, and is the last one only without a cursor."""

    recognitions: Annotated[tuple[RecognitionView, ...], Meta(description="The newest first")]
    cursor: NextPage


WALL = WallView(
    (
        RecognitionView(
            kind="thanks",
            id="thanks",
            title="Thanks",
            text=None,
            at="2026-11-23T08:15:00.000Z",
            member=PersonView("k7w2mq9xhd4a", "Anna Example"),
            giver=PersonView("p3n8vr5tzc6b", "Bea Example"),
            words="Thank you for the careful review",
            period=None,
            place=None,
            years=None,
        ),
    ),
    None,
)


@get(
    "/recognitions",
    guards=[allow("hr", "member")],
    opt={
        DOCUMENTED: Documented(
            tag=RECOGNITION, gives=(Answer(description="A page of it.", kind=WallView, example=WALL),), speaks=True
        )
    },
)
async def recognitions(
    request: Call,
    kind: Annotated[WallKind | None, QueryParameter(description="One kind alone")] = None,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> WallView:
    """The wall: winners, thanks and badges of members who chose to be shown there, the newest first."""
    parts, member = parts_of(request), principal_of(request).member
    own = None if member is None else (await parts.members.state(member)).facts.language
    kinds = WALL_KINDS if kind is None else (kind,)
    language = await language_of(request, own)
    page = await parts.wall.page(kinds, language, parts.now_ms(), before=cursor_of(cursor), count=limit)
    rows = tuple(
        recognition_view(row) for _, tied in groupby(page.rows, key=_shared_place) for row in sorted(tied, key=_name)
    )
    return WallView(rows, said_cursor(page.following))


def _shared_place(row: WallRow) -> object:
    """The same for winners who share a place, which stand by name; all else keeps its order."""
    return (row.position, row.id, row.period, row.place) if row.place is not None else (row.position, row.line)


def _name(row: WallRow) -> str:
    return row.member.name


def recognition_view(row: WallRow) -> RecognitionView:
    """A row of the wall as JSON says it."""
    return RecognitionView(
        kind=row.kind,
        id=row.id,
        title=row.title,
        text=row.text,
        at=rfc3339(row.at),
        member=PersonView(row.member.id, row.member.name),
        giver=None if row.giver is None else PersonView(row.giver.id, row.giver.name),
        words=row.words,
        period=row.period,
        place=row.place,
        years=row.years,
    )
