"""What a member sees of themselves, says themselves, and says to colleagues."""

import secrets
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, QueryParameter
from msgspec import Meta

from api.calls import allow, body_of, language_for, member_of, parts_of, when_of
from api.examples import EVENT_ID, rfc3339
from api.problems import Call, Fault, Problem
from api.schema import EXAMPLE, TAKES
from api.v1.events import EventsAnswer, answer_of, problem_of
from api.v1.hr import Id, Who
from api.v1.me import Choices, choices_of
from engine.core.entries import Thanked
from engine.core.plan import Plan
from engine.core.receipts.receipt import Receipt
from engine.core.receipts.words import Language
from engine.core.rulebook import POINTS
from engine.core.states import MemberState
from engine.run.keyed import pair_digest
from engine.run.outcomes import TAKEN, Sender, own_source
from engine.run.people import membership_state
from engine.run.recorder import Once
from engine.sources.events import IncomingEvent
from engine.sources.posted import Posted
from engine.sources.times import parse_time
from engine.store.directory import TextRecord

WAIT_SECONDS = 5.0
MOST_TEXT = 1_000
MOST_PAGE = 50


class BadgeView(msgspec.Struct, frozen=True):
    """A badge that the member has; `position` has its receipt."""

    id: str
    title: str
    value: str
    position: int


class LevelView(msgspec.Struct, frozen=True):
    """A step of the points of all time."""

    id: str
    title: str
    at: int


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """A member's own page. All numbers hold up to the log entry at `position`."""

    id: str
    name: str
    choices: Choices
    points: int
    balances: dict[str, int]
    level: LevelView | None
    next_level: LevelView | None
    badges: tuple[BadgeView, ...]
    position: int


class ReceiptView(msgspec.Struct, frozen=True, kw_only=True):
    """What one entry of the log meant for the member, in words."""

    position: int
    time: str
    type: str
    title: str
    points: int
    sentences: tuple[str, ...]
    late: bool


class LedgerPage(msgspec.Struct, frozen=True):
    """Receipts, the newest first; `cursor` asks for the next page and is null on the last one."""

    receipts: tuple[ReceiptView, ...]
    cursor: str | None


class ActBody(msgspec.Struct, frozen=True, kw_only=True):
    """An act that the member says themselves. A missing `time` means now, a missing `id` a new act."""

    type: Annotated[str, Meta(min_length=1, max_length=100)]
    id: Id | None = None
    time: str | None = None
    key: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    data: dict[str, object] = {}


class ActAnswer(msgspec.Struct, frozen=True):
    """The act is on disk; with `Prefer: wait` its receipt comes along, if it was judged in time."""

    event: EventsAnswer
    receipt: ReceiptView | None


class ThanksBody(msgspec.Struct, frozen=True, kw_only=True):
    """A colleague (`to`), and what for."""

    to: Who
    text: Annotated[str, Meta(min_length=1, max_length=MOST_TEXT, pattern=r"\S")]
    id: Id | None = None


class Sent(msgspec.Struct, frozen=True):
    """The thanks is on its way, whoever takes part."""

    status: str
    position: int


ACT = {"type": EVENT_ID["type"], "data": EVENT_ID["data"]}
THANK = {"to": EVENT_ID["subject"], "text": "Thank you for the careful review"}


@get("/me", guards=[allow("member")])
async def me(request: Call) -> Me:
    """My points, balances, level and badges, and what I have chosen."""
    parts, member = parts_of(request), member_of(request)
    record, row = await parts.members.record(member), await parts.members.membership(member)
    position = await parts.reader.judged()
    state, plan = await parts.members.state(member), await parts.plans.in_force({})
    language = await _language(request, state)
    levels = [LevelView(level.id, level.title.said_in(language), level.at) for level in plan.levels]
    points = state.balances.get(plan.points, 0)
    return Me(
        id=member,
        name=record.name,
        choices=choices_of(row, position),
        points=points,
        balances=_balances(plan, state),
        level=next((level for level in reversed(levels) if level.at <= points), None),
        next_level=next((level for level in levels if level.at > points), None),
        badges=_badges(plan, state, language),
        position=position,
    )


@get("/me/ledger", guards=[allow("member")])
async def ledger(
    request: Call,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_PAGE)] = 20,
    cursor: Annotated[int | None, QueryParameter(ge=1)] = None,
) -> LedgerPage:
    """My receipts, the newest first."""
    parts, member = parts_of(request), member_of(request)
    language = await _language(request, await parts.members.state(member))
    page = await parts.telling.page(member, language, parts.now_ms(), before=cursor, count=limit)
    following = None if page.before is None else str(page.before)
    return LedgerPage(tuple(receipt_view(receipt) for receipt in page.receipts), following)


