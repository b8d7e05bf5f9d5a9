"""Random rulebooks and histories in plain form, from a given source of chance; the oracle reads the same."""

import copy
from random import Random
from typing import Any

from engine.core.entries import ChallengesSettled, MemberFacts, MemberSet, MembershipChanged, Retracted
from engine.core.journal import Decision
from engine.core.lines.badges import BadgeWithdrawn
from engine.core.lines.challenges import REWARDED, ChallengeStood
from engine.core.lines.counts import Used
from engine.core.lines.entries import RulebookSet
from engine.core.lines.ledger import Boosted, Held, HoldChanged, HoldNow, Posted
from engine.core.lines.refusals import Reason, Refused
from engine.core.lines.streaks import StreakWentOn
from tests.core.builders import MONDAY, World, act, moment, retraction, verdict

Plain = dict[str, Any]

MEMBERS = ("anna", "bela", "cleo")
HIDDEN = "cleo"
CHANNELS = ("linkedin", "x", "blog")
DAYS = 24
ZONES = {"UTC": 0, "Etc/GMT-14": 14, "Etc/GMT+12": -12, "Etc/GMT-2": 2}
"""Zones, and how many hours their clocks are ahead of UTC."""
MOST_OWED = 4
"""Two teams, everyone and members by themselves: so many entries settle what any challenge owes."""

BEFORE = 1 + 3 * len(MEMBERS)
"""So many entries come before the first event of a history."""
LIMITED = {Reason.LIMIT_TIMES, Reason.LIMIT_POINTS, Reason.CAP}


def random_book(chance: Random) -> Plain:
    """A rulebook in which bounds are narrow enough to be met."""
    shared = {"counter": "shares"} if chance.random() < 0.7 else {}
    own: Plain = {"id": "own", "on": ["content.shared"], "if": {"own_words": True}, "points": chance.choice([5, 7, 10])}
    own["fade"] = {"per": chance.choice(["week", "last_7_days", "month"]), "percent": _percents(chance), **shared}
    own["limits"] = [{**_limit(chance), **shared} for _ in range(chance.randint(0, 2))]
    copied = {"id": "copied", "on": ["content.shared"], "if": {"own_words": False}, "points": 2}
    copied["limits"] = [{"times": 2, "per": "week", **shared}]
    plan: Plain = {"id": "plan", "on": ["planning.joined"], "points": 4, "limits": [_limit(chance)]}
    click: Plain = {"id": "click", "on": ["link.clicked"], "points": 1, "once": ["content", "visitor"]}
    if chance.random() < 0.5:
        click["once_forget_days"] = chance.choice([3, 9])
    ok = {"id": "ok", "on": ["content.approved"], "pays": "field:proposer", "points": 6}
    ok["limits"] = [{"times": 2, "per": chance.choice(["week", "last_2_weeks"])}]
    more: Plain = {"approval": {"over": chance.choice([3, 5, 8]), "within_days": chance.choice([2, 9])}}
    return {
        **(more if chance.random() < 0.4 else {}),
        "boosts": [_boost(chance, id_) for id_ in ("more", "most")[: chance.randint(0, 2)]],
        "grace_hours": chance.choice([0, 24]),
        "rules": [_distinct(rule) for rule in (own, copied, plan, click, ok)],
        "caps": [
            {"id": "all", "points": chance.choice([15, 25]), "per": chance.choice(["day", "week", "last_7_days"])},
            {"id": "some", "points": 12, "per": "week", "on": ["content.shared", "link.clicked"]},
        ][: chance.randint(0, 2)],
        "metrics": [
            {"id": "shares", "on": ["content.shared"]},
            {"id": "channels", "on": ["content.shared"], "measure": "distinct", "of": "channel"},
            {"id": "topics", "on": ["content.shared", "planning.joined"], "measure": "each", "of": "topics"},
        ],
        "badges": [
            {"id": "often", "metric": "shares", "per": "ever", "tiers": [2, 4]},
            {"id": "weekly", "metric": "shares", "per": "week", "tiers": [2], "repeats": "week"},
            {"id": "voices", "metric": "channels", "per": "last_2_weeks", "tiers": [2, 3]},
            {"id": "expert", "metric": "topics", "per": "month", "tiers": [2], "each": True},
            {"id": "rich", "metric": "points", "per": "week", "tiers": [12, 20]},
            {"id": "together"},
            {"id": "alone"},
        ],
        "challenges": [
            {"id": "team", "for": "team", "of": "shares", "reward": {"badge": "together"}, **_span(chance)},
            {
                "id": "all",
                "for": "everyone",
                "of": "points",
                "reward": {"points": 3, "own_share": 5},
                **_span(chance, 4),
            },
            {"id": "own", "for": "member", "of": "shares", "reward": {"badge": "alone"}, **_span(chance)},
        ],
        "boards": [
            {"id": "board", "of": "points", "periods": ["week", "ever"]},
            {"id": "shares", "of": "shares", "periods": ["day", "week", "month"]},
        ],
        "recognitions": [{"id": "best", "at_end_of": "week", "board": "board", "places": 2, "most": 2}],
        "winners": {"places": 2, "most": 2},
    }


