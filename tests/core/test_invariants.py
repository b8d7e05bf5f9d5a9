"""What holds for every history. The chance is hypothesis's own, so that a failing history shrinks."""

from collections import Counter
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.buckets import sum_of
from engine.core.chain import encode_journal
from engine.core.changes import Input
from engine.core.decide import decide, judge
from engine.core.draft import Draft
from engine.core.entries import Act, Logged, Verdict, VisibilityChosen, decode_entry
from engine.core.evolve import evolve
from engine.core.journal import Decision
from engine.core.lines.entries import EntryGivenBack, EntryTaken
from engine.core.lines.ledger import Held, HoldChanged, HoldNow, Posted
from engine.core.needs import needs
from engine.core.scores import is_over
from engine.core.states import GoalState, MemberState, State, UnitState
from engine.core.stored import encode_state
from tests.core.builders import Plain, World, retraction
from tests.core.histories import MEMBERS, append, bites, play, random_book, random_history, with_streaks, world_for
from tests.oracle import most_used

chances = st.randoms(use_true_random=False)
HALF = 0.5
APPROVED = HoldNow.APPROVED
quick = settings(max_examples=60, suppress_health_check=list(HealthCheck))


def played(chance: Random, **history: bool) -> tuple[Plain, World]:
    """A random rulebook and the world after a random history."""
    book = with_streaks(random_book(chance), chance)
    world = world_for(book)
    for event in random_history(chance, book, **history):
        play(world, event)
    return book, world


def changes(chance: Random) -> dict[str, bool]:
    """In some histories weeks begin on another day, or the zone changes."""
    return {"cuts": chance.random() < HALF, "zones": chance.random() < HALF}


def standing(world: World) -> list[tuple[str, int, int, Act, Posted]]:
    """What was posted and not taken back: (who, entry, day, act, posting)."""
    taken: Counter[int] = Counter()
    for entry in world.journal:
        taken.update(line.position for line in entry.lines if isinstance(line, EntryTaken))
        taken.subtract(line.position for line in entry.lines if isinstance(line, EntryGivenBack))
    paid = [
        (entry.people[line.who].id, target_of(logged), line.day, world.log[target_of(logged) - 1].entry, line)
        for entry, logged in zip(world.journal, world.log, strict=True)
        for line in entry.lines
        if isinstance(line, Posted) and line.amount > 0
    ]
    return [
        (who, number, day, act, line)
        for who, number, day, act, line in paid
        if isinstance(act, Act) and taken[number] <= 0
    ]


def target_of(logged: Logged) -> int:
    """The position whose act an entry pays for: that of a verdict is not its own."""
    return logged.entry.position if isinstance(logged.entry, Verdict) else logged.position


@quick
@given(chances)
def test_no_limit_and_no_cap_is_ever_exceeded_whatever_the_order_and_the_duplicates(chance: Random) -> None:
    book = with_streaks(random_book(chance), chance)
    world = world_for(book)
    history = random_history(chance, book)
    acts = [event for event in history if event["do"] == "act"]
    for event in [*history, *chance.sample(acts, len(acts))]:
        play(world, {**event, "recorded": world.clock + 1})

    paid = standing(world)
    for rule in book["rules"]:
        mine = [row for row in paid if row[4].cause == world.code("rule", rule["id"])]
        for limit in rule.get("limits", ()):
            for who, _, day, act, _ in mine:
                value = act.data.get(limit.get("by", ""))
                same = [row for row in mine if row[0] == who and row[3].data.get(limit.get("by", "")) == value]
                times, points = most_used([(row[2], row[4].amount) for row in same], limit["per"], day)
                assert times <= limit.get("times", times)
                assert points <= limit.get("points", points)
    for cap in book["caps"]:
        under = [
            row
            for row in paid
            if not cap.get("on") or (row[3].type in cap["on"] and row[4].cause not in world.plan.streaks)
        ]
        for who, _, day, _, _ in under:
            uses = [(row[2], row[4].amount) for row in under if row[0] == who]
            assert most_used(uses, cap["per"], day)[1] <= cap["points"]


@quick
@given(chances)
def test_nobody_is_paid_more_at_once_than_the_bound_but_for_what_waited_and_was_agreed_to_once(chance: Random) -> None:
    book, world = played(chance)
    over = book.get("approval", {"over": 10**9})["over"]

    agreed = Counter[int]()
    for entry, logged in zip(world.journal, world.log, strict=True):
        agreed.update(line.position for line in entry.lines if isinstance(line, HoldChanged) and line.now == APPROVED)
        amounts = [line.amount for line in entry.lines if isinstance(line, Posted)]
        if isinstance(logged.entry, Act):
            assert max(amounts, default=0) <= over
        elif isinstance(logged.entry, Verdict):
            waited = [line.amount for line in world.journal[logged.entry.position - 1].lines if isinstance(line, Held)]
            assert sum(amounts) <= sum(waited)
            assert min(waited, default=over + 1) > over
    assert max(agreed.values(), default=0) <= 1


@quick
@given(chances)
def test_a_balance_is_the_sum_of_its_postings(chance: Random) -> None:
    _, world = played(chance, **changes(chance))

    sums = Counter[str]()
    for entry in world.journal:
        for line in entry.lines:
            if isinstance(line, Posted):
                sums[entry.people[line.who].id] += line.amount

    assert {who: world.balance(who) for who in MEMBERS} == {who: sums[who] for who in MEMBERS}
    code = world.plan.points
    totals = {who: sum_of(world.member(who).series.get(code, [])) for who in MEMBERS}
    assert totals == {who: sums[who] for who in MEMBERS}


