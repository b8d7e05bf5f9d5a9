"""What holds for every history whose past is counted later. The chance is hypothesis's own, as in `test_invariants`."""

from collections import Counter
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.entries import Act, AnyEntry, HistoryCounted, MemberFacts, MemberSet
from engine.core.lines.ledger import Posted
from engine.core.states import UnitState
from tests.core.builders import Plain, World, act, moment, retraction
from tests.core.pasts import entries_of_past, works
from tests.oracle import most_used

chances = st.randoms(use_true_random=False)
quick = settings(max_examples=60, suppress_health_check=list(HealthCheck))
MEMBERS = ("anna", "bela", "cleo")
DAYS = 40
HALF = 0.5
COUNTED: Plain = {"past": "count"}
WINDOWS = ("day", "week", "month", "ever")


def words(chance: Random, past: str | None) -> Plain:
    """New words without bounds, which an act brings the same whenever it is counted."""
    more = {} if past is None else {"past": past}
    spec: Plain = {
        "rules": [
            {"id": "own", "on": ["content.shared"], "if": {"own_words": True}, "points": 5, **more},
            {"id": "red", "on": ["planning.joined"], "if": {"member.team": "red"}, "points": 3, **more},
            {"id": "ok", "on": ["content.approved"], "pays": "field:proposer", "points": 2, **more},
        ],
        "metrics": [
            {"id": "shares", "on": ["content.shared"], **more},
            {"id": "reach", "on": ["content.shared"], "measure": "sum", "of": "reach", **more},
            {"id": "channels", "on": ["content.shared"], "measure": "distinct", "of": "channel", **more},
            {"id": "topics", "on": ["content.shared", "planning.joined"], "measure": "each", "of": "topics", **more},
            {"id": "weeks", "on": ["content.shared"], "measure": "distinct", "of": "week", **more},
        ],
        "badges": [
            {"id": "often", "metric": "shares", "per": "ever", "tiers": [2, 4], **more},
            {"id": "weekly", "metric": "shares", "per": "week", "tiers": [2], "repeats": "week", **more},
            {"id": "voices", "metric": "channels", "per": "last_2_weeks", "tiers": [2, 3], **more},
            {"id": "expert", "metric": "topics", "per": "month", "tiers": [2], "each": True, **more},
            {"id": "steady", "metric": "weeks", "per": "last_4_weeks", "tiers": [3], **more},
            {"id": "eager", "metric": "old", "per": "week", "tiers": [2], **more},
            {"id": "rich", "metric": "points", "per": "month", "tiers": [12], **more},
        ],
        "boards": [{"id": "shares", "of": "shares", "periods": ["ever"]}],
    }
    kept = {kind: [item for item in items if chance.random() < 0.8] for kind, items in spec.items() if kind == "rules"}
    return {**spec, **kept}


OLD: Plain = {"metrics": [{"id": "old", "on": ["content.shared", "planning.joined"]}]}
SEEN: Plain = {"windows": {"old": ["week", "month"], "points": ["week", "month"], "shares": ["week", "month"]}}


def both(spec: Plain) -> Plain:
    """The rulebook with what was there before."""
    return {**spec, **SEEN, "metrics": [*OLD["metrics"], *spec["metrics"]]}


def random_entry(chance: Random, number: int, day: float, *, latest: int = 9) -> AnyEntry:
    """An act of any kind, some of them late, or a move to another team."""
    who = chance.choice(MEMBERS)
    key, late = f"key-{number}", min(latest, chance.choice([0, 0, 0, 2, 9]))
    match chance.choices(["share", "plan", "approve", "move"], [6, 3, 2, 1])[0]:
        case "share":
            own, topics = chance.random() < HALF, chance.sample(["ai", "law"], chance.randint(0, 2))
            channel, reach = chance.choice(["linkedin", "x", "blog"]), chance.choice([None, 0, 7])
            more: Plain = {"own_words": own, "topics": topics, "channel": channel, "reach": reach}
            return act(who, day=max(0, day - late), key=key, **more)
        case "plan":
            return act(who, day=day, key=key, type="planning.joined", topics=["ai"])
        case "approve":
            return act(who, day=day, key=key, type="content.approved", proposer=chance.choice(MEMBERS))
        case _:
            return MemberSet(who, MemberFacts(team=chance.choice(["red", "blue"])))