def _span(chance: Random, times: int = 1) -> Plain:
    """When a challenge is, and its goal."""
    first = MONDAY + chance.randint(0, 8)
    return {"first_day": first, "last_day": first + chance.randint(4, 20), "goal": times * chance.randint(2, 4)}


def _boost(chance: Random, id_: str) -> Plain:
    first_day = MONDAY + chance.randint(0, DAYS)
    days = {"first_day": first_day, "last_day": first_day + chance.randint(0, 9)}
    on = chance.choice([["content.shared"], ["content.shared", "planning.joined", "content.approved"]])
    boost: Plain = {"id": id_, "on": on, "percent": chance.choice([101, 150, 250]), **days}
    return boost | ({"if": {"own_words": True}} if len(on) == 1 and chance.random() < 0.5 else {})


def with_streaks(book: Plain, chance: Random) -> Plain:
    """The same with streaks of days and weeks beside its rules, and a calendar."""
    daily = {"id": "daily", "on": ["content.shared", "planning.joined"], "every": "day", "points": 2, "away": True}
    weekly = {"id": "weekly", "on": ["content.shared"], "every": "week", "points": 3, "working": True, "away": True}
    for streak in (daily, weekly):
        streak.update(start=chance.randint(0, 1), most=chance.randint(1, 2), earn=chance.choice([0, 1, 3]))
    days_off = MONDAY, [chance.randrange(0, DAYS) for _ in range(3)]
    row = {"id": "row", "streak": "daily", "tiers": (2, 3)}
    return {**book, "streaks": [daily, weekly], "days_off": days_off, "badges": [*book["badges"], row]}


def _percents(chance: Random) -> list[int]:
    return chance.choice([[100, 50, 25, 0], [100, 100, 50], [75, 25], [100, 30]])


def _limit(chance: Random) -> Plain:
    limit: Plain = {"per": chance.choice(["day", "week", "month", "ever", "last_3_days", "last_2_weeks"])}
    limit.update(chance.choice([{"times": 1}, {"times": 3}, {"points": 9}, {"points": 14}]))
    if chance.random() < 0.3:
        limit["by"] = "channel"
    return limit


def _distinct(rule: Plain) -> Plain:
    """Limits of one slot say one thing: the same counter, period and value twice would be one count."""
    seen = {(limit["per"], limit.get("by")): limit for limit in rule.get("limits", ())}
    return {**rule, "limits": list(seen.values())}


