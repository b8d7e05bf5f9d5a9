"""What a stream tells, with examples. `event` is the name of each, as the stream itself says it, too."""

from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from api.fields import Amount, Count, LogPosition
from api.v1.board_forms import BoardTitle, Own
from api.v1.record_forms import Level, LevelView, Points, Position, Titled, UpTo, Value
from api.v1.wall import RecognitionView

Id = Annotated[str, Meta(description="As the rule files call it")]


class StandingTold(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="standing"):
    """Where I stand as the stream begins, and after each reset."""

    points: Points
    level: Level
    position: UpTo


class PointsTold(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="points"):
    """My points have changed."""

    balance: Annotated[Amount, Meta(description="All of them now")]
    change: Annotated[
        Amount, Meta(description="By so many since this was last told; negative where some were taken back")
    ]
    position: UpTo


class BadgeTold(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="badge"):
    """A badge is mine, or, taken back with what it was for, is not any more."""

    id: Id
    title: Titled
    value: Value
    held: Annotated[bool, Meta(description="Whether I have it now")]
    position: Position


class LevelTold(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="level"):
    """My level is another one."""

    level: Annotated[LevelView | None, Meta(description="The level now; null below the first")]
    up: Annotated[bool, Meta(description="Whether it is a higher one than before")]
    position: Position


class RankTold(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="rank"):
    """My own place on a leaderboard, when the stream begins and when it has moved."""

    board: Id
    title: BoardTitle
    period: Annotated[str, Meta(description="The name of the period that runs: 2026-W48")]
    own: Annotated[Own | None, Meta(description="My place; null while I have no score")]
    position: UpTo


class RecognitionTold(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="recognition"):
    """I am recognised: for a period that closed, or for years with the organization."""

    id: Id
    title: Titled
    period: Annotated[str | None, Meta(description="The period, 2026-W48; null for years")]
    place: Annotated[LogPosition | None, Meta(description="The place in it, shared by who tied; null for years")]
    years: Annotated[LogPosition | None, Meta(description="So many years; null for a period")]
    asked: Annotated[bool, Meta(description="Whether others see it only if I say so (POST /v1/me/recognitions)")]
    position: Position


class WallTold(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="wall"):
    """Something new is on the wall. Where much comes at once, the newest; GET /v1/recognitions has all."""

    recognitions: Annotated[tuple[RecognitionView, ...], Meta(description="The newest last")]
    position: UpTo


class ReceiptTold(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="receipt"):
    """There is something new among my receipts."""

    position: Annotated[LogPosition, Meta(description="Of the newest: GET /v1/me/receipts/{position} says it in words")]
    count: Annotated[Count, Meta(description="So many since this was last told")]


class ResetTold(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="reset"):
    """More has happened than is told: read anew what you show. Where I stand comes next."""

    position: UpTo


StreamEvent: TypeAlias = (
    StandingTold | PointsTold | BadgeTold | LevelTold | RankTold | RecognitionTold | WallTold | ReceiptTold | ResetTold
)

STREAM: Final = """\
retry: 2000

id: 17
event: standing
data: {"event":"standing","points":30,"level":null,"position":17}

id: 17
event: points
data: {"event":"points","balance":40,"change":10,"position":18}

id: 18
event: receipt
data: {"event":"receipt","position":18,"count":1}

"""