def history(chance: Random, *, latest: int = 9) -> list[tuple[AnyEntry, float]]:
    days = sorted(chance.randint(0, DAYS) for _ in range(18))
    return [(random_entry(chance, number, day, latest=latest), day) for number, day in enumerate(days)]


def played(spec: Plain, entries: list[tuple[AnyEntry, float]]) -> World:
    world = World(both({"metrics": []}) if spec is OLD else spec, members=())
    for member in MEMBERS:
        world.joins(member, shown=True, team="red" if member == "anna" else "blue")
    for entry, day in entries:
        world.post(entry, at=moment(day, 13))
    return world


def numbers(world: World, spec: Plain) -> dict[object, object]:
    """Balances, metrics, and the units of the board."""
    found: dict[object, object] = {}
    for who in MEMBERS:
        found[who] = world.balance(who)
        for metric in spec["metrics"]:
            values = ("ai", "law") if metric.get("measure") == "each" else ("",)
            for window in WINDOWS[0 if metric["id"] in SEEN["windows"] else 3 :]:
                for day in range(0, DAYS, 3) if window != "ever" else (0,):
                    for value in values:
                        key = (who, metric["id"], window, day, value)
                        found[key] = world.metric(metric["id"], window, day=day, member=who, value=value)
    for team in ("red", "blue"):
        board = world.code("board", "shares")
        sums = world.unit(team).sums
        found[team] = {place.partition(":")[2]: sums[place] for place in sums if place.startswith(f"{board}:")}
    return found


def held(world: World) -> set[tuple[str, str, str, int]]:
    """Everybody's badges."""
    return {(who, *badge) for who in MEMBERS for badge in world.badges(who)}


@quick
@given(chances)
def test_what_is_published_late_and_counts_the_past_comes_to_the_same_as_from_the_start(chance: Random) -> None:
    in_order = chance.random() < HALF
    entries = history(chance, latest=0 if in_order else 9)
    spec = both(words(chance, chance.choice(["count", "count-and-tell"])))

    early = played(spec, entries)
    late = played(OLD, entries)
    late.publish(spec, day=DAYS + 0.6)
    for entry in entries_of_past(late):
        late.post(entry)

    assert numbers(late, spec) == numbers(early, spec)
    assert held(late) == held(early) if in_order else held(late) >= held(early)  # nobody looks back at a late act
    assert works(late) == []


@quick
@given(chances)
def test_however_often_entries_come_and_whatever_comes_between_each_act_is_counted_once(chance: Random) -> None:
    entries = history(chance)
    spec = both(words(chance, "count"))
    world = played(OLD, entries)
    world.publish(spec, day=DAYS + 0.6)
    more = [random_entry(chance, 100 + number, DAYS + 1) for number in range(6)]
    posted: list[AnyEntry] = []
    for entry in entries_of_past(world):
        world.post(entry)
        posted.append(entry)
        if more and chance.random() < HALF:
            world.post(more.pop(), at=moment(DAYS + 1))
        for again in chance.sample(posted, min(len(posted), chance.randint(0, 2))):
            world.post(again)

    since = [logged.entry for logged in world.log if logged.recorded >= moment(DAYS + 1)]
    came = [(entry, DAYS + 1) for entry in since if isinstance(entry, Act | MemberSet)]
    early = played(spec, [*entries, *came])
    assert numbers(world, spec) == numbers(early, spec)
    assert held(world) >= held(early)


