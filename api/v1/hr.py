"""What HR and senders say beside events: content, awards and corrections by hand."""

import secrets
from typing import Annotated

import msgspec
from litestar import post
from msgspec import Meta

from api.calls import Principal, allow, body_of, parts_of, principal_of, when_of
from api.documented import BY_HAND, DOCUMENTED, Answer, Documented, json_body
from api.examples import EVENT_ID
from api.fields import A_TIME, MOST_POINTS, ContentId, Id, LogPosition, Named, Reason, SaidTime, Who
from api.known import check_badge, check_currency, check_not_ended, check_topics, member_named
from api.problems import Call, Fault, Problem
from engine.core.entries import AnyEntry, Awarded, ContentFacts, ContentKnown, Corrected
from engine.core.faults import shown
from engine.run.outcomes import When
from engine.run.recorder import Once
from engine.sources.times import parse_time
from engine.store.directory import TextRecord
from engine.store.log import Row

Currency = Annotated[Named, Meta(description="The id of a currency of the rule files; left out, points")]


class ContentBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What rules may know of a piece of content; the whole, new or changed."""

    id: ContentId
    published: Annotated[
        SaidTime | None, Meta(description="When it came out, with seconds and offset; left out, it has no age")
    ] = None
    topics: Annotated[
        tuple[Named, ...], Meta(max_length=20, description="What it is about, as rule files call it")
    ] = ()
    kind: Annotated[Named | None, Meta(description="What it is, as rule files call it: a post, a job")] = None
    evergreen: Annotated[bool, Meta(description="Whether it stays worth sharing")] = False
    requires_label: Annotated[bool, Meta(description="Whether sharing it has to be labelled as advertising")] = False


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said once under an `id` of the caller's own."""

    id: Id | None = None


class AwardBody(Said, frozen=True, kw_only=True):
    """Points (or another currency) or a badge, by hand."""

    member: Who
    reason: Reason
    points: Annotated[
        Annotated[int, Meta(ge=1, le=MOST_POINTS)] | None, Meta(description="So many, where no badge is given")
    ] = None
    currency: Currency | None = None
    badge: Annotated[
        Named | None, Meta(description="The id of a badge of the rule files, where no points are given")
    ] = None
    value: Annotated[
        str, Meta(max_length=100, description="The topic or the like that the badge is for; empty where there is none")
    ] = ""
    tier: Annotated[int, Meta(ge=0, le=100, description="Which tier of the badge, counted from 0")] = 0


class CorrectionBody(Said, frozen=True, kw_only=True):
    """An amount of either sign that is added to a balance."""

    member: Who
    reason: Reason
    amount: Annotated[
        int, Meta(ge=-MOST_POINTS, le=MOST_POINTS, description="What is added: not 0, negative to take away")
    ]
    currency: Currency | None = None


class Recorded(msgspec.Struct, frozen=True):
    """It is on disk; the engine judges it next."""

    position: Annotated[
        LogPosition, Meta(description="Its place in the log; of what came before under its id, that of then")
    ]


def on_disk(position: int) -> Answer:
    """That it is on disk, with a place in the log as an example."""
    return Answer(description="It is on disk, and judged in a moment.", kind=Recorded, example=Recorded(position))


CONTENT = {"id": "post-2026-11-hiring", "published": "2026-11-20T08:00:00+02:00", "topics": ["hiring"]}
AWARD = {"member": EVENT_ID["subject"], "points": 50, "reason": "Spoke at the fair"}
CORRECT = {"member": EVENT_ID["subject"], "amount": -20, "reason": "Counted twice by mistake"}


@post(
    "/content",
    status_code=202,
    guards=[allow("source", "hr")],
    opt={
        DOCUMENTED: Documented(tag=BY_HAND, takes=json_body(ContentBody, CONTENT), gives=(on_disk(11),), appends=True)
    },
)
async def know_content(request: Call) -> Recorded:
    """Make content known, so that its age and topics can be conditions. What was judged stays as it is.

    The same id again replaces all that was said of it before.
    """
    body = await body_of(request, ContentBody)
    time = None if body.published is None else parse_time(body.published)
    if body.published is not None and time is None:
        fault = Fault("/published", "not-a-time", shown(body.published), A_TIME)
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    await check_topics(parts_of(request), body.topics)
    published = None if time is None else time.utc_ms
    facts = ContentFacts(published, body.topics, body.kind, body.evergreen, body.requires_label)
    appended = await parts_of(request).recorder.append(ContentKnown(body.id, facts), when_of(request))
    return Recorded(appended.position)


