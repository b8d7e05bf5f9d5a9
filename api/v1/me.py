"""What a member chooses: to take part, to pause, where to be shown."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from litestar import post
from msgspec import Meta

from api.calls import allow, body_of, member_of, parts_of, when_of
from api.examples import rfc3339
from api.problems import Call, Fault, Problem
from api.schema import EXAMPLE, TAKES
from engine.store.directory import MembershipRow

Shown = Literal["shown", "hidden"]
Day = Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="A day, 2026-11-23")]
MOST_AWAY_DAYS = 366


class MembershipBody(msgspec.Struct, frozen=True, kw_only=True):
    """What the member chooses now; `first_day` and `last_day` (both inside) come with "away" alone."""

    change: Literal["join", "pause", "resume", "leave", "away"]
    first_day: Day | None = None
    last_day: Day | None = None


class VisibilityBody(msgspec.Struct, frozen=True, kw_only=True):
    """Where the member wants to be shown; a place that is left out stays as it is. All are hidden at first."""

    boards: Shown | None = None
    wall: Shown | None = None
    badges: Shown | None = None


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What the member has chosen. `position` is that of the entry."""

    status: Literal["not joined", "joined", "paused", "left"]
    joined_at: str | None
    boards: Shown
    wall: Shown
    badges: Shown
    position: int


@post(
    "/me/membership",
    status_code=200,
    guards=[allow("member")],
    opt={TAKES: MembershipBody, EXAMPLE: {"change": "join"}},
)
async def choose_membership(request: Call) -> Choices:
    """Join, pause, resume, leave, or be away. Only the member can; it holds from now on."""
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
    opt={TAKES: VisibilityBody, EXAMPLE: {"boards": "shown"}},
)
async def choose_visibility(request: Call) -> Choices:
    """Be shown or hidden on boards, on the wall, with badges."""
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
    names: dict[str, Literal["not joined", "joined", "paused", "left"]] = {
        "": "not joined",
        "joined": "joined",
        "paused": "paused",
        "left": "left",
    }
    return Choices(
        status=names[row.status],
        joined_at=rfc3339(row.joined_at) if row.status else None,
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
            faults = tuple(Fault(f"/{name}", "unknown-field", "a day", 'days come with "away" alone') for name in wrong)
            raise Problem("does-not-fit", "Days say when somebody is away.", faults=faults)
        return 0, 0
    days = {name: _day(value) for name, value in given.items()}
    first, last = days["first_day"], days["last_day"]
    if first is None or last is None or not 0 <= last - first < MOST_AWAY_DAYS:
        expected = f"a first and a last day in their order, at most {MOST_AWAY_DAYS} days"
        faults = tuple(Fault(f"/{name}", "wrong-value", str(value), expected) for name, value in given.items())
        raise Problem("does-not-fit", "Away needs its days.", faults=faults)
    return first, last


def _day(text: str | None) -> int | None:
    try:
        return None if text is None else (date.fromisoformat(text) - date(1970, 1, 1)).days
    except ValueError:
        return None
