"""What the demo posts, and the rule files as they are shipped, in the plain words of `tests.oracle`.

It knows the demo's steps and nothing of the engine: this is the second way to the same boards. Members are called by
their names. Times are shifted to the organization's clock, so that a day is a day.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import holidays

from cli.demo.people import DEPARTMENTS, Person, people
from cli.demo.rhythm import ZONE, Frame
from cli.demo.steps import Step, steps

Plain = dict[str, Any]
RULES = Path(__file__).parents[2] / "rules"
DAY_MS = 86_400_000
OPERATORS = {"at_most"}
STARTER = ("starter",)
DAYS_OFF = frozenset((day - date(1970, 1, 1)).days for day in holidays.country_holidays("FI", years=range(2020, 2035)))
"""Everybody has the organization's calendar, since no other is named. Weekends are the oracle's own."""


def book(packs: tuple[str, ...]) -> Plain:
    """The rules of these packs."""
    organization = _toml(RULES / "organization.toml")
    groups = {f"@{group['id']}": group["events"] for group in organization["group"]}
    files = [
        _toml(path) for pack in packs for path in (sorted((RULES / pack).glob("*.toml")) or [RULES / f"{pack}.toml"])
    ]

    def on(said: str) -> list[str]:
        return list(groups.get(said, [said]))

    def each(word: str) -> Iterator[Plain]:
        return (entry for file in files for entry in file.get(word, ()))

    (thanks,), (removal,) = each("thanks"), each("removal")
    boards = [
        {"id": board["id"], "of": _metric_of(board["of"]), "periods": board["periods"], "by": board["by"]}
        for board in each("leaderboard")
    ]
    streaks = [_streak(streak, on) for streak in each("streak")]
    read = {"acts", *(board["of"] for board in boards)}
    return {
        "grace_hours": int(organization["organization"]["grace"].split()[0]),
        "rules": [_rule(rule, on, file.get("defaults", {})) for file in files for rule in file.get("rule", ())],
        "metrics": [{"id": metric["id"], "on": on(metric["on"])} for metric in each("metric") if metric["id"] in read],
        "caps": [{**cap, "on": on(cap["on"])} if cap["on"] != "*" else _without(cap, "on") for cap in each("cap")],
        "thanks": {
            "allowance": thanks["allowance"],
            "pair": thanks["same_pair"],
            "mutual_days": int(thanks["mutual"]["within"].split()[0]),
            "percent": thanks["mutual"]["percent"],
            "giver": thanks["giver"],
            "receiver": thanks["receiver"],
        },
        "removal": {"on": on(removal["on"]), "days": int(removal["within"].split()[0])},
        "boards": boards,
        "streaks": streaks,
        "days_off": (0, DAYS_OFF),
        "badges": [],
        "winners": {"places": 3, "most": 10},
    }


def _streak(streak: Plain, on: Any) -> Plain:  # noqa: ANN401 - a function of the caller
    freezes = streak["freezes"]
    earn, unit = freezes["earn_every"].split()
    assert (unit.removesuffix("s"), streak["calendar"]) == (streak["every"], "member.country")
    return {
        "id": streak["id"],
        "on": on(streak["on"]),
        "every": streak["every"],
        "working": streak["days"] == "working",
        "away": streak["away"] == "pauses",
        "start": freezes["start"],
        "earn": int(earn),
        "most": freezes["most"],
        "points": streak["points"],
    }


def _toml(path: Path) -> Plain:
    return tomllib.loads(path.read_text("utf-8"))


def _without(word: Plain, name: str) -> Plain:
    return {key: value for key, value in word.items() if key != name}


def _metric_of(of: str | Plain) -> str:
    return of if isinstance(of, str) else str(of["metric"])


def _rule(rule: Plain, on: Any, defaults: Plain) -> Plain:  # noqa: ANN401 - a function of the caller
    plain: Plain = {"id": rule["id"], "on": on(rule["on"]), "points": rule["points"], "if": _lines(rule.get("if", {}))}
    if set(plain["on"]) & set(on(defaults["on"]) if defaults else ()):
        plain["if_any"] = [_lines(row) for row in defaults["if_any"]]
    if "pays" in rule:
        plain["pays"] = f"field:{rule['pays']}"
    if "once_per" in rule:
        plain["once"] = rule["once_per"]
    if "once_per_forget_after" in rule:
        plain["once_forget_days"] = int(rule["once_per_forget_after"].split()[0])
    return plain | {name: rule[name] for name in ("fade", "limits") if name in rule}


def _lines(table: Plain, before: str = "") -> Plain:
    """Condition lines by their dotted names; an operator stands behind a colon."""
    found: Plain = {}
    for name, value in table.items():
        dotted = f"{before[:-1]}:{name}" if name in OPERATORS else before + name
        found |= _lines(value, f"{dotted}.") if isinstance(value, dict) else {dotted: value}
    return found


class Posted:
    """What the door knew when something was posted: who was known, who took part, which content."""

    def __init__(self, frame: Frame) -> None:
        self._frame, self._everybody = frame, people(frame)
        self._by_alias = {person.alias: person for person in self._everybody}
        self._teams = {person.alias: person.team for person in self._everybody}
        self._joined: dict[str, datetime] = {}
        self._pauses: dict[str, list[list[datetime]]] = {}
        self._left: set[str] = set()
        self._visible: set[str] = set()
        self._contents: dict[str, Plain] = {}
        self._seen: set[tuple[str, str]] = set()
        self.left_out: Counter[str] = Counter()
        """Of how many events nobody was left, and why."""

    def events(self) -> Iterator[Plain]:
        """One after the other."""
        begin = self._frame.moment(0, 0)
        yield self._at(begin, do="publish", rules=book(STARTER))
        for person in self._everybody:
            yield self._at(begin, do="units", who=person.name, units=self._units(person))
            yield self._at(begin, do="shown", who=person.name, shown=False)
        for step in steps(self._frame):
            yield from self._step(step)

    def _step(self, step: Step) -> Iterator[Plain]:
        person = self._everybody[step.person]
        match step.kind:
            case "publish":
                yield self._at(step.at, do="publish", rules=book(step.body))
            case "change":
                self._teams[person.alias] = step.body["team"]
                yield self._at(step.at, do="units", who=person.name, units=self._units(person))
            case "content":
                self._contents[step.body["id"]] = step.body
            case "choose":
                self._choose(person, step)
                yield from self._rests(person, step)
                is_shown = person.alias in self._visible - self._left
                yield self._at(step.at, do="shown", who=person.name, shown=is_shown)
            case "award" | "correct":
                points = step.body.get("points", step.body.get("amount", 0))
                yield self._at(step.at, do="by hand", who=person.name, points=points, time=_local(step.at))
            case "retract":
                who = self._by_alias[step.body["member"]].name if "member" in step.body else None
                about = {"key": step.body["key"]} if who is None else {"content": step.body["content"], "who": who}
                yield self._at(step.at, do="retract", **about)
            case "said" if step.path == "/v1/thanks":
                yield from self._thanks(person, step)
            case "said":
                time = step.body.get("time", step.at.isoformat())
                event = {**step.body, "subject": person.alias, "time": time}
                yield from self._act(event, step.at, said_by=person.alias)
            case "events":
                for event in step.body:
                    yield from self._act(event, step.at, said_by="hub")
            case "member":
                pass

    def _choose(self, person: Person, step: Step) -> None:
        match step.body.get("change"):
            case None:
                self._visible.add(person.alias)
            case "join":
                self._joined[person.alias] = step.at
            case "pause":
                self._pauses.setdefault(person.alias, []).append([step.at])
            case "resume":
                self._pauses[person.alias][-1].append(step.at)
            case "leave":
                self._left.add(person.alias)
                self._pauses.setdefault(person.alias, []).append([step.at])
            case _:
                pass  # who is away takes part all the same

    def _rests(self, person: Person, step: Step) -> Iterator[Plain]:
        change = step.body.get("change")
        if change in {"away", "pause", "resume", "leave"}:
            said = {
                name: date.fromisoformat(step.body[f"{name}_day"]) for name in ("first", "last") if change == "away"
            }
            days = {name: (day - date(1970, 1, 1)).days for name, day in said.items()}
            yield self._at(step.at, do="choose", who=person.name, change=change, time=_local(step.at), **days)

    def _thanks(self, giver: Person, step: Step) -> Iterator[Plain]:
        to = step.body["to"]
        if self._takes_part(giver.alias, step.at):
            names = {"who": giver.name, "to": self._by_alias[to].name, "reaches": self._takes_part(to, step.at)}
            yield self._at(step.at, do="thank", **names, time=_local(step.at), at=int(step.at.timestamp() * 1_000))

    def _act(self, event: Plain, at: datetime, *, said_by: str) -> Iterator[Plain]:
        """The event as it got in: without those who did not take part, nothing where nobody is left."""
        time = datetime.fromisoformat(event["time"])
        person = self._by_alias[event["subject"]]
        if (said_by, event["id"]) in self._seen or person.known_on > (at.date() - self._frame.first_day).days:
            return
        self._seen.add((said_by, event["id"]))
        data = self._facts(event, person, time)
        who = person.name if self._takes_part(person.alias, time) else None
        if who is not None or any(name in data for name in ("proposer", "reviewers", "colleague", "partner")):
            told = {"who": who, "type": event["type"], "data": data, "time": _local(time)}
            yield self._at(at, do="act", **told, **({"key": event["key"]} if "key" in event else {}))
        else:
            self.left_out[self._why(person, time)] += 1

    def _facts(self, event: Plain, person: Person, time: datetime) -> Plain:
        data: Plain = {"labelled": False, "own_words": False, **event["data"]}
        for name in ("proposer", "colleague", "partner", "reviewers"):
            said = data.pop(name, [])
            here = [each for each in ([said] if isinstance(said, str) else said) if self._takes_part(each, time)]
            data |= {name: [self._by_alias[each].name for each in here]} if here else {}
        if "proposed_at" in data:
            data["proposed_at"] = _local(datetime.fromisoformat(data["proposed_at"]))
        if (content := self._contents.get(data.get("content", ""))) is not None:
            published = _local(datetime.fromisoformat(content["published"])) // DAY_MS
            data |= {"content.present": True, "content.evergreen": content["evergreen"]}
            data["content.age_days"] = _local(time) // DAY_MS - published
        if self._takes_part(person.alias, time):
            data["member.is_leader"] = person.is_leader
            inviter = None if person.invited_by is None else self._everybody[person.invited_by]
            if inviter is not None and self._takes_part(inviter.alias, time):
                data["member.invited_by"] = inviter.name
        return data

    def _takes_part(self, alias: str, time: datetime) -> bool:
        joined = self._joined.get(alias)
        if joined is None or time < joined:
            return False
        return not any(
            pause[0] <= time and (len(pause) == 1 or time < pause[1]) for pause in self._pauses.get(alias, ())
        )

    def joined(self) -> Counter[tuple[str, str]]:
        """How many have joined, by kind of unit and unit."""
        here = [person for person in self._everybody if person.alias in self._joined.keys() - self._left]
        return Counter(place for person in here for place in self._units(person).items())

    def _why(self, person: Person, time: datetime) -> str:
        if person.joins_on is None:
            return "never joined"
        joined = self._joined.get(person.alias)
        return "not joined yet" if joined is None or time < joined else "paused or left"

    def _units(self, person: Person) -> dict[str, str]:
        return {"teams": self._teams[person.alias], "departments": DEPARTMENTS[person.team]}

    def _at(self, recorded: datetime, **event: Any) -> Plain:  # noqa: ANN401
        return {"recorded": _local(recorded), **event}


def _local(time: datetime) -> int:
    """Milliseconds since 1970 on the organization's clock."""
    on_the_wall = time.astimezone(ZONE).replace(tzinfo=None)
    return (on_the_wall - datetime(1970, 1, 1)) // timedelta(milliseconds=1)  # noqa: DTZ001 - the wall's clock


def period_of(per: str, day: int) -> str:
    """What the API calls a period, by its first day."""
    first = date(1970, 1, 1) + timedelta(days=day)
    match per:
        case "week":
            year, week, _ = first.isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{first:%Y-%m}"
        case "quarter":
            return f"{first.year}-Q{(first.month + 2) // 3}"
        case _:
            return f"{first.year}"
