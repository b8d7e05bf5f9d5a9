"""What is kept about a member, put into words that the person can read. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from engine.core.asking_first import all_asked
from engine.core.buckets import amounts_of, sum_of
from engine.core.days import FIRST_MONTH, KINDS, SLOT_KINDS
from engine.core.entries import (
    Act,
    ActiveSet,
    AnyEntry,
    Awarded,
    Corrected,
    HistoryCounted,
    HistoryLooked,
    MemberSet,
    MembershipChanged,
    OpeningBalance,
    RecognitionAnswered,
    Retracted,
    Thanked,
    Turned,
    Verdict,
    VisibilityChosen,
)
from engine.core.keys import challenge_and_unit
from engine.core.lines.challenges import LISTED
from engine.core.lines.ledger import CARRIED
from engine.core.lots import lots_of
from engine.core.numbers import value_in
from engine.core.periods import period_name
from engine.core.plan import Plan
from engine.core.receipts.types import type_of
from engine.core.rules import Rule
from engine.core.runs import BEST, THROUGH, acts_of
from engine.core.states import FIRST_DAY, FIRST_YEAR, MemberState
from engine.core.uses import periods_of, used_at
from engine.core.windows import Window
from engine.run.asked import ANSWERS
from engine.run.member_fields import FACTS, month_name
from engine.store.directory import MembershipRow, TextRecord
from engine.store.notices import NoticeRow

CARRIED_OVER: Final = "carried over from before"
EPOCH: Final = date(1970, 1, 1)

Record = dict[str, object]


def facts_in_words(state: MemberState) -> Record:
    facts: Record = {name: getattr(state.facts, name) for name in FACTS}
    started = state.facts.started_on
    return {**facts, "started_on": None if started is None else month_name(started)}


def choices_in_words(row: MembershipRow, state: MemberState) -> Record:
    return {
        "status": row.status or "not joined",
        "joined_at": moment_of(row.joined_at) if row.joined_at else None,
        "pauses": [moment_of(time) for time in row.pauses],
        "away": [day_of(day) for day in state.away],
        "shown_on_boards": row.boards,
        "shown_on_the_wall": row.wall,
        "badges_shown": row.badges,
    }


def counts_in_words(state: MemberState, names: Mapping[int, str], plan: Plan, today: int) -> Iterator[Record]:
    """Every number that is kept: a metric's own (`value` null), and one for each value that it tells apart.

    What `by_day`, `by_month` and `by_year` hold are acts; a metric that counts days or weeks has so many of those
    `in_all`.
    """
    periods = {code for code, metric in plan.metrics.items() if metric.of_period is not None}
    own = [(metric, "", buckets) for metric, buckets in state.series.items()]
    valued = [(metric, value, buckets) for metric, values in state.valued.items() for value, buckets in values.items()]
    for metric, value, buckets in sorted(own + valued, key=lambda each: each[:2]):
        counts = amounts_of(buckets)
        yield {
            "metric": names.get(metric, str(metric)),
            "value": value or None,
            "in_all": _in_all(state, plan, metric, today) if metric in periods else sum_of(buckets),
            "by_day": {day_of(bucket): count for bucket, count in counts if bucket >= FIRST_DAY},
            "by_month": {month_name(bucket + FIRST_MONTH): count for bucket, count in counts if bucket < FIRST_YEAR},
            "by_year": {str(bucket): count for bucket, count in counts if FIRST_YEAR <= bucket < FIRST_DAY},
        }


def _in_all(state: MemberState, plan: Plan, metric: int, today: int) -> int:
    return value_in(state, plan.metrics[metric], Window("ever"), today, plan.rulebook.week_starts)


def limits_in_words(state: MemberState, names: Mapping[int, str], plan: Plan) -> Iterator[Record]:
    """What was used of each limit; the period of a limit whose rule is gone is only a number.

    A value is null where it says what somebody did whom the rule does not name, and where that can't be known.
    """
    slots = plan.slots
    quiet = {use.slot.code for rule in plan.rulebook.rules if _is_quiet(rule) for use in rule.counts}
    own = [(code, "", uses) for code, uses in state.uses.items()]
    valued = [(code, value, uses) for code, values in state.valued_uses.items() for value, uses in values.items()]
    counts = [(code, period, value, uses) for code, value, uses in own + valued for period in periods_of(uses)]
    for code, period, value, uses in sorted(counts):
        times, points = used_at(uses, period)
        slot = slots.get(code)
        kind = None if slot is None else KINDS[SLOT_KINDS[slot.per.kind]]
        yield {
            "limit": names.get(code, str(code)),
            "period": str(period) if kind is None else period_name(kind, period),
            "value": value if value and slot is not None and code not in quiet else None,
            "times": times,
            "points": points,
        }


def lots_in_words(state: MemberState, names: Mapping[int, str]) -> Iterator[Record]:
    """What is left of currencies that run out, by the month in which it was earned."""
    for currency in sorted(state.lots):
        for lot in lots_of(state, currency):
            yield {
                "currency": names.get(currency, str(currency)),
                "earned_in": month_name(lot.month),
                "amount": lot.amount,
                "announced_last_day": day_of(lot.last_day) if lot.last_day else None,
            }


def recognised_in_words(state: MemberState, names: Mapping[int, str]) -> Iterator[Record]:
    """The years that were named, and what was asked and answered."""
    for recognition, years in sorted(state.anniversaries.items()):
        yield {"recognition": names.get(recognition, str(recognition)), "years": years}
    for asked in all_asked(state):
        yield {"asked_at_position": asked.position, "number": asked.asks, "answer": ANSWERS[asked.answer]}


def streaks_in_words(state: MemberState, names: Mapping[int, str]) -> Iterator[Record]:
    """Of each streak the acts by the first day of their period, and what is known of the time before."""
    for streak in sorted({*state.streaks, *state.runs}):
        base = state.runs.get(streak)
        yield {
            "streak": names.get(streak, str(streak)),
            "acts_by_period": {day_of(first): acts for first, acts in acts_of(state, streak)},
            "longest_before": None if base is None else base[BEST],
            "before_means_until": None if base is None else day_of(base[THROUGH]),
        }


def marks_in_words(state: MemberState, names: Mapping[int, str], plan: Plan) -> Iterator[Record]:
    """What was paid for once. Values are null as those of limits are; `once_per = ["subject"]` has somebody's id."""
    telling = {rule.code for rule in plan.rulebook.rules if not _is_quiet(rule)}
    marks = [(rule, values, day) for rule, of_rule in state.once.items() for values, day in of_rule.items()]
    for rule, values, day in sorted(marks):
        yield {
            "rule": CARRIED_OVER if rule == CARRIED else names.get(rule, str(rule)),
            "values": values if rule in telling else None,
            "forgotten_on": day_of(day) if day else None,
        }