def numbers(world: World, now: int) -> dict[str, State]:
    """Every number of members, without the index of positions, and of units in periods that are open.

    What has expired counts for nothing, whether or not it is still there to be pruned.
    """
    found: dict[str, State] = {}
    today = world.plan.local_day(now)
    for key, state in world.states.items():
        if isinstance(state, MemberState):
            marks = {
                rule: {mark: day for mark, day in marks.items() if not day or day >= today}
                for rule, marks in state.once.items()
            }
            once = {rule: kept for rule, kept in marks.items() if kept}
            found[key] = msgspec.structs.replace(state, entries=0, open_positions=[], once=once)
        elif isinstance(state, UnitState):
            open_from = world.organization().open_from
            sums = {place: sums for place, sums in state.sums.items() if not is_over(place, open_from)}
            found[key] = UnitState(sums=sums)
        elif isinstance(state, GoalState) and (state.sum or state.listed):
            found[key] = msgspec.structs.replace(state, shelf=0)
    return {key: state for key, state in found.items() if not isinstance(state, UnitState) or state.sums}


@quick
@given(chances)
def test_taking_back_the_newest_event_restores_every_number(chance: Random) -> None:
    book, world = played(chance)
    now = world.clock + 1
    for member in MEMBERS:  # what is due to be pruned is pruned before
        world.post(VisibilityChosen(member, boards=True, wall=True, badges=True))
    before = numbers(world, now)

    event = next(event for event in random_history(chance, book, length=50) if event["do"] == "act")
    play(world, {**event, "key": "the-newest", "recorded": now, "time": min(event["time"], now)})
    world.post(retraction("the-newest"), at=now)

    assert numbers(world, now) == before


def logged_history(chance: Random) -> tuple[Plain, list[Plain]]:
    """A random rulebook and history."""
    book = with_streaks(random_book(chance), chance)
    return book, random_history(chance, book, **changes(chance))


@quick
@given(chances)
def test_where_batches_are_cut_makes_no_difference(chance: Random) -> None:
    book, history = logged_history(chance)
    single, batched = world_for(book), world_for(book)
    decisions = [play(single, event) for event in history]
    entries = [append(batched, event) for event in history]

    got: list[Decision] = []
    while entries:
        size = chance.randint(1, 8)
        batch, entries = entries[:size], entries[size:]
        got.extend(batched.judge_batch(batch))

    assert got == decisions
    assert batched.bytes() == single.bytes()
    assert batched.journal == single.journal


@quick
@given(chances)
def test_replaying_the_log_gives_the_same_bytes(chance: Random) -> None:
    _, world = played(chance, **changes(chance))

    again = World(None, members=())
    again.specs = world.specs
    for logged in world.log:
        again.log.append(logged)
        again.judge(decode_entry(logged.position, logged.recorded, logged.payload))

    assert again.bytes() == world.bytes()
    assert [encode_journal(entry) for entry in again.journal] == [encode_journal(entry) for entry in world.journal]


@quick
@given(chances)
def test_deciding_and_evolving_is_judging(chance: Random) -> None:
    book, history = logged_history(chance)
    world = world_for(book)
    for event in history:
        logged = append(world, event)
        states: dict[str, State | None] = {}
        inputs: dict[str, Input] = {}
        while missing := needs(world.plan, Draft(states, inputs), logged):
            world.read(missing, states, inputs)
        draft = Draft(states, inputs)
        handed_in = {key: state and encode_state(state) for key, state in states.items()}

        decision = decide(world.plan, states, inputs, logged)

        assert judge(world.plan, draft, logged) == decision
        assert evolve(world.plan, states, (logged.position, logged.recorded), decision) == draft.states()
        assert {key: state and encode_state(state) for key, state in states.items()} == handed_in
        world.judge(logged)


MET = {
    "limit": 200,
    "fade": 200,
    "taken": 100,
    "late": 100,
    "change": 50,
    "boost": 100,
    "held": 100,
    "agreed": 50,
    "reward": 100,
    "withdrawn": 50,
}
MET |= {"streak": 500, "streak undone": 40}
"""Of 1,000 histories at least so many meet each of the hard things."""


def met(seeds: range) -> Counter[str]:
    """How many histories meet each of the hard things."""
    found = Counter[str]()
    for seed in seeds:
        chance = Random(seed)
        book = with_streaks(random_book(chance), chance)
        world = world_for(book)
        hard: set[str] = set()
        for event in random_history(chance, book):
            hard |= bites(play(world, event))
            hard |= {"change"} if event["do"] == "team" else set()
        found.update(hard)
    return found


def test_the_histories_bite() -> None:
    found = met(range(1_000))

    assert {name: found[name] for name, least in MET.items() if found[name] < least} == {}


@pytest.mark.soak
@settings(quick, max_examples=3_000)
@given(chances)
def test_long_histories_replay_and_cut_the_same(chance: Random) -> None:
    book = with_streaks(random_book(chance), chance)
    single, batched = world_for(book), world_for(book)
    history = random_history(chance, book, length=150)
    for event in history:
        play(single, event)
    entries: list[Logged] = [append(batched, event) for event in history]
    while entries:
        batched.judge_batch(entries[:7])
        entries = entries[7:]

    assert batched.bytes() == single.bytes()
