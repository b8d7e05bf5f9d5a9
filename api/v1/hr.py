"""What HR and senders say beside events: content, awards and corrections by hand."""

import secrets
from difflib import get_close_matches
from typing import Annotated

import msgspec
from litestar import post
from msgspec import Meta

from api.calls import Principal, allow, body_of, parts_of, principal_of, when_of
from api.examples import EVENT_ID
from api.parts import Parts
from api.problems import Call, Fault, Problem
from api.schema import EXAMPLE, TAKES
from engine.core.admission import MOST_CONTENT_ID
from engine.core.entries import AnyEntry, Awarded, ContentFacts, ContentKnown, Corrected
from engine.core.plan import Plan
from engine.run.outcomes import When
from engine.run.recorder import Once
from engine.sources.times import parse_time
from engine.store.directory import TextRecord
from engine.store.log import Row

MOST_POINTS = 1_000_000_000

ContentId = Annotated[str, Meta(min_length=1, max_length=MOST_CONTENT_ID, pattern="^[^|]+$")]
Id = Annotated[str, Meta(min_length=1, max_length=200, description="Your own id of this; sent again it does nothing")]
Reason = Annotated[str, Meta(min_length=1, max_length=1_000, description="In words, for the person whom it concerns")]
Who = Annotated[str, Meta(min_length=1, max_length=200, description="A member id or an alias kind:value")]
Named = Annotated[str, Meta(min_length=1, max_length=100)]


class ContentBody(msgspec.Struct, frozen=True, kw_only=True):
    """What rules may know of a piece of content; the whole, new or changed."""

    id: ContentId
    published: str | None = None
    topics: Annotated[tuple[Named, ...], Meta(max_length=20)] = ()
    kind: Named | None = None
    evergreen: bool = False
    requires_label: bool = False


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What is said once under an `id` of the caller's own."""

    id: Id | None = None


class AwardBody(Said, frozen=True, kw_only=True):
    """Points (or another currency) or a badge, by hand. `tier` counts from 0."""

    member: Who
    reason: Reason
    points: Annotated[int, Meta(ge=1, le=MOST_POINTS)] | None = None
    currency: Named | None = None
    badge: Named | None = None
    value: Annotated[str, Meta(max_length=100)] = ""
    tier: Annotated[int, Meta(ge=0, le=100)] = 0


class CorrectionBody(Said, frozen=True, kw_only=True):
    """An amount of either sign that is added to a balance."""

    member: Who
    reason: Reason
    amount: Annotated[int, Meta(ge=-MOST_POINTS, le=MOST_POINTS)]
    currency: Named | None = None


class Recorded(msgspec.Struct, frozen=True):
    """It is on disk at this position of the log; the engine judges it next."""

    position: int


CONTENT = {"id": "post-2026-11-hiring", "published": "2026-11-20T08:00:00+02:00", "topics": ["hiring"]}
AWARD = {"member": EVENT_ID["subject"], "points": 50, "reason": "Spoke at the fair"}
CORRECT = {"member": EVENT_ID["subject"], "amount": -20, "reason": "Counted twice by mistake"}


@post("/content", status_code=202, guards=[allow("source", "hr")], opt={TAKES: ContentBody, EXAMPLE: CONTENT})
async def know_content(request: Call) -> Recorded:
    """Make content known, so that its age and topics can be conditions. What was judged stays as it is."""
    body = await body_of(request, ContentBody)
    time = None if body.published is None else parse_time(body.published)
    if body.published is not None and time is None:
        fault = Fault("/published", "wrong-value", f'"{body.published[:60]}"', "a time like 2026-11-23T09:12:00+02:00")
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    published = None if time is None else time.utc_ms
    facts = ContentFacts(published, body.topics, body.kind, body.evergreen, body.requires_label)
    appended = await parts_of(request).recorder.append(ContentKnown(body.id, facts), when_of(request))
    return Recorded(appended.position)


@post("/awards", status_code=202, guards=[allow("hr")], opt={TAKES: AwardBody, EXAMPLE: AWARD})
async def award(request: Call) -> Recorded:
    """Give points, another currency or a badge by hand, with a reason that the member sees."""
    body = await body_of(request, AwardBody)
    parts, when = parts_of(request), when_of(request)
    if (body.points is None) == (body.badge is None):
        fault = Fault("", "contradiction", "both or neither", "points or a badge")
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    plan = await parts.plans.in_force({})
    _check_currency(plan, body.currency)
    if body.badge is not None:
        _check_badge(plan, body.badge, body.tier)
    member = await member_named(parts, body.member)
    reason = secrets.token_hex(16)
    entry = Awarded(member, when.ms, body.points or 0, body.currency, body.badge, body.value, body.tier, reason)
    return await record(request, entry, when, body, reason=reason, said=body.reason, about=member)


@post("/corrections", status_code=202, guards=[allow("hr")], opt={TAKES: CorrectionBody, EXAMPLE: CORRECT})
async def correct(request: Call) -> Recorded:
    """Add an amount of either sign to a balance, with a reason that the member sees."""
    body = await body_of(request, CorrectionBody)
    parts, when = parts_of(request), when_of(request)
    if body.amount == 0:
        fault = Fault("/amount", "wrong-value", "0", "an amount that changes something")
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    _check_currency(await parts.plans.in_force({}), body.currency)
    member = await member_named(parts, body.member)
    reason = secrets.token_hex(16)
    entry = Corrected(member, when.ms, body.amount, body.currency, reason)
    return await record(request, entry, when, body, reason=reason, said=body.reason, about=member)


async def member_named(parts: Parts, name: str) -> str:
    """The member with this id or alias; 404 where nobody has it."""
    member = await parts.members.find(name)
    if member is None:
        raise Problem("not-found", f'No member has the id or alias "{name[:100]}".')
    return member


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
    whom = principal.source or principal.member or "hr"
    return f"sulka.{type(entry).__name__.lower()}:{whom}"


def _check_currency(plan: Plan, currency: str | None) -> None:
    if plan.currency(currency) is None:
        known = ["points", *(each.id for each in plan.rulebook.currencies)]
        raise _unknown("/currency", currency or "", known)


def _check_badge(plan: Plan, badge: str, tier: int) -> None:
    found = next((each for each in plan.rulebook.badges if each.id == badge), None)
    if found is None:
        raise _unknown("/badge", badge, [each.id for each in plan.rulebook.badges])
    if tier >= max(1, len(found.tiers)):
        fault = Fault("/tier", "wrong-value", str(tier), f"0 to {max(1, len(found.tiers)) - 1}")
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))


def _unknown(pointer: str, found: str, known: list[str]) -> Problem:
    near = next(iter(get_close_matches(found, known, n=1)), None)
    fault = Fault(pointer, "wrong-value", f'"{found}"', f"one of {', '.join(known)}", near)
    return Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