@get("/me/receipts/{position:int}", guards=[allow("member")])
async def receipt(request: Call, position: FromPath[int]) -> ReceiptView:
    """Why I got something for one entry, or why not this time."""
    parts, member = parts_of(request), member_of(request)
    language = await _language(request, await parts.members.state(member))
    found = await parts.telling.receipt(member, position, language, parts.now_ms())
    if found is None:
        raise Problem("not-found", f"Nothing at position {position} concerns you, or it is not judged yet.")
    return receipt_view(found)


@post("/me/acts", status_code=202, guards=[allow("member")], opt={TAKES: ActBody, EXAMPLE: ACT})
async def say_act(request: Call) -> ActAnswer:
    """Say an act myself, where its event allows that. The receipt says who said it."""
    body = await body_of(request, ActBody)
    parts, member, when = parts_of(request), member_of(request), when_of(request)
    time = None if body.time is None else parse_time(body.time)
    if body.time is not None and time is None:
        fault = Fault("/time", "not_a_time", f'"{body.time[:60]}"', "a time like 2026-11-23T09:12:00+02:00")
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    row = await parts.members.membership(member)
    if not membership_state(row).takes_part_at(when.ms if time is None else time.utc_ms):
        detail = "You took no part at that time, so it would count for nothing. Join with POST /v1/me/membership."
        raise Problem("wrong-state", detail)
    event = IncomingEvent(
        id=body.id or secrets.token_hex(16),
        source=None,
        type=body.type,
        subject=member,
        time=time,
        key=body.key,
        data=body.data,  # type: ignore[arg-type]  # JSON values, as our own guard decoded them
        pointer="",
    )
    sender = Sender(source=own_source(member), member=member)
    outcomes = await parts.door.accept(Posted(is_array=False, items=(event,)), sender, when)
    if outcomes[0].status not in TAKEN:
        raise problem_of(outcomes, is_array=False)
    position = outcomes[0].position
    if position is None or "wait" not in request.headers.get("prefer", ""):
        return ActAnswer(answer_of(outcomes), None)
    await parts.members.judged(position, WAIT_SECONDS)
    language = await _language(request, await parts.members.state(member))
    found = await parts.telling.receipt(member, position, language, parts.now_ms())
    return ActAnswer(answer_of(outcomes), None if found is None else receipt_view(found))


@post("/thanks", status_code=201, guards=[allow("member")], opt={TAKES: ThanksBody, EXAMPLE: THANK})
async def thank(request: Call) -> Sent:
    """Thank a colleague. It is always sent; beyond the allowance without points."""
    body = await body_of(request, ThanksBody)
    parts, giver, when = parts_of(request), member_of(request), when_of(request)
    to = await parts.members.find(body.to)
    if to is None or to == giver:
        found = "yourself" if to is not None else f'"{body.to[:100]}"'
        fault = Fault("/to", "wrong-value", found, "the id or alias of a colleague")
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    takes_part = membership_state(await parts.members.membership(to)).takes_part_at(when.ms)
    key = secrets.token_hex(16)
    entry = Thanked(giver, to if takes_part else None, pair_digest(giver, to, parts.secret), when.ms, key)
    rows = (parts.directory.text_row(key, TextRecord(text=body.text, member=giver, created=when.ms)),)
    once = None if body.id is None else Once(speaker=f"sulka.thanked:{giver}", id=body.id, content=body)
    appended = await parts.recorder.append(entry, when, rows=rows, once=once)
    return Sent("sent", appended.position)


def receipt_view(receipt: Receipt) -> ReceiptView:
    """A receipt as JSON says it."""
    return ReceiptView(
        position=receipt.position,
        time=rfc3339(receipt.time),
        type=receipt.type,
        title=receipt.title,
        points=receipt.points,
        sentences=receipt.sentences,
        late=receipt.late,
    )


async def _language(request: Call, state: MemberState) -> Language:
    """What the request asks for (`Accept-Language`), else the member's own, else the organization's."""
    book = (await parts_of(request).plans.in_force({})).rulebook
    return language_for(request, state.facts.language, *book.languages)


def _balances(plan: Plan, state: MemberState) -> dict[str, int]:
    currencies = {currency.code: currency.id for currency in plan.rulebook.currencies}
    found = {currencies[code]: amount for code, amount in sorted(state.balances.items()) if code in currencies}
    return {POINTS: state.balances.get(plan.points, 0), **found}


def _badges(plan: Plan, state: MemberState, language: Language) -> tuple[BadgeView, ...]:
    found: list[BadgeView] = []
    for code, value, step, _, position in state.held_badges():
        badge = plan.badges.get(code)
        if badge is not None:
            tier = badge.tiers[step].name if badge.repeats is None and step < len(badge.tiers) else None
            title = badge.title.said_in(language) + (f" – {tier.said_in(language)}" if tier is not None else "")
            title = title.replace("{topic}", value).replace("{value}", value)
            found.append(BadgeView(badge.id, title, value, position))
    return tuple(found)
