"""What one check knows while it reads rules: the ground, the names in force, the codes and the counts they share."""

from collections.abc import Callable, Mapping
from typing import Final

from engine.core.codes import Naming
from engine.core.rulebook import POINTS, EventType, Name, NameKind
from engine.core.rules import Metric, Slot, Text
from engine.core.streak import Streak
from engine.core.windows import Window, WindowNotUnderstood, parse_window, window_name
from engine.rulebook.did_you_mean import listed, nearest, shown
from engine.rulebook.ground import Ground, unknown_event
from engine.rulebook.metric_seen import MetricSeen
from engine.rulebook.names import Readable, clock_facts, content_facts, member_facts
from engine.rulebook.report import Place, Report

ALL: Final = "*"
GROUP: Final = "@"


class Names:
    """Names as they are asked for, with their codes; each gets what `code_of` says."""

    def __init__(self, code_of: Callable[[str], int]) -> None:
        self._code_of = code_of
        self.namings: dict[str, Naming] = {}
        self.names: dict[int, Name] = {}

    def code(self, kind: NameKind, id_: str, title: Text | None = None, formerly: str | None = None) -> int:
        """The code of a name."""
        name = f"{kind}:{id_}"
        former = None if formerly is None else f"{kind}:{formerly}"
        self.namings.setdefault(name, Naming(name, former))
        code = self._code_of(name)
        self.names.setdefault(code, Name(kind=kind, id=id_, title=title))
        return code


class Scope:
    """The names that the rules of one check can use. `windows` fills as metrics are read."""

    def __init__(self, ground: Ground, report: Report, names: Names) -> None:
        self.ground, self.report, self.names = ground, report, names
        self.events: Mapping[str, EventType] = ground.seen
        self.points = MetricSeen(metric=Metric(code=names.code("metric", POINTS), id=POINTS, on=(), measure="sum"))
        self.metrics: dict[str, MetricSeen] = {}
        self.windows: dict[str, set[Window]] = {}
        self.rules: frozenset[str] = frozenset()
        self.boards: frozenset[str] = frozenset()
        self.anniversaries: frozenset[str] = frozenset()
        self.currencies: dict[str, int] = {}
        self.streaks: Mapping[str, Streak] = {}
        self._slots: dict[str, tuple[Slot, Place]] = {}
        self.member_facts: dict[str, Readable] = member_facts()
        self.content_facts: dict[str, Readable] = content_facts(ground.topic_ids)
        self.clock_facts: dict[str, Readable] = clock_facts()

    def events_of(self, on: str | list[str], place: Place) -> tuple[EventType, ...]:
        """The events that a name, a group or a list of both means; unknown ones are reported."""
        found: dict[str, None] = {}
        for name, inner in [(on, place)] if isinstance(on, str) else [(n, place.at(i)) for i, n in enumerate(on)]:
            if name.startswith(GROUP) and name[1:] in self.ground.groups:
                found.update(dict.fromkeys(self.ground.groups[name[1:]]))
            elif name in self.events:
                found[name] = None
            else:
                unknown_event(name, inner, self.ground, self.report)
        return tuple(self.events[type_] for type_ in sorted(found))

    def window(self, word: str, place: Place) -> Window | None:
        """A word for a period or window."""
        try:
            return parse_window(word)
        except WindowNotUnderstood as error:
            near = nearest(word, ["day", "week", "month", "quarter", "year", "ever", "last_30_days", "last_4_weeks"])
            too_long = error.cure if error.cure and not error.cure.startswith("Did you mean") else ""
            self.report.wrong(
                place,
                "unknown-period",
                f"{shown(word)} is not a period.",
                near="" if too_long else near,
                expected="Periods: day, week, month, quarter, year, ever, "
                "last_N_days (N up to 180), last_N_weeks (N up to 25).",
                cure=too_long,
            )
            return None

    def metric(self, id_: str, place: Place) -> "MetricSeen | None":
        """A metric by its id."""
        found = self.metrics.get(id_)
        if found is None:
            near = nearest(id_, self.metrics)
            expected = f"Metrics: {listed(self.metrics)}."
            cure = "" if near else "Define it with [[metric]]."
            self.report.wrong(
                place, "unknown-metric", f"{shown(id_)} is not a metric.", near=near, expected=expected, cure=cure
            )
        return found

    def reads(self, metric: str, window: Window) -> None:
        """Remember that a metric is read in a window."""
        self.windows.setdefault(metric, set()).add(window)

    def slot(
        self,
        owner: str,
        per: Window,
        by: str | None,
        forget_days: int | None,
        place: Place,
        formerly: str | None = None,
    ) -> Slot:
        """The count of an owner for a period and a field; the same for all that share it."""
        tail = f"/{window_name(per)}" + (f"/{by}" if by else "")
        known = self._slots.get(owner + tail)
        if known is not None:
            self._same_forget(known, forget_days, place)
            return known[0]
        code = self.names.code("slot", owner + tail, None, None if formerly is None else formerly + tail)
        slot = Slot(code=code, per=per, by=by, forget_days=forget_days)
        self._slots[owner + tail] = slot, place
        return slot

    def _same_forget(self, known: tuple[Slot, Place], forget_days: int | None, place: Place) -> None:
        slot, first = known
        if slot.forget_days != forget_days:
            where = f"{first.file.name}:{first.key.line}"
            self.report.wrong(
                place,
                "forget-differs",
                "This count is shared, but forget_after is not the same everywhere.",
                expected=f"The other place is {where}.",
                cure="Write the same forget_after in both.",
                spot=place.key,
            )