def random_history(
    chance: Random, book: Plain, *, length: int = 22, cuts: bool = False, zones: bool = False
) -> list[Plain]:
    """Events in the order of the log; some late, some told twice, some taken back.

    With `cuts` some rulebooks begin weeks on another day, with `zones` in another zone.
    """
    events: list[Plain] = []
    keys: list[str] = []
    acts: list[int] = []
    now = moment(0, 1)
    for number in range(length):
        now += chance.randint(0, 2 * DAYS * 86_400_000 // length)
        moves, books = (6, 10) if cuts or zones else (2, 1.5)
        kinds = {
            "act": 80.0,
            "again": 4,
            "key": 10,
            "about": 3,
            "team": moves,
            "publish": books,
            "decide": 12,
            "settle": 12,
        }
        if "streaks" in book:
            kinds["away"] = 6
        kind = chance.choices(list(kinds), list(kinds.values()))[0]
        event: Plain = {"do": "act", "recorded": now}
        if kind == "act" or not keys:
            event.update(_random_act(chance, now), key=f"key-{number}")
            keys.append(event["key"])
            acts.append(len(events) + 1)
        elif kind == "decide":
            said = chance.choice(["approve", "approve", "decline"])
            event.update(do="decide", number=chance.choice(acts[-5:]), verdict=said)
        elif kind == "again":
            event.update(_random_act(chance, now), key=chance.choice(keys))
        elif kind == "key":
            known = [*keys[-4:], f"key-{number + 1}"]
            event.update(do="retract", key=chance.choice(known))
        elif kind == "about":
            event.update(do="retract", content=chance.choice("pq"), who=chance.choice(MEMBERS))
        elif kind == "away":
            first = chance.randrange(0, DAYS)
            days = {"first": first, "last": first + chance.randint(0, 9)}
            event.update(do="away", who=chance.choice(MEMBERS), **days)
        elif kind == "team":
            event.update(do="team", who=chance.choice(MEMBERS), team=chance.choice(["red", "blue"]))
        elif kind == "settle":
            events.extend([{**event, "do": "settle", "more": True} for _ in range(MOST_OWED - 1)])
            event.update(do="settle")
        else:
            book = copy.deepcopy(book)
            for rule in book["rules"]:
                rule["points"] += 1
            if cuts:
                book["week_starts"] = chance.choice([0, 0, 2, 3, 5, 6])
            if zones:
                book["zone"] = chance.choice(list(ZONES))
            event.update(do="publish", rules=book)
        events.append(event)
    return events


def _random_act(chance: Random, now: int) -> Plain:
    type_ = chance.choices(["content.shared", "planning.joined", "link.clicked", "content.approved"], [6, 2, 2, 1])[0]
    late = chance.choice([0, 0, 0, 0, 1, 3, 9, 12]) * 86_400_000
    data: Plain = {}
    match type_:
        case "content.shared":
            data = {"channel": chance.choice(CHANNELS), "own_words": chance.random() < 0.8}
            data["topics"] = chance.sample(["ai", "hiring", "law"], chance.randint(0, 2))
        case "planning.joined":
            data = {"topics": [chance.choice(["ai", "law"])]}
        case "link.clicked":
            data = {"visitor": chance.choice("uv")}
        case _:
            data = {"proposer": chance.choice(MEMBERS)}
    if type_ != "planning.joined" and chance.random() < 0.6:
        data["content"] = chance.choice("pq")
    who = chance.choices(MEMBERS, [5, 2, 2])[0]
    return {"who": who, "type": type_, "time": max(moment(0, 0), now - late), "data": data}


def world_for(book: Plain) -> World:
    """A world in which the members of histories have joined."""
    world = World(book, members=())
    for member in MEMBERS:
        world.joins(member, shown=member != HIDDEN, team="red" if member == MEMBERS[0] else "blue")
    assert len(world.log) == BEFORE
    return world


def play(world: World, event: Plain) -> Decision:
    """Tell the world one event of a history."""
    return world.judge(append(world, event))


def append(world: World, event: Plain) -> Any:  # noqa: ANN401 - a logged entry
    """Append one event of a history to the world's log."""
    at = event["recorded"]
    match event["do"]:
        case "act":
            day = event["time"] / 86_400_000 - MONDAY
            entry = act(event["who"], day=day, hour=0, key=event["key"], **{"type": event["type"], **event["data"]})
            if event["type"] == "content.shared":
                assert entry.data == event["data"]
            return world.append(entry, at=at)
        case "retract" if "key" in event:
            return world.append(retraction(event["key"]), at=at)
        case "retract":
            return world.append(Retracted("hr", at, content=event["content"], member=event["who"]), at=at)
        case "decide":
            return world.append(verdict(BEFORE + event["number"], event["verdict"]), at=at)
        case "away":
            days = (MONDAY + event["first"], MONDAY + event["last"])
            return world.append(MembershipChanged(event["who"], "away", at, *days), at=at)
        case "team":
            return world.append(MemberSet(event["who"], MemberFacts(team=event["team"])), at=at)
        case "settle":
            return world.append(ChallengesSettled(), at=at)
        case _:
            return world.append_publication(event["rules"], at=at)


def bites(decision: Decision) -> set[str]:
    """Which of the hard things an entry met."""
    found: set[str] = {"late"} if decision.late else set()
    for line in decision.lines:
        match line:
            case Refused(reason=reason) if reason in LIMITED:
                found.add("limit")
            case Posted(held_by=slot) if slot >= 0:
                found.add("limit")
            case Posted(percent=percent, amount=amount) if percent < 100 and amount > 0:
                found.add("fade")
            case Refused(reason=Reason.FADED):
                found.add("fade")
            case Used(points=points, slots=slots) if points < 0 or any(times < 0 for _, _, times, _ in slots):
                found.add("taken")
            case ChallengeStood(standing=standing) if standing == REWARDED:
                found.add("reward")
            case BadgeWithdrawn():
                found.add("withdrawn")
            case RulebookSet():
                found.add("change")
            case Boosted():
                found.add("boost")
            case Held():
                found.add("held")
            case HoldChanged(now=HoldNow.APPROVED):
                found.add("agreed")
            case StreakWentOn(undone=undone):
                found.add("streak undone" if undone else "streak")
            case _:
                pass
    return found
