"""What there is to read of one person, shaped once for the person themselves and for HR with a reason."""

from api.calls import parts_of
from api.examples import day_in_words, rfc3339
from api.fields import MOST_EXACT
from api.problems import Call, Problem
from api.v1.record_forms import (
    BadgeStory,
    BadgesView,
    BadgeView,
    ColleagueView,
    ExpiringView,
    HeldView,
    LedgerPage,
    LevelView,
    ReceiptView,
    Standing,
    StepView,
    StreakView,
)
from engine.core.lots import announced
from engine.core.plan import Plan
from engine.core.receipts.badges import ToldBadge, tell_held
from engine.core.receipts.streaks import ToldStreak, tell_streaks
from engine.core.receipts.words import LANGUAGES, Language
from engine.core.rulebook import POINTS
from engine.core.states import MemberState
from engine.run.telling import Told, Viewer

MOST_DIGITS = 15


async def standing_of(request: Call, member: str) -> Standing:
    """Points, balances, level, badges and streaks of a member.

    Raises:
        UnknownMember: Nobody has this id.
    """
    parts = parts_of(request)
    record = await parts.members.record(member)
    position = await parts.reader.judged()
    state, plan = await parts.members.state(member), await parts.plans.in_force({})
    language = await language_of(request, state.facts.language)
    levels = [LevelView(level.id, level.title.said_in(language), level.at) for level in plan.levels]
    points = state.balances.get(plan.points, 0)
    return Standing(
        id=member,
        name=record.name,
        points=points,
        balances=_balances(plan, state),
        level=next((level for level in reversed(levels) if level.at <= points), None),
        next_level=next((level for level in levels if level.at > points), None),
        badges=_badges(plan, state, language),
        streaks=tuple(_streak(told) for told in tell_streaks(plan, state, parts.now_ms(), language)),
        position=position,
    )


async def expiring_of(request: Call, member: str) -> tuple[ExpiringView, ...]:
    """What a member has that runs out, as far as it was announced."""
    parts = parts_of(request)
    plan, state = await parts.plans.in_force({}), await parts.members.state(member)
    return tuple(
        ExpiringView(currency=plan.running_out[code].id, amount=amount, last_day=day_in_words(last_day))
        for last_day, code, amount in announced(state, plan.running_out)
    )


async def ledger_of(
    request: Call, member: str, *, limit: int, cursor: int | None, language: Language, viewer: Viewer
) -> LedgerPage:
    """A page of a member's receipts."""
    parts = parts_of(request)
    page = await parts.telling.page(member, language, parts.now_ms(), before=cursor, count=limit, viewer=viewer)
    following = None if page.before is None else str(page.before)
    return LedgerPage(tuple(receipt_view(told) for told in page.receipts), following)


async def receipt_of(request: Call, member: str, position: int, *, language: Language, viewer: Viewer) -> ReceiptView:
    """One receipt of a member; 404 where there is none."""
    parts = parts_of(request)
    found = None
    if 1 <= position <= MOST_EXACT:
        found = await parts.telling.receipt(member, position, language, parts.now_ms(), viewer)
    if found is None:
        whom = "you" if viewer == "member" else "this member"
        raise Problem("not-found", f"Nothing at position {position} concerns {whom}, or it is not judged yet.")
    return receipt_view(found)


async def badges_of(request: Call, member: str, language: Language) -> BadgesView:
    """All badges: what the member has of each, and what more there is."""
    parts = parts_of(request)
    position = await parts.reader.judged()
    told = await parts.telling.badges(member, language, parts.now_ms())
    return BadgesView(tuple(_story(each) for each in told), position)


def cursor_of(said: str | None) -> tuple[int, int] | None:
    """The two numbers of a cursor that a page gave."""
    if said is None:
        return None
    first, _, second = said.partition(".")
    if not all(part.isascii() and part.isdigit() and len(part) <= MOST_DIGITS for part in (first, second)):
        raise Problem("not-understood", "The cursor is not one that a page gave; begin again without it.")
    return int(first), int(second)


def said_cursor(following: tuple[int, int] | None) -> str | None:
    """A cursor as a page gives it."""
    return None if following is None else f"{following[0]}.{following[1]}"


def receipt_view(told: Told) -> ReceiptView:
    """A receipt as JSON says it."""
    receipt = told.receipt
    return ReceiptView(
        position=receipt.position,
        time=rfc3339(receipt.time),
        type=receipt.type,
        title=receipt.title,
        points=receipt.points,
        sentences=receipt.sentences,
        who=None if receipt.who is None or told.who is None else ColleagueView(receipt.who, told.who),
        words=receipt.words,
        late=receipt.late,
    )


async def language_of(request: Call, own: str | None) -> Language:
    """What the request asks for (`Accept-Language`), else the reader's `own`, else the organization's."""
    book = (await parts_of(request).plans.in_force({})).rulebook
    asked = [each.partition(";")[0].strip()[:2] for each in request.headers.get("accept-language", "").split(",")]
    for word in (*asked, own, *book.languages):
        for language in LANGUAGES:
            if word == language:
                return language
    return "en"


def _balances(plan: Plan, state: MemberState) -> dict[str, int]:
    currencies = {currency.code: currency.id for currency in plan.rulebook.currencies}
    found = {currencies[code]: amount for code, amount in sorted(state.balances.items()) if code in currencies}
    return {POINTS: state.balances.get(plan.points, 0), **found}


def _badges(plan: Plan, state: MemberState, language: Language) -> tuple[BadgeView, ...]:
    """Those of the rulebook in force, the first one first."""
    return tuple(
        BadgeView(badge.id, held.title, held.value, held.position)
        for badge in plan.rulebook.badges
        for held in reversed(tell_held(plan, state, badge, language))
    )


def _streak(told: ToldStreak) -> StreakView:
    return StreakView(
        id=told.id,
        title=told.title,
        every=told.every,
        length=told.length,
        best=told.best,
        freezes=told.freezes,
        has_now=told.has_now,
        sentences=told.sentences,
    )


def _story(told: ToldBadge) -> BadgeStory:
    return BadgeStory(
        id=told.id,
        title=told.title,
        text=told.text,
        held=tuple(
            HeldView(title=held.title, value=held.value, since=day_in_words(held.day), position=held.position)
            for held in told.held
        ),
        times=told.times,
        steps=tuple(
            StepView(title=step.title, value=step.value, at=step.at, so_far=step.so_far, sentences=step.sentences)
            for step in told.steps
        ),
    )
