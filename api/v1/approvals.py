"""What waits until somebody agrees, for HR: which there is, and deciding about it."""

import secrets
from typing import Annotated, Literal

import msgspec
from litestar import get, post
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from api.calls import allow, body_of, parts_of, principal_of, when_of
from api.documented import BY_HAND, DOCUMENTED, Answer, Documented, json_body
from api.examples import rfc3339
from api.fields import A_POSITION, MOST_EXACT, LogPosition, MemberId, Moment, Reason
from api.problems import Call, Fault, Problem
from api.v1.hr import Recorded, on_disk
from api.v1.record import language_of
from engine.run.approvals import Ruling

MOST_PAGE = 200


class ApprovalPayment(msgspec.Struct, frozen=True, kw_only=True):
    """So much for one person."""

    member: MemberId
    title: Annotated[str, Meta(description="What it is for: the rule, thanks or award, by its title")]
    points: Annotated[int, Meta(ge=1, le=MOST_EXACT, description="So many, as far as that is known today")]


class ApprovalView(msgspec.Struct, frozen=True, kw_only=True):
    """What one entry has waiting. One verdict is about all of it."""

    position: Annotated[LogPosition, Meta(description="The place of the entry in the log, by which it is decided")]
    type: Annotated[str, Meta(description="The type of the event, sulka.award or sulka.thanks")]
    giver: Annotated[
        str | None, Meta(description="The member who did it, thanked, or for whom the token speaks that gave it")
    ]
    given_by: Annotated[
        str | None, Meta(description="The token that gave an award, by the first digits that sulka token list shows")
    ]
    since: Annotated[Moment, Meta(description="When it came")]
    until: Annotated[Moment, Meta(description="Up to when it can be agreed to; then it is gone from this list")]
    payments: Annotated[tuple[ApprovalPayment, ...], Meta(description="Who would get what")]


class ApprovalsPage(msgspec.Struct, frozen=True, kw_only=True):
    """What waits, the oldest first."""

    approvals: Annotated[tuple[ApprovalView, ...], Meta(description="The oldest first")]
    cursor: Annotated[str | None, Meta(description="Send it as ?cursor= for the next page; null on the last one")]


class VerdictBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is decided."""

    verdict: Annotated[
        Literal["approve", "decline"],
        Meta(description="approve: it is paid, as far as there is room; decline: not"),
    ]
    reason: Annotated[Reason | None, Meta(description="Why, in words that the member reads; needed to decline")] = None


WAITS = ApprovalView(
    position=19,
    type="sulka.award",
    giver=None,
    given_by="9f86d081884c7d65",
    since="2026-11-23T07:12:00.000Z",
    until="2026-12-07T07:12:00.000Z",
    payments=(ApprovalPayment(member="k7w2mq9xhd4a", title="Given by hand", points=150),),
)
PAGE = ApprovalsPage(approvals=(WAITS,), cursor=None)
VERDICT = {"verdict": "approve", "reason": "A talk that many came to hear"}

WaitsAt = Annotated[
    int,
    PathParameter(
        description="The place in the log of the entry that has something waiting",
        schema_extra=A_POSITION,
        examples=[Example(value=WAITS.position)],
    ),
]


@get(
    "/approvals",
    guards=[allow("hr")],
    opt={
        DOCUMENTED: Documented(
            tag=BY_HAND,
            gives=(Answer(description="A page of it.", kind=ApprovalsPage, example=PAGE),),
            speaks=True,
        )
    },
)
async def approvals(
    request: Call,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_PAGE, description="So many entries on one page")] = 50,
    cursor: Annotated[int | None, QueryParameter(ge=1, le=MOST_EXACT, description="From the page before")] = None,
) -> ApprovalsPage:
    """What waits until somebody agrees, the oldest first: who would get what, since when, and up to when.

    A page may be short: what would go to somebody who was erased is left out.
    """
    parts = parts_of(request)
    language = await language_of(request, None)
    found, following = await parts.approvals.page(language, parts.now_ms(), after=cursor or 0, count=limit)
    views = tuple(
        ApprovalView(
            position=each.position,
            type=each.type,
            giver=each.giver,
            given_by=each.given_by,
            since=rfc3339(each.since),
            until=rfc3339(each.until),
            payments=tuple(ApprovalPayment(member=p.member, title=p.title, points=p.points) for p in each.payments),
        )
        for each in found
    )
    return ApprovalsPage(approvals=views, cursor=None if following is None else str(following))


@post(
    "/approvals/{position:int}",
    status_code=202,
    guards=[allow("hr")],
    opt={
        DOCUMENTED: Documented(
            tag=BY_HAND,
            takes=json_body(VerdictBody, VERDICT),
            gives=(on_disk(20),),
            appends=True,
            problems=("wrong-state",),
        )
    },
)
async def decide(request: Call, position: WaitsAt) -> Recorded:
    """Agree to what an entry has waiting, or don't. Nobody decides about what they gave or would get.

    It is paid by the rules of now, on the day of the act: limits, fades and caps of that day hold, and it is never more
    than what waited. Deciding twice is refused.
    """
    body = await body_of(request, VerdictBody)
    parts, when, principal = parts_of(request), when_of(request), principal_of(request)
    if body.verdict == "decline" and body.reason is None:
        fault = Fault("/reason", "missing", "nothing", "why, in words that the member reads")
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    ruling = Ruling(
        verdict=body.verdict, reason=body.reason, by=principal.token, role=principal.role, decider=principal.member
    )
    text = None if body.reason is None else secrets.token_hex(16)
    return Recorded(await parts.approvals.decide(position, ruling, text, when))
