"""A receipt: one journal entry put into words for one person. Pure; nothing of it is stored."""

from datetime import datetime, timedelta

import msgspec

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
from engine.core.journal import (
    BadgeGranted,
    BadgeWithdrawn,
    JournalEntry,
    LevelChanged,
    Posted,
    Reason,
    Recognised,
    Refused,
)
from engine.core.periods import PeriodKind, local_day, next_period, period_bounds_ms, period_name
from engine.core.plan import Plan
from engine.core.receipts.titles import badge_title
from engine.core.receipts.words import MONTHS_EN, PER, PHRASES, POINT, WEEKDAYS, Language, Phrase, times_in_words
from engine.core.rulebook import Limit, Slot, Text

FULL = 100

PERIOD_CLOSED = "sulka.closed"
"""The type of a receipt that only says what a period brought when it closed."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What one entry meant for one person. `time` and `recorded` are milliseconds in UTC.

    `words` are what a person wrote: a reason, a thanks. They are kept apart and added by who may read them.
    """

    position: int
    recorded: int
    time: int
    type: str
    title: str
    points: int
    sentences: tuple[str, ...]
    late: bool
    words: str | None = None


class Earlier(msgspec.Struct, frozen=True):
    """The act that used a limit's room: which slot and period, and when it was."""

    slot: int
    period: int
    time: int


