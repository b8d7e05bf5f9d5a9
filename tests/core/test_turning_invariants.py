"""What holds of a currency that runs out, whatever happens in whatever order; and a slow purse's way to the same."""

from collections import Counter
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.chain import encode_journal
from engine.core.changes import Input
from engine.core.decide import decide, judge
from engine.core.draft import Draft
from engine.core.entries import AnyEntry, Corrected, MemberFacts, MemberSet, RecognitionAnswered, Turned, decode_entry
from engine.core.evolve import evolve
from engine.core.journal import Decision
from engine.core.lines.ledger import Posted
from engine.core.lines.periods import Recognised
from engine.core.lines.turning import ExpiryAnnounced, YearsReached
from engine.core.lots import lots_of
from engine.core.needs import needs
from engine.core.periods import month_of
from engine.core.states import State
from engine.core.turning import is_due
from tests.core.builders import MONDAY, Plain, World, act, lines, moment, retraction
from tests.purse import Purse

quick = settings(max_examples=50, suppress_health_check=list(HealthCheck))
chances = st.randoms(use_true_random=False)
NOTICE = 30
MEMBERS = ("anna", "bela")
Entries = list[tuple[AnyEntry, int]]


def random_book(chance: Random) -> Plain:
    coins: Plain = {"id": "coins", "per_point": 1, "announce_days": NOTICE}
    if chance.random() < 0.8:
        coins["expires_months"] = chance.choice([3, 4, 5])
    if chance.random() < 0.5 or "expires_months" not in coins:
        coins["last_day"] = MONDAY + chance.randint(60, 300)
    return {
        "rules": [{"id": "share", "on": ["content.shared"], "points": 10}],
        "boards": [{"id": "board", "of": "points", "periods": ["month"]}],
        "recognitions": [{"id": "best", "at_end_of": "month", "board": "board", "asks_first": True}],
        "anniversaries": [{"id": "years", "years": [1, 2, 5], "asks_first": chance.random() < 0.5}],
        "currencys": [coins],
    }


def random_entries(chance: Random, *, length: int = 40) -> Entries:
    """Acts, some late and some taken back, corrections, days that come once or twice, answers; with their moments."""
    entries: Entries = []
    keys: list[tuple[str, int]] = []
    day = 0
    for number in range(length):
        day += chance.randint(0, 18)
        who = chance.choice(MEMBERS)
        match chance.choices(["act", "turn", "correct", "retract", "answer"], [5, 6, 2, 1, 1])[0]:
            case "act":
                key = f"key-{number}"
                keys.append((key, day))
                entries.append((act(who, day=max(0, day - chance.choice([0, 0, 3, 40])), key=key), day))
            case "turn":
                entries.extend([(Turned(who, MONDAY + day), day)] * chance.choice([1, 2]))
            case "correct":
                entries.append((Corrected(who, moment(day), chance.choice([-25, -8, -3, 5, 12]), "coins"), day))
            case "retract" if keys and day - keys[-1][1] < 30:
                entries.append((retraction(keys[-1][0], day=day), day))
            case _:
                answered = RecognitionAnswered(who, chance.randint(1, 40), chance.randint(1, 2), chance.random() < 0.5)
                entries.append((answered, day))
    return entries


def world_for(book: Plain) -> World:
    world = World(book, members=MEMBERS)
    for number, member in enumerate(MEMBERS):
        world.post(MemberSet(member, MemberFacts(started_on=month_of(MONDAY) - 12 + number)))
    return world


def played(chance: Random, *, length: int = 40) -> World:
    world = world_for(random_book(chance))
    for entry, day in random_entries(chance, length=length):
        world.post(entry, at=max(world.clock, moment(day)))
    return world


def coins_of(world: World) -> dict[str, list[tuple[int, int, Posted | ExpiryAnnounced]]]:
    """What was posted of coins, or said of them: by member, (day, position, line) in order."""
    coins = world.code("currency", "coins")
    found: dict[str, list[tuple[int, int, Posted | ExpiryAnnounced]]] = {member: [] for member in MEMBERS}
    for logged, entry in zip(world.log, world.journal, strict=True):
        for line in entry.lines:
            if isinstance(line, Posted | ExpiryAnnounced) and line.currency == coins:
                row = (world.plan.local_day(logged.recorded), logged.position, line)
                found[entry.people[line.who].id].append(row)
    return found


@quick
@given(chances)
def test_lots_sum_up_to_the_balance_and_the_balance_to_its_postings(chance: Random) -> None:
    world = played(chance)

    coins = world.code("currency", "coins")
    for member, rows in coins_of(world).items():
        balance = world.balance(member, "coins")
        lots = lots_of(world.member(member), coins)
        assert balance == sum(line.amount for _, _, line in rows if isinstance(line, Posted))
        assert sum(lot.amount for lot in lots) == max(0, balance)
        assert all(lot.amount > 0 for lot in lots)


