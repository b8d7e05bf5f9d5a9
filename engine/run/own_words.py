"""What is kept about a member, put into words that the person can read. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from engine.core.days import FIRST_MONTH, KINDS, SLOT_KINDS
from engine.core.entries import (
    Act,
    AnyEntry,
    Awarded,
    Corrected,
    MemberSet,
    MembershipChanged,
    Retracted,
    Thanked,
    VisibilityChosen,
)
from engine.core.keys import use_parts
from engine.core.periods import period_name
from engine.core.rulebook import Slot
from engine.core.states import FIRST_DAY, MemberState
from engine.run.member_fields import FACTS, month_name
from engine.store.directory import MembershipRow, TextRecord

EPOCH: Final = date(1970, 1, 1)

Record = dict[str, object]


def facts_in_words(state: MemberState) -> Record:
    facts: Record = {name: getattr(state.facts, name) for name in FACTS}
    started = state.facts.started_on
    return {**facts, "started_on": None if started is None else month_name(started)}


def choices_in_words(row: MembershipRow, state: MemberState) -> Record:
    return {
        "status": row.status or "not joined",
        "joined_at": moment_of(row.joined_at) if row.status else None,
        "pauses": [moment_of(time) for time in row.pauses],
        "away": [day_of(day) for day in state.away],
        "shown_on_boards": row.boards,
        "shown_on_the_wall": row.wall,
        "badges_shown": row.badges,
    }


def counts_in_words(state: MemberState, names: Mapping[int, str]) -> Iterator[Record]:
    """Every number that is kept: a metric's own (`value` null), and one for each value that it tells apart."""
    own = [(metric, "", buckets) for metric, buckets in state.series.items()]
    valued = [(metric, value, buckets) for metric, values in state.valued.items() for value, buckets in values.items()]
    for metric, value, buckets in sorted(own + valued, key=lambda each: each[:2]):
        counts = sorted(buckets.items())
        yield {
            "metric": names.get(metric, str(metric)),
            "value": value or None,
            "in_all": sum(buckets.values()),
            "by_day": {day_of(bucket): count for bucket, count in counts if bucket >= FIRST_DAY},
            "by_month": {month_name(bucket + FIRST_MONTH): count for bucket, count in counts if bucket < FIRST_DAY},
        }


def limits_in_words(state: MemberState, names: Mapping[int, str], slots: Mapping[int, Slot]) -> Iterator[Record]:
    """What was used of each limit; the period of a limit whose rule is gone is only a number."""
    uses = [(code, *use_parts(key), used) for code, of in state.uses.items() for key, used in of.items()]
    for code, period, value, (times, points) in sorted(uses):
        slot = slots.get(code)
        kind = None if slot is None else KINDS[SLOT_KINDS[slot.per.kind]]
        yield {
            "limit": names.get(code, str(code)),
            "period": str(period) if kind is None else period_name(kind, period),
            "value": value or None,
            "times": times,
            "points": points,
        }


def marks_in_words(state: MemberState, names: Mapping[int, str]) -> Iterator[Record]:
    for key, day in sorted(state.once.items()):
        rule, _, values = key.partition("/")
        yield {
            "rule": names.get(int(rule), rule),
            "values": values,
            "forgotten_on": day_of(day) if day else None,
        }


def entry_in_words(entry: AnyEntry, member: str, texts: Mapping[str, TextRecord]) -> Record | None:
    """What the log holds of the entry that concerns the member, texts in place of their keys."""
    match entry:
        case Act():
            data = {name: text_of(texts, value) if value in texts else value for name, value in _hashable(entry.data)}
            return {"type": entry.type, "source": entry.source, "subject": entry.subject, "data": data}
        case Thanked():
            direction = "given" if entry.giver == member else "received"
            return {"type": "sulka.thanks", "direction": direction, "text": text_of(texts, entry.text)}
        case Awarded():
            given: Record = {"points": entry.points, "currency": entry.currency, "badge": entry.badge}
            return {"type": "sulka.award", **given, "reason": text_of(texts, entry.reason)}
        case Corrected():
            return {"type": "sulka.correction", "amount": entry.amount, "reason": text_of(texts, entry.reason)}
        case Retracted():
            return {"type": "sulka.retracted", "by": entry.by, "reason": text_of(texts, entry.reason)}
        case MemberSet():
            return {"type": "sulka.member.set"}
        case MembershipChanged():
            return {"type": f"sulka.member.{entry.change}"}
        case VisibilityChosen():
            shown: Record = {"boards": entry.boards, "wall": entry.wall, "badges": entry.badges}
            return {"type": "sulka.member.visibility", **shown}
        case _:
            return None


def _hashable(data: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    return ((name, tuple(value) if isinstance(value, list) else value) for name, value in data.items())


def text_of(texts: Mapping[str, TextRecord], key: object) -> str | None:
    found = texts.get(key) if isinstance(key, str) else None
    return None if found is None else found.text


def moment_of(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day_of(day: int) -> str:
    return (EPOCH + timedelta(days=day)).isoformat()
