"""What a member chooses: to take part, to pause, where to be shown."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from litestar import post
from msgspec import Meta

from api.calls import allow, body_of, member_of, parts_of, when_of
from api.documented import DOCUMENTED, MINE, Answer, Documented, json_body
from api.examples import rfc3339
from api.fields import Count, Moment
from api.problems import Call, Fault, Problem
from engine.core.faults import shown
from engine.store.directory import MembershipRow

Shown = Literal["shown", "hidden"]
Boards = Annotated[Shown, Meta(description="Whether others see me on boards; my own place I always see")]
OnWall = Annotated[Shown, Meta(description="Whether others see what I am recognised for on the wall")]
WithBadges = Annotated[Shown, Meta(description="Whether others see my badges, on the wall too")]
SaidDay = Annotated[
    str,
    Meta(
        max_length=10,
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        extra_json_schema={"format": "date"},
        extra={"words": "a day such as 2026-12-21"},
        examples=["2026-12-21"],
    ),
]
MOST_AWAY_DAYS = 366


class MembershipBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the member chooses now."""

    change: Annotated[
        Literal["join", "pause", "resume", "leave", "away"],
        Meta(
            description="join: acts count from now on; pause: nothing counts until resume; leave: nothing counts any "
            "more and nobody sees me, points stay; away: acts count, streaks wait, and no reason is asked"
        ),
    ]
    first_day: Annotated[SaidDay | None, Meta(description='With "away" alone: the first day, itself included')] = None
    last_day: Annotated[
        SaidDay | None,
        Meta(description=f'With "away" alone: the last day, itself included; at most {MOST_AWAY_DAYS} days in all'),
    ] = None


class VisibilityBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the member wants to be shown; a place that is left out stays as it is. All are hidden at first."""

    boards: Boards | None = None
    wall: OnWall | None = None
    badges: WithBadges | None = None


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What the member has chosen."""

    status: Annotated[
        Literal["not joined", "joined", "paused", "left", "inactive"],
        Meta(description="Whether the member's acts count now; inactive: they do not work here any more, as HR says"),
    ]
    joined_at: Annotated[Moment | None, Meta(description="Since when they take part; null for who never joined")]
    boards: Boards
    wall: OnWall
    badges: WithBadges
    position: Annotated[Count, Meta(description="The entry of the log up to which this holds")]


JOIN = {"change": "join"}
SHOW = {"boards": "shown"}
JOINED = Choices(
    status="joined",
    joined_at="2026-11-23T07:12:00.000Z",
    boards="hidden",
    wall="hidden",
    badges="hidden",
    position=5,
)


@post(
    "/me/membership",
    status_code=200,
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE,
            takes=json_body(MembershipBody, JOIN),
            gives=(Answer(description="It holds from now on.", kind=Choices, example=JOINED),),
            appends=True,
            problems=("not-found",),
        )
    },
)
async def choose_membership(request: Call) -> Choices:
    """Join, pause, resume, leave, or be away. Only the member can; it holds from now on.

    Nothing counts that happened before. Points stay whatever I choose. A choice that would change nothing is refused.
    """
    body = await body_of(request, MembershipBody)
    first, last = _away(body)
    row, position = await parts_of(request).members.choose(
        member_of(request), body.change, when_of(request), first_day=first, last_day=last
    )
    return choices_of(row, position)


@post(
    "/me/visibility",
    status_code=200,
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE,
            takes=json_body(VisibilityBody, SHOW),
            gives=(
                Answer(
                    description="It holds from now on.",
                    kind=Choices,
                    example=msgspec.structs.replace(JOINED, boards="shown", position=6),
                ),
            ),
            appends=True,
            problems=("not-found",),
        )
    },
)
async def choose_visibility(request: Call) -> Choices:
    """Be shown or hidden on boards, on the wall, with badges.

    All are hidden at first. It holds for every board that is open; my own place I always see.
    """
    body = await body_of(request, VisibilityBody)
    row, position = await parts_of(request).members.show(
        member_of(request),
        when_of(request),
        boards=_shown(body.boards),
        wall=_shown(body.wall),
        badges=_shown(body.badges),
    )
    return choices_of(row, position)


def choices_of(row: MembershipRow, position: int) -> Choices:
    """A membership in words."""
    names: dict[str, Literal["not joined", "joined", "paused", "left", "inactive"]] = {
        "": "not joined",
        "joined": "joined",
        "paused": "paused",
        "left": "left",
        "inactive": "inactive",
    }
    return Choices(
        status=names[row.status],
        joined_at=rfc3339(row.joined_at) if row.joined_at else None,
        boards="shown" if row.boards else "hidden",
        wall="shown" if row.wall else "hidden",
        badges="shown" if row.badges else "hidden",
        position=position,
    )


def _shown(said: Shown | None) -> bool | None:
    return None if said is None else said == "shown"


def _away(body: MembershipBody) -> tuple[int, int]:
    """First and last day since 1970; zeros where the choice is another one."""
    given = {"first_day": body.first_day, "last_day": body.last_day}
    if body.change != "away":
        wrong = [name for name, value in given.items() if value is not None]
        if wrong:
            faults = tuple(
                Fault(f"/{name}", "contradiction", f'"{given[name]}"', 'nothing: days come with "away" alone')
                for name in wrong
            )
            raise Problem("does-not-fit", "Days say when somebody is away.", faults=faults)
        return 0, 0
    days = {name: _day(value) for name, value in given.items()}
    first, last = days["first_day"], days["last_day"]
    if first is None or last is None or not 0 <= last - first < MOST_AWAY_DAYS:
        expected = f"a first and a last day in their order, at most {MOST_AWAY_DAYS} days"
        faults = tuple(
            Fault(
                f"/{name}",
                "missing" if value is None else "wrong-value",
                "nothing" if value is None else shown(value),
                expected,
            )
            for name, value in given.items()
        )
        raise Problem("does-not-fit", "Away needs its days.", faults=faults)
    return first, last


def _day(text: str | None) -> int | None:
    try:
        return None if text is None else (date.fromisoformat(text) - date(1970, 1, 1)).days
    except ValueError:
        return None