@post(
    "/awards",
    status_code=202,
    guards=[allow("hr")],
    opt={
        DOCUMENTED: Documented(
            tag=BY_HAND,
            takes=json_body(AwardBody, AWARD),
            gives=(on_disk(17),),
            appends=True,
            problems=("not-found", "content-conflict"),
        )
    },
)
async def award(request: Call) -> Recorded:
    """Give points, another currency or a badge by hand, with a reason that the member sees.

    No limit or cap holds it back. Where the rule files say so, many points wait until somebody else agrees. Send an
    `id` of your own, so that sending it again after a lost answer gives nothing twice.
    """
    body = await body_of(request, AwardBody)
    parts, when = parts_of(request), when_of(request)
    if (body.points is None) == (body.badge is None):
        found = "neither points nor a badge" if body.points is None else "points and a badge"
        fault = Fault("", "contradiction", found, "points or a badge")
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    plan = await parts.plans.in_force({})
    check_currency(plan, body.currency)
    check_not_ended(plan, body.currency, when.ms)
    if body.badge is not None:
        check_badge(plan, body.badge, body.tier)
    member = await member_named(parts, body.member)
    reason = secrets.token_hex(16)
    by = principal_of(request)
    entry = Awarded(
        member=member,
        time=when.ms,
        points=body.points or 0,
        currency=body.currency,
        badge=body.badge,
        value=body.value,
        tier=body.tier,
        reason=reason,
        by=by.token,
        by_member=by.member,
    )
    return await record(request, entry, when, body, reason=reason, said=body.reason, about=member)


@post(
    "/corrections",
    status_code=202,
    guards=[allow("hr")],
    opt={
        DOCUMENTED: Documented(
            tag=BY_HAND,
            takes=json_body(CorrectionBody, CORRECT),
            gives=(on_disk(18),),
            appends=True,
            problems=("not-found", "content-conflict"),
        )
    },
)
async def correct(request: Call) -> Recorded:
    """Add an amount of either sign to a balance, with a reason that the member sees.

    A balance may fall below zero by it. Send an `id` of your own, so that sending it again after a lost answer adds
    nothing twice.
    """
    body = await body_of(request, CorrectionBody)
    parts, when = parts_of(request), when_of(request)
    if body.amount == 0:
        fault = Fault("/amount", "wrong-value", shown(body.amount), "an amount that changes something")
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    check_currency(await parts.plans.in_force({}), body.currency)
    member = await member_named(parts, body.member)
    reason = secrets.token_hex(16)
    entry = Corrected(member, when.ms, body.amount, body.currency, reason)
    return await record(request, entry, when, body, reason=reason, said=body.reason, about=member)


async def record(
    request: Call,
    entry: AnyEntry,
    when: When,
    body: Said,
    *,
    reason: str | None,
    said: str | None,
    about: str | None,
) -> Recorded:
    """Append what was said, with its reason as a text of its own."""
    parts, principal = parts_of(request), principal_of(request)
    rows: tuple[Row, ...] = ()
    if reason is not None and said is not None:
        rows = (parts.directory.text_row(reason, TextRecord(text=said, member=about, created=when.ms)),)
    once = None if body.id is None else Once(speaker=_speaker(principal, entry), id=body.id, content=body)
    return Recorded((await parts.recorder.append(entry, when, rows=rows, once=once)).position)


def _speaker(principal: Principal, entry: AnyEntry) -> str:
    """Ids are unique for whom a token speaks and what it says; no source is called so."""
    whom = principal.source or (principal.member if principal.role == "member" else None) or "hr"
    return f"sulka.{type(entry).__name__.lower()}:{whom}"