def challenges_in_words(state: MemberState, names: Mapping[int, str]) -> Iterator[Record]:
    """What was brought to each challenge, and the receipt of its reward; kept for some weeks after it."""
    for goal, (brought, standing) in sorted(state.challenges.items()):
        code, unit = challenge_and_unit(goal)
        yield {
            "challenge": names.get(code, str(code)),
            "unit": unit or None,
            "brought": brought,
            "listed_for_the_reward": standing == LISTED,
            "rewarded_by": standing if standing > LISTED else None,
        }


def _is_quiet(rule: Rule) -> bool:
    """Whether a rule pays others than whoever acts, and does not say who that was."""
    return rule.pays.who != "subject" and not rule.pays.says_who


def entry_in_words(entry: AnyEntry, member: str, texts: Mapping[str, TextRecord]) -> Record | None:
    """What the log holds of the entry that concerns the member, texts in place of their keys."""
    match entry:
        case Act():
            data = {name: text_of(texts, value) if value in texts else value for name, value in _hashable(entry.data)}
            return {"type": type_of(entry), "source": entry.source, "subject": entry.subject, "data": data}
        case Thanked():
            direction = "given" if entry.giver == member else "received"
            return {"type": type_of(entry), "direction": direction, "text": text_of(texts, entry.text)}
        case Awarded():
            given: Record = {"points": entry.points, "currency": entry.currency, "badge": entry.badge}
            return {"type": type_of(entry), **given, "reason": text_of(texts, entry.reason)}
        case Corrected():
            return {"type": type_of(entry), "amount": entry.amount, "reason": text_of(texts, entry.reason)}
        case Verdict():
            return {"type": type_of(entry), "verdict": entry.verdict, "reason": text_of(texts, entry.reason)}
        case Retracted():
            return {"type": type_of(entry), "by": entry.by, "reason": text_of(texts, entry.reason)}
        case OpeningBalance():
            return {"type": type_of(entry), "amount": entry.amount, "currency": entry.currency, "import": entry.origin}
        case ActiveSet():
            return {"type": type_of(entry), "active": entry.active}
        case MemberSet() | MembershipChanged() | Turned() | HistoryCounted() | HistoryLooked():
            return {"type": type_of(entry)}
        case RecognitionAnswered():
            return {"type": type_of(entry), "about_position": entry.position, "shown": entry.shown}
        case VisibilityChosen():
            shown: Record = {"boards": entry.boards, "wall": entry.wall, "badges": entry.badges}
            return {"type": type_of(entry), **shown}
        case _:
            return None


def others_in_words(entry: AnyEntry, member: str) -> Record:
    """Of what a colleague did who is named: what it was, and in which fields it names the member."""
    data = entry.data if isinstance(entry, Act) else {}
    names = {name: member for name, value in data.items() if member in (value if isinstance(value, list) else [value])}
    return {"type": type_of(entry), "data": names}


def _hashable(data: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    return ((name, tuple(value) if isinstance(value, list) else value) for name, value in data.items())


def text_of(texts: Mapping[str, TextRecord], key: object) -> str | None:
    found = texts.get(key) if isinstance(key, str) else None
    return None if found is None else found.text


def notices_in_words(row: NoticeRow, told: int | None) -> Record:
    """What they chose to be told by mail, and the week of the last one."""
    return {
        "email": row.email,
        "quiet_from_hour": row.quiet_from,
        "quiet_to_hour": row.quiet_to,
        "told_up_to_week_of": None if told is None else day_of(told),
    }


def moment_of(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day_of(day: int) -> str:
    return (EPOCH + timedelta(days=day)).isoformat()
