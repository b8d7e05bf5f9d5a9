"""How moments, periods, amounts and titles are said, under one rulebook and in one language. Pure."""

from datetime import datetime, timedelta

from engine.core.lines.ledger import BY_HAND
from engine.core.periods import PeriodKind, local_day, period_bounds_days, period_bounds_ms
from engine.core.plan import Plan
from engine.core.receipts.words import (
    IN_MONTHS_FI,
    MONTHS_EN,
    NAMES_OF_MONTHS_EN,
    PER,
    PHRASES,
    POINT,
    WEEKDAYS,
    Language,
    Phrase,
)
from engine.core.rules import Slot, Text

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - what a clock on the wall shows; it only goes into words


class Speech:
    """See the module."""

    def __init__(self, plan: Plan, language: Language) -> None:
        self.plan, self.language = plan, language
        self.zone = plan.rulebook.zone
        self.rules = {rule.code: rule for rule in plan.rulebook.rules}

    def say(self, phrase: Phrase, **facts: object) -> str:
        """A phrase with what it speaks of, as a sentence."""
        sentence = PHRASES[self.language][phrase].format(**facts)
        return sentence[:1].upper() + sentence[1:]

    def points(self, amount: int, sign: str = "") -> str:
        """So many points; `sign` is "+" where both signs are shown."""
        one, many = POINT[self.language]
        return f"{amount:{sign}d} {one if abs(amount) == 1 else many}"

    def title(self, code: int) -> str:
        """What a code of the journal is called."""
        name = self.plan.rulebook.names.get(code)
        if name is None:
            return self.say("award") if code == BY_HAND else "…"
        return name.id if name.title is None else self.text(name.title)

    def text(self, text: Text) -> str:
        """The words of a title in this language."""
        return text.said_in(self.language)

    def per(self, slot: Slot | None) -> str:
        """How often a slot begins anew: "a week"."""
        return PER[self.language][slot.per.kind].format(n=slot.per.n) if slot is not None else ""

    def moment(self, ms: int) -> str:
        """A moment in the organization's zone: "Tue 24 Nov 00:00 (Helsinki)", "ti 24.11. klo 0.00 (Helsinki)"."""
        at, city = self._local(ms), self.zone.rpartition("/")[2].replace("_", " ")
        if self.language == "fi":
            return f"{self._day(at)} klo {at.hour}.{at.minute:02} ({city})"
        return f"{self._day(at)} {at.hour:02}:{at.minute:02} ({city})"

    def clock(self, ms: int) -> str:
        """The hour and minute of a moment."""
        at = self._local(ms)
        return f"kello {at.hour}.{at.minute:02}" if self.language == "fi" else f"{at.hour}:{at.minute:02}"

    def period(self, kind: PeriodKind, period: int) -> str:
        """Which period it was: "the week of 9 Nov", "9.11. alkanut viikko"."""
        first = EPOCH + timedelta(days=period_bounds_days(kind, period)[0])
        is_english = self.language == "en"
        match kind:
            case PeriodKind.DAY:
                return self._day(first)
            case PeriodKind.WEEK:
                day = self._date(first)
                return f"the week of {day}" if is_english else f"{day} alkanut viikko"
            case PeriodKind.MONTH:
                month = NAMES_OF_MONTHS_EN[first.month - 1]
                return f"{month} {first.year}" if is_english else f"kuukausi {first.month}/{first.year}"
            case PeriodKind.QUARTER:
                quarter = period % 4 + 1
                return f"quarter {quarter} of {first.year}" if is_english else f"neljännes {quarter}/{first.year}"
            case PeriodKind.YEAR:
                return f"the year {first.year}" if is_english else f"vuosi {first.year}"
            case PeriodKind.EVER:
                return PER[self.language]["ever"]

    def day_of_year(self, day: int) -> str:
        """A day with its year: "31 Dec 2027", "31.12.2027"."""
        at = EPOCH + timedelta(days=day)
        return f"{self._date(at)}{'' if self.language == 'fi' else ' '}{at.year}"

    def in_month(self, month: int) -> str:
        """A month of a year: "January 2027", "tammikuussa 2027"."""
        name = (NAMES_OF_MONTHS_EN if self.language == "en" else IN_MONTHS_FI)[month % 12]
        return f"{name} {month // 12}"

    def day_start(self, ms: int) -> int:
        """The first moment of the day of a moment, in the organization's zone."""
        return period_bounds_ms(PeriodKind.DAY, local_day(ms, self.zone), self.zone)[0]

    def _day(self, at: datetime) -> str:
        return f"{WEEKDAYS[self.language][at.weekday()]} {self._date(at)}"

    def _date(self, at: datetime) -> str:
        return f"{at.day}.{at.month}." if self.language == "fi" else f"{at.day} {MONTHS_EN[at.month - 1]}"

    def _local(self, ms: int) -> datetime:
        """What a clock on the wall shows."""
        return EPOCH + timedelta(days=local_day(ms, self.zone), milliseconds=ms - self.day_start(ms))