class Speaker:
    """Puts one entry into words under the rulebook by which it was judged."""

    def __init__(self, plan: Plan, language: Language) -> None:
        self.plan, self.language = plan, language
        self.zone = plan.rulebook.zone

    def receipt(
        self,
        member: str,
        position: int,
        recorded: int,
        entry: AnyEntry | None,
        journal: JournalEntry,
        earlier: tuple[Earlier, ...] = (),
    ) -> Receipt:
        """The receipt of this member; lines about other people are not in it.

        `entry` is None where the act is no longer shown; `earlier` are this member's acts that used up limits. An
        entry of somebody else's, before which a period closed, is not told: only what the period brought.
        """
        is_theirs = concerns(member, entry, journal)
        mine = {who for who, person in enumerate(journal.people) if person.id == member}
        sentences: list[str] = []
        points = 0
        for line in journal.lines:
            match line:
                case Posted() if line.who in mine:
                    points += line.amount if line.currency == self.plan.points else 0
                    sentences.append(self._posted(line, entry))
                case Refused() if line.who in mine:
                    sentences.extend(self._not_paid(line, entry, earlier))
                case BadgeGranted() if line.who in mine:
                    sentences.append(self._say("badge", title=self.badge_title(line)))
                case BadgeWithdrawn() if line.who in mine:
                    sentences.append(self._say("badge_gone", title=self.badge_title(line)))
                case LevelChanged() if line.who in mine and line.up:
                    sentences.append(self._say("level", title=self._title(line.level)))
                case Recognised() if line.who in mine:
                    sentences.append(self._recognised(line))
                case _:
                    pass
        if not sentences:
            sentences.append(self._say("kept" if isinstance(entry, _KEPT) else "noted"))
        if journal.late and is_theirs:
            sentences.append(self._say("late"))
        if isinstance(entry, Act) and is_theirs:
            said: Phrase = "said_by_member" if entry.said_by_member else "said_by_tool"
            sentences.append(self._say(said, source=entry.source))
        return Receipt(
            position=position,
            recorded=recorded,
            time=_time_of(entry, recorded) if is_theirs else recorded,
            type=type_of(entry) if is_theirs else PERIOD_CLOSED,
            title=self._entry_title(entry) if is_theirs else self._say("period_closed"),
            points=points,
            sentences=tuple(dict.fromkeys(sentences)),
            late=journal.late,
        )

    def moment(self, ms: int) -> str:
        """A moment in the organization's zone: "Tue 24 Nov 00:00 (Helsinki)", "ti 24.11. klo 0.00 (Helsinki)"."""
        at = self._local(ms)
        day, city = WEEKDAYS[self.language][at.weekday()], self.zone.rpartition("/")[2].replace("_", " ")
        if self.language == "fi":
            return f"{day} {at.day}.{at.month}. klo {at.hour}.{at.minute:02} ({city})"
        return f"{day} {at.day} {MONTHS_EN[at.month - 1]} {at.hour:02}:{at.minute:02} ({city})"

    def badge_title(self, line: BadgeGranted | BadgeWithdrawn) -> str:
        """A badge with its tier, value or period."""
        badge = self.plan.badges.get(line.badge)
        if badge is None:
            return self._title(line.badge)
        return badge_title(self.plan, badge, line.value, line.step, self.language)

    def _local(self, ms: int) -> datetime:
        """What a clock on the wall shows; no zone is attached, since it only goes into words."""
        day = local_day(ms, self.zone)
        start = period_bounds_ms(PeriodKind.DAY, day, self.zone)[0]
        return datetime(1970, 1, 1) + timedelta(days=day, milliseconds=ms - start)  # noqa: DTZ001 - see above

    def _clock(self, ms: int) -> str:
        at = self._local(ms)
        return f"kello {at.hour}.{at.minute:02}" if self.language == "fi" else f"{at.hour}:{at.minute:02}"

    def _say(self, phrase: Phrase, **facts: object) -> str:
        sentence = PHRASES[self.language][phrase].format(**facts)
        return sentence[:1].upper() + sentence[1:]

    def _points(self, amount: int, sign: str = "") -> str:
        one, many = POINT[self.language]
        return f"{amount:{sign}d} {one if abs(amount) == 1 else many}"

    def _words(self, text: Text | None, fallback: str) -> str:
        return text.said_in(self.language) if text is not None else fallback

    def _title(self, code: int) -> str:
        name = self.plan.rulebook.names.get(code)
        return self._words(name.title, name.id) if name is not None else "…"

    def _posted(self, line: Posted, entry: AnyEntry | None) -> str:
        title = self._title(line.cause)
        if isinstance(entry, Awarded | Corrected):
            return self._by_hand(line, entry)
        if line.currency != self.plan.points:
            return self._say("currency", title=self._title(line.currency), amount=line.amount)
        if line.amount < 0:  # a retraction, or an event that says that something was removed
            return self._say("taken_back", title=title, points=self._points(line.amount))
        if isinstance(entry, Retracted):
            return self._say("given_back", title=title, points=self._points(line.amount))
        facts = {
            "title": title,
            "points": self._points(line.amount),
            "base_points": self._points(line.base),
            "amount": line.amount,
            "base": line.base,
            "percent": line.percent,
        }
        if line.held_by >= 0:
            return self._say("paid_room", **facts)
        return self._say("paid" if line.percent == FULL else "paid_percent", **facts)

    def _by_hand(self, line: Posted, entry: Awarded | Corrected) -> str:
        phrase: Phrase = "by_hand" if isinstance(entry, Awarded) else "corrected"
        if line.currency != self.plan.points:
            return self._say("currency", title=self._title(line.currency), amount=f"{line.amount:+d}")
        return self._say(phrase, points=self._points(line.amount, sign="+"))

    def _not_paid(self, line: Refused, entry: AnyEntry | None, earlier: tuple[Earlier, ...]) -> list[str]:
        phrase = _PHRASE_OF[line.reason]
        slot = self.plan.slots.get(line.slot)
        limit = self._limit(line)
        sentence = self._say(
            phrase,
            title=self._title(line.cause),
            times=times_in_words(limit.times or 0, self.language) if limit is not None else "",
            counts="counts" if limit is not None and limit.times == 1 else "count",
            points=self._points(self._most_points(line, limit)),
            per=self._per(slot),
            value=_value(slot, entry),
            earlier=self._earlier(line, limit, entry, earlier),
        )
        if line.reason not in _HELD_BY_A_PERIOD or slot is None:
            return [sentence]
        said = [sentence, self._say("nothing_wrong")]
        if slot.per.kind not in {"ever", "last_days", "last_weeks"}:
            kind = PeriodKind(slot.per.kind)
            start = period_bounds_ms(kind, next_period(kind, line.period), self.zone)[0]
            said.append(self._say("next_from", moment=self.moment(start)))
        return said

    def _limit(self, line: Refused) -> Limit | None:
        limits = [limit for rule in self.plan.rulebook.rules if rule.code == line.cause for limit in rule.limits]
        thanks = self.plan.rulebook.thanks
        if thanks is not None:
            limits.extend(limit for limit in (thanks.allowance, thanks.same_pair) if limit is not None)
        return next((limit for limit in limits if limit.use.slot.code == line.slot), None)

    def _most_points(self, line: Refused, limit: Limit | None) -> int:
        if limit is not None and limit.points is not None:
            return limit.points
        return next((cap.points for cap in self.plan.rulebook.caps if cap.slot.code == line.slot), 0)

    def _per(self, slot: Slot | None) -> str:
        return PER[self.language][slot.per.kind].format(n=slot.per.n) if slot is not None else ""

    def _earlier(self, line: Refused, limit: Limit | None, entry: AnyEntry | None, earlier: tuple[Earlier, ...]) -> str:
        """Which act used the room: by its hour on the same day, else with its day; of several the latest."""
        found = next((act for act in earlier if (act.slot, act.period) == (line.slot, line.period)), None)
        if found is None:
            return ""
        is_same_day = isinstance(entry, Act) and local_day(entry.time, self.zone) == local_day(found.time, self.zone)
        moment = self._clock(found.time) if is_same_day else self.moment(found.time)
        is_only = limit is not None and limit.times == 1
        return PHRASES[self.language]["earlier" if is_only else "earlier_latest"].format(moment=moment)

    def _recognised(self, line: Recognised) -> str:
        found = next((r for r in self.plan.rulebook.recognitions if r.code == line.recognition), None)
        period = period_name(found.at_end_of, line.period) if found is not None else ""
        title = found.title.said_in(self.language) if found is not None else self._title(line.recognition)
        return self._say("recognised", title=title, place=line.place, period=period)

    def _entry_title(self, entry: AnyEntry | None) -> str:
        match entry:
            case Act() if entry.type in self.plan.rulebook.events:
                return self.plan.rulebook.events[entry.type].title.said_in(self.language)
            case Thanked() if self.plan.rulebook.thanks is not None:
                return self.plan.rulebook.thanks.title.said_in(self.language)
            case MembershipChanged():
                return self._say(entry.change)
            case None:
                return self._say("act_before")
            case _:
                return self._say(_TITLE_OF.get(type(entry), "counted"))


