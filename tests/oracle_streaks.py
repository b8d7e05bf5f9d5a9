"""How long a streak is, the slow way: every run is tried that begins with any of its periods.

Periods are numbers in a row. `expects` says of a period whether anything is expected in it ("yes"), only an act would
count ("if active"), or not even that ("no").
"""

from collections.abc import Callable, Iterable
from typing import Any

Plain = dict[str, Any]
NEVER = 10**9
AGREED = {"agreed": NEVER}
"""Nobody has to agree to what a streak brings."""


def _run(streak: Plain, active: set[int], begins: int, ends: int, expects: Callable[[int], str]) -> tuple[int, int]:
    """The length, and the credit for freezes, of the run from one period to another; (0, -1) where it ends before."""
    earn = streak.get("earn", 0)
    cost, length, credit = earn or 1, 0, streak.get("start", 0) * (earn or 1)
    for period in range(begins, ends + 1):
        wanted = expects(period)
        if period in active and wanted != "no":
            length, credit = length + 1, min(credit + (1 if earn else 0), streak.get("most", 0) * cost)
        elif wanted == "yes" and period < ends:  # the last one may still be filled
            credit -= cost
            if credit < 0:
                return 0, -1
    return length, credit


def length_at(streak: Plain, active: Iterable[int], now: int, expects: Callable[[int], str]) -> tuple[int, int]:
    """The length of a streak in this period, and the freezes that are left."""
    periods = {period for period in active if expects(period) != "no" and period <= now}
    length, credit = max((_run(streak, periods, begins, now, expects) for begins in periods), default=(0, -1))
    at_first = min(streak.get("start", 0), streak.get("most", 0))
    return length, credit // (streak.get("earn", 0) or 1) if length else at_first


def best_until(streak: Plain, active: Iterable[int], now: int, expects: Callable[[int], str]) -> int:
    """The longest that it ever was."""
    return max((length_at(streak, active, period, expects)[0] for period in active if period <= now), default=0)


def going_on(streak: Plain, active: Iterable[int], expects: Callable[[int], str]) -> set[int]:
    """The periods with which it goes on."""
    periods = {period for period in active if expects(period) != "no"}
    return {period for period in periods if length_at(streak, periods, period, expects)[0] > 1}