@quick
@given(chances)
def test_when_every_act_is_taken_back_nothing_is_left_of_what_was_counted_afterwards(chance: Random) -> None:
    entries = history(chance)
    spec = both(words(chance, "count"))
    world = played(OLD, entries)
    world.publish(spec, day=DAYS + 0.6)
    keys = [f"key-{number}" for number in range(len(entries))]
    chance.shuffle(keys)
    for entry in entries_of_past(world):
        world.post(entry)
        if keys and chance.random() < HALF:
            world.post(retraction(keys.pop()), at=moment(DAYS + 1))
    for key in keys:
        world.post(retraction(key), at=moment(DAYS + 1))

    for who in MEMBERS:
        state = world.member(who)
        assert (state.balances, state.series, state.valued, state.scores) == ({}, {}, {}, {})
        assert world.badges(who) == []
    assert [state for state in world.states.values() if isinstance(state, UnitState) and state.sums] == []


@quick
@given(chances)
def test_the_past_judged_in_one_batch_comes_to_the_same_bytes_and_a_balance_is_the_sum_of_its_postings(
    chance: Random,
) -> None:
    entries = history(chance)
    spec = both(words(chance, "count"))
    world = played(OLD, entries)
    world.publish(spec, day=DAYS + 0.6)
    other = played(OLD, entries)
    other.publish(spec, day=DAYS + 0.6)
    for entry in entries_of_past(world):
        world.post(entry)
    batch = [other.append(logged.entry, at=logged.recorded) for logged in world.log[len(other.log) :]]

    other.judge_batch(batch)

    assert other.bytes() == world.bytes()
    assert [entry.lines for entry in other.journal] == [entry.lines for entry in world.journal]
    sums = Counter[str]()
    for judged in world.journal:
        for line in judged.lines:
            if isinstance(line, Posted):
                sums[judged.people[line.who].id] += line.amount
    assert {who: world.balance(who) for who in MEMBERS} == {who: sums[who] for who in MEMBERS}
    counted = [logged.entry.position for logged in world.log if isinstance(logged.entry, HistoryCounted)]
    assert len(counted) == len(set(counted))


@quick
@given(chances)
def test_no_limit_and_no_cap_is_exceeded_by_what_is_counted_afterwards(chance: Random) -> None:
    per = any_period(chance)
    limited = {"id": "own", "on": ["content.shared"], "points": 5, "limits": [{"times": 2, "per": per}], **COUNTED}
    shared = {"id": "too", "on": ["content.shared"], "points": 3, "limits": [{"points": 7, "per": "week"}], **COUNTED}
    cap: Plain = {"id": "all", "points": 12, "per": "week"}
    old: Plain = {"rules": [{"id": "was", "on": ["content.shared"], "points": 2}], "caps": [cap]}
    world = played(old, history(chance))
    world.publish({**old, "rules": [*old["rules"], limited, shared]}, day=DAYS + 0.6)
    for number, entry in enumerate(entries_of_past(world)):
        world.post(entry)
        if chance.random() < HALF:
            world.post(act(chance.choice(MEMBERS), day=chance.randint(DAYS - 9, DAYS), key=f"new-{number}"))

    paid = [
        (judged.people[line.who].id, line.cause, line.day, line.amount)
        for judged in world.journal
        for line in judged.lines
        if isinstance(line, Posted)
    ]
    for who, cause, day, _ in paid:
        mine = [(at, amount) for whose, of, at, amount in paid if (whose, of) == (who, cause)]
        all_of_mine = [(at, amount) for whose, _, at, amount in paid if whose == who]
        assert most_used(all_of_mine, "week", day)[1] <= cap["points"]
        if cause == world.code("rule", "own"):
            assert most_used(mine, per, day)[0] <= 2
        if cause == world.code("rule", "too"):
            assert most_used(mine, "week", day)[1] <= 7


def any_period(chance: Random) -> str:
    """A period of any kind."""
    return chance.choice(["day", "week", "month", "ever", "last_3_days", "last_2_weeks"])