@quick
@given(chances)
def test_nothing_ends_unannounced_nor_more_than_is_left_nor_twice(chance: Random) -> None:
    world = played(chance)

    coins = world.code("currency", "coins")
    for rows in coins_of(world).values():
        said: dict[int, tuple[int, int]] = {}
        left = 0
        for day, _, line in rows:
            if isinstance(line, ExpiryAnnounced):
                assert line.last_day >= day + NOTICE
                said[line.month] = (day, line.last_day)
                continue
            if line.cause == coins:
                told, last_day = said.pop(month_of(line.day))
                assert told + NOTICE <= last_day < day
                assert 0 < -line.amount <= left
            left += line.amount


@quick
@given(chances)
def test_years_are_named_once_each(chance: Random) -> None:
    world = played(chance)

    named = Counter(
        (entry.people[line.who].id, line.years)
        for entry in world.journal
        for line in entry.lines
        if isinstance(line, YearsReached)
    )

    assert set(named.values()) <= {1}


@quick
@given(chances)
def test_once_judged_nothing_is_due_any_more(chance: Random) -> None:
    world = played(chance)
    day = world.plan.local_day(world.clock)

    for member in MEMBERS:
        world.post(Turned(member, day), at=world.clock)

        assert not is_due(world.plan, world.member(member), day)


@quick
@given(chances)
def test_a_purse_of_single_coins_has_the_same_left_of_each_month(chance: Random) -> None:
    world = played(chance, length=60)

    coins = world.code("currency", "coins")
    currency = world.plan.currencies[coins]
    for member in MEMBERS:
        purse = Purse(expires_months=currency.expires_months, last_day=currency.last_day, notice=NOTICE)
        for logged, entry in zip(world.log, world.journal, strict=True):
            day = world.plan.local_day(logged.recorded)
            for line in entry.lines:
                if isinstance(line, Posted) and line.currency == coins and entry.people[line.who].id == member:
                    if line.cause == coins:
                        continue  # the purse finds that out by itself
                    purse.post(line.amount, month_of(line.day), is_spent=line.cause < 0)
            if isinstance(logged.entry, Turned) and logged.entry.member == member:
                purse.turn(min(day, logged.entry.day))

        assert [(lot.month, lot.amount) for lot in lots_of(world.member(member), coins)] == sorted(purse.months())


@quick
@given(chances)
def test_replay_batches_and_the_two_ways_to_judge_agree(chance: Random) -> None:
    book, entries = random_book(chance), random_entries(chance)
    world, batched = world_for(book), world_for(book)
    for entry, day in entries:
        logged = world.append(entry, at=max(world.clock, moment(day)))
        states: dict[str, State | None] = {}
        inputs: dict[str, Input] = {}
        while missing := needs(world.plan, Draft(states, inputs), logged):
            world.read(missing, states, inputs)
        draft = Draft(states, inputs)
        decision = decide(world.plan, states, inputs, logged)
        assert judge(world.plan, draft, logged) == decision
        assert evolve(world.plan, states, (logged.position, logged.recorded), decision) == draft.states()
        world.judge(logged)
    rest = [batched.append(entry, at=max(batched.clock, moment(day))) for entry, day in entries]
    while rest:
        size = chance.randint(1, 9)
        batched.judge_batch(rest[:size])
        rest = rest[size:]
    again = World(None, members=())
    again.specs = world.specs
    for logged in world.log:
        again.log.append(logged)
        again.judge(decode_entry(logged.position, logged.recorded, logged.payload))

    for other in (batched, again):
        assert other.bytes() == world.bytes()
        assert [encode_journal(entry) for entry in other.journal] == [encode_journal(entry) for entry in world.journal]


def test_the_histories_bite() -> None:
    found = Counter[str]()
    for seed in range(100):
        world = played(Random(seed))
        decisions = [Decision(people=entry.people, lines=entry.lines) for entry in world.journal]
        coins = world.code("currency", "coins")
        met = {
            "ended": any(line.cause == coins for each in decisions for line in lines(each, Posted)),
            "told": any(lines(each, ExpiryAnnounced) for each in decisions),
            "years": any(lines(each, YearsReached) for each in decisions),
            "asked": any(line.asks for each in decisions for line in lines(each, Recognised)),
        }
        found.update(name for name, is_met in met.items() if is_met)

    assert {name: number for name, number in found.items() if number >= 50}.keys() == {
        "ended",
        "told",
        "years",
        "asked",
    }