class Streaks:
    """The streaks of an oracle's organization, in which everybody has its zone. Days and periods are first days."""

    def __init__(self, oracle: Any, span: Callable[..., tuple[int, int]]) -> None:  # noqa: ANN401
        self.oracle, self.span = oracle, span
        self.acts: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self.settled: dict[tuple[str, str], list[tuple[int, int]]] = {}
        """(who, streak) -> the periods with which it went on, each with the number of the event by which it did"""
        self.spans: dict[str, list[list[int]]] = {}
        self.pauses: dict[str, list[list[int]]] = {}

    def choose(self, event: Plain) -> None:
        """Somebody is away, or pauses, or comes back."""
        day = event.get("time", 0) // 86_400_000
        match event["change"]:
            case "away":
                self.spans.setdefault(event["who"], []).append([event["first"], event["last"]])
            case "pause" | "leave":
                self.pauses.setdefault(event["who"], []).append([day, NEVER])
            case _:
                for pause in self.pauses.get(event["who"], ())[-1:]:
                    pause[1] = min(pause[1], day)

    def act(self, who: str, type_: str, day: int) -> None:
        """Somebody acted."""
        for streak in self.oracle.rules.get("streaks", ()):
            if type_ in streak["on"] and who:
                period, acts = self._period(streak, day), self.acts.setdefault((who, streak["id"]), [])
                if period in {self._period(streak, first) for first, _ in acts}:
                    acts.append((period, self.oracle.number))
                    continue
                before = self._going_on(streak, who)
                acts.append((period, self.oracle.number))
                self._go_on(streak, who, before, day)
                for badge in self._badges(streak):
                    for tier, at in enumerate(badge["tiers"]):
                        if self._best(streak, who) >= at:
                            self.oracle.badges.setdefault((who, badge["id"], "", tier), day)

    def take_back(self, number: int | None) -> list[tuple[str, int]]:
        """An event is taken back; of whom points went, and the days for which they had come."""
        gone: list[tuple[str, int]] = []
        for streak in self.oracle.rules.get("streaks", ()):
            for who in sorted({who for who, id_ in self.acts if id_ == streak["id"]}):
                acts, key = self.acts[who, streak["id"]], (who, streak["id"])
                asked = {period for period, at in (*acts, *self.settled.get(key, ())) if at == number}
                best_before = self._best(streak, who)
                self.acts[key] = [act for act in acts if act[1] != number]
                goes_on = self._going_on(streak, who)
                undone = {first for first in asked if self._period(streak, first) not in goes_on}
                for first in [first for first, _ in self.settled.get(key, ()) if first in undone]:
                    self.settled[key] = [settled for settled in self.settled[key] if settled[0] != first]
                    mine = [one for one in self.oracle.kept.get(who, ()) if one.get("streak") == (streak["id"], first)]
                    gone += [(who, one["day"]) for one in mine]
                    for one in mine:
                        self._take_from_units(one, number)
                for badge in self._badges(streak):
                    for tier, at in enumerate(badge["tiers"]):
                        if self._best(streak, who) < at <= best_before:
                            self.oracle.badges.pop((who, badge["id"], "", tier), None)
        return gone

    def _take_from_units(self, one: Plain, number: int | None) -> None:
        """What another event brought goes from the units of now."""
        who, oracle = one["who"], self.oracle
        if one["number"] == number or one["units"] == oracle.units.get(who, {}):
            oracle.kept[who] = [other for other in oracle.kept[who] if other is not one]
            return
        del one["streak"]
        one["number"] = 0
        oracle._keep(who, "points", -one["points"], one["day"], type="streak")  # noqa: SLF001

    def _badges(self, streak: Plain) -> list[Plain]:
        return [badge for badge in self.oracle.rules["badges"] if badge.get("streak") == streak["id"]]

    def _go_on(self, streak: Plain, who: str, before: set[int], day: int) -> None:
        settled = self.settled.setdefault((who, streak["id"]), [])
        for period in sorted(self._going_on(streak, who) - before - {self._period(streak, at) for at, _ in settled}):
            settled.append((period, self.oracle.number))
            self.oracle._pay_in_caps(who, "streak", streak["points"], day, AGREED, streak=(streak["id"], period))  # noqa: SLF001

    def _period(self, streak: Plain, day: int) -> int:
        return self.span(streak["every"], day, self.oracle.starts)[0]

    def _ranks(self, streak: Plain, who: str) -> tuple[set[int], int, Callable[[int], str]]:
        """The periods with acts as numbers in a row, how many days each has, and what each of them expects."""
        width = {"day": 1, "week": 7}[streak["every"]]
        spans = [*self.pauses.get(who, ()), *(self.spans.get(who, ()) if streak.get("away") else ())]
        since, off = self.oracle.rules.get("days_off", (0, ()))
        shift = self._period(streak, 0)

        def expects(rank: int) -> str:
            days = range(rank * width + shift, (rank + 1) * width + shift)
            working = [
                day for day in days if not streak.get("working") or ((day + 3) % 7 < 5 and day - since not in off)
            ]
            if not working:
                return "no"
            return "if active" if all(any(a <= day <= b for a, b in spans) for day in working) else "yes"

        active = {(self._period(streak, first) - shift) // width for first, _ in self.acts.get((who, streak["id"]), ())}
        return active, width, expects

    def _going_on(self, streak: Plain, who: str) -> set[int]:
        active, width, expects = self._ranks(streak, who)
        return {rank * width + self._period(streak, 0) for rank in going_on(streak, active, expects)}

    def _best(self, streak: Plain, who: str) -> int:
        active, _, expects = self._ranks(streak, who)
        return best_until(streak, active, max(active, default=0), expects)
