"""What the calls about leaderboards take and answer, with examples."""

from typing import Annotated, Final, Literal

import msgspec
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from api.board_questions import MOST_CURSOR
from api.fields import Amount, Count, LogPosition, Moment
from engine.core.periods import PeriodKind

MOST_ROWS: Final = 100
ROWS: Final = 20
"""So many rows unasked."""

Around = Literal["me", "team"]
UnitsOrMembers = Literal["members", "teams", "departments", "countries"]

Rank = Annotated[LogPosition, Meta(description="Competition rank: 1, 2, 2, 4")]
Tied = Annotated[Count, Meta(description="So many others share the rank")]
Moved = Annotated[
    Amount | None, Meta(description="Places won since the period before; null for who was not on that board")
]
BoardTitle = Annotated[str, Meta(description="In the language of the organization")]


class BoardInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A leaderboard."""

    id: Annotated[str, Meta(description="As the rule files call it")]
    title: BoardTitle
    periods: Annotated[tuple[PeriodKind, ...], Meta(description="Its kinds of period; the first one is shown unasked")]
    by: Annotated[tuple[UnitsOrMembers, ...], Meta(description="Who is ranked on it")]
    current: Annotated[dict[str, str], Meta(description="The name of the running period of each kind")]


class Row(msgspec.Struct, frozen=True):
    """A row. Rows of one rank stand by name; pages go on by id within a rank."""

    rank: Rank
    id: Annotated[str, Meta(description="The member's id, or the name of the unit")]
    name: Annotated[str, Meta(description="As people read it")]
    score: Annotated[
        int | float, Meta(description="What the board counts; of a unit an average a member, with two decimals")
    ]
    tied: Tied
    moved: Moved


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """The member's own place; who is hidden sees it alone: 1 + those above."""

    rank: Rank
    score: Annotated[Amount, Meta(description="What the board counts")]
    tied: Tied
    shown: Annotated[bool, Meta(description="Whether others see this member on the board")]
    to_next: Annotated[Count | None, Meta(description="What is missing to the next higher score; null on top")]
    moved: Moved


class BoardView(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a board in a period."""

    board: Annotated[str, Meta(description="Its id")]
    title: BoardTitle
    by: Annotated[UnitsOrMembers, Meta(description="Who is ranked")]
    period: Annotated[str, Meta(description="Its name: 2026-W48, 2026-11, 2026-Q4, 2026, 2026-11-23 or ever")]
    starts: Annotated[Moment | None, Meta(description="Its first moment; null for ever")]
    ends: Annotated[Moment | None, Meta(description="The first moment after it; null for ever")]
    state: Annotated[
        Literal["open", "provisional", "final"],
        Meta(description="open: it runs; provisional: it has ended, late acts still come; final: for good"),
    ]
    final_from: Annotated[Moment | None, Meta(description="From when on acts come too late for it; null for ever")]
    next_reset: Annotated[
        Moment | None, Meta(description="When the running period of this kind ends and all begin anew; null for ever")
    ]
    count: Annotated[Count, Meta(description="So many rows there are in all")]
    rows: Annotated[
        tuple[Row, ...], Meta(max_length=MOST_ROWS, description="From the top, from the cursor, or around me")
    ]
    own: Annotated[Own | None, Meta(description="My own place; null without a score, and for HR")]
    cursor: Annotated[str | None, Meta(description="Send it as ?cursor= for the next page; null on the last one")]
    position: Annotated[Count, Meta(description="The entry of the log up to which all this holds")]


ADVOCATES = BoardInfo(
    id="advocates",
    title="Advocates",
    periods=(PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.EVER),
    by=("members", "teams"),
    current={"week": "2026-W48", "month": "2026-11", "ever": "ever"},
)
PAGE = BoardView(
    board="advocates",
    title="Advocates",
    by="members",
    period="2026-W48",
    starts="2026-11-22T22:00:00.000Z",
    ends="2026-11-29T22:00:00.000Z",
    state="open",
    final_from="2026-11-30T22:00:00.000Z",
    next_reset="2026-11-29T22:00:00.000Z",
    count=1,
    rows=(Row(1, "k7w2mq9xhd4a", "Anna Example", 60, 0, None),),
    own=Own(rank=1, score=60, tied=0, shown=True, to_next=None, moved=None),
    cursor=None,
    position=18,
)

BoardName = Annotated[
    str, PathParameter(description="A board's id (GET /v1/leaderboards)", examples=[Example(value=ADVOCATES.id)])
]
PeriodName = Annotated[
    str | None,
    QueryParameter(
        description="Its name, 2026-W48, or the kind of the running one, week; left out, the running one of the first "
        "kind that the board has",
        examples=[Example(value=PAGE.period)],
    ),
]
By = Annotated[
    str,
    QueryParameter(
        description="Who is ranked, as far as the board has them",
        schema_extra={"enum": ["members", "teams", "departments", "countries"]},
    ),
]
AroundWhom = Annotated[
    Around | None,
    QueryParameter(
        description="me: the rows around my own place; team: my team alone, ranked among itself; for members only"
    ),
]
RowsLimit = Annotated[int, QueryParameter(ge=1, le=MOST_ROWS, description="So many rows on one page")]
RowsCursor = Annotated[
    str | None, QueryParameter(description="From the page before", schema_extra={"maxLength": MOST_CURSOR})
]