_TITLE_OF: dict[type[AnyEntry], Phrase] = {
    Awarded: "award",
    Corrected: "correction",
    Retracted: "retraction",
    MemberSet: "facts",
    VisibilityChosen: "shown",
}

_KEPT = (MemberSet, MembershipChanged, VisibilityChosen, Retracted)
"""Entries of which nobody would expect points."""


_PHRASE_OF: dict[Reason, Phrase] = {
    Reason.LIMIT_TIMES: "limit_times",
    Reason.LIMIT_POINTS: "limit_points",
    Reason.CAP: "cap",
    Reason.FADED: "faded",
    Reason.ONCE: "once",
    Reason.TO_ONESELF: "to_oneself",
    Reason.CURRENCY_LIMIT: "currency_limit",
    Reason.FORMULA_FAULT: "formula",
    Reason.TAKEN_BACK_BEFORE: "taken_back_before",
    Reason.NOT_TAKING_PART: "not_taking_part",
    Reason.TOO_MANY_ABOUT: "too_many",
    Reason.TOO_MANY_VALUES: "too_many",
    Reason.ALLOWANCE: "allowance",
    Reason.SAME_PAIR: "same_pair",
    Reason.CONDITION: "condition",
    Reason.NOTHING_TO_TAKE_BACK: "already_counted",
    Reason.ALREADY_TAKEN_BACK: "already_counted",
    Reason.NOT_THEIRS: "already_counted",
    Reason.KEY_AGAIN: "already_counted",
    Reason.UNKNOWN_NAME: "formula",
    Reason.RETRIED_BEFORE: "already_counted",
    Reason.NOT_ASIDE: "already_counted",
    Reason.WITHOUT_POINTS: "thanked",
}

_HELD_BY_A_PERIOD = frozenset(
    {Reason.LIMIT_TIMES, Reason.LIMIT_POINTS, Reason.CAP, Reason.FADED, Reason.ALLOWANCE, Reason.SAME_PAIR}
)


def concerns(member: str, entry: AnyEntry | None, journal: JournalEntry) -> bool:
    """Whether an entry is about one of its people, and not only a period that closed before it."""
    if any(getattr(entry, name, None) == member for name in ("subject", "giver", "receiver", "member")):
        return True
    mine = {who for who, person in enumerate(journal.people) if person.id == member}
    lines = [line for line in journal.lines if getattr(line, "who", None) in mine]
    return not lines or not all(isinstance(line, Recognised) for line in lines)


def _value(slot: Slot | None, entry: AnyEntry | None) -> str:
    if slot is None or slot.by is None or not isinstance(entry, Act):
        return ""
    value = entry.data.get(slot.by)
    return f" ({value})" if isinstance(value, str) else ""


def _time_of(entry: AnyEntry | None, recorded: int) -> int:
    time = getattr(entry, "time", None)
    return time if isinstance(time, int) else recorded


def type_of(entry: AnyEntry | None) -> str:
    """What kind of entry it is: the event's type, or one of ours; "" for one that is no longer shown."""
    if isinstance(entry, Act):
        return entry.type
    return "" if entry is None else "sulka." + type(entry).__name__.lower()
