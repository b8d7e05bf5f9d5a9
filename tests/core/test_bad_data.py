"""A decision never raises: entries of any content, in any order, over a rulebook that uses every word."""

import copy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.entries import (
    Act,
    ActiveSet,
    AnyEntry,
    Awarded,
    Blank,
    ChallengesSettled,
    ContentFacts,
    ContentKnown,
    Corrected,
    HistoryCounted,
    HistoryDone,
    HistoryEnded,
    HistoryLooked,
    HistoryOpened,
    MemberErased,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    OpeningBalance,
    RecognitionAnswered,
    Retracted,
    Retried,
    Thanked,
    Tick,
    Turned,
    Verdict,
    VisibilityChosen,
)
from engine.core.periods import month_of
from engine.core.stored import decode_state, encode_state
from tests.core.books import FIELDS
from tests.core.builders import MONDAY, Plain, World, moment
from tests.core.pasts import count_past, works

EVERYTHING: Plain = {
    "rules": [
        {
            "id": "share",
            "on": ["content.shared", "planning.joined"],
            "if": {"own_words.present": True, "reach.at_most": 5, "content.age_days.at_least": 0},
            "points": 7,
            "also": {"coins": 2},
            "fade": {"per": "last_3_days", "percent": [100, 30], "by": "topics"},
            "limits": [
                {"points": 9, "per": "ever", "by": "content", "forget_days": 3},
                {"times": 3, "per": "last_2_weeks"},
            ],
            "once": ["content", "topics", "subject"],
            "once_forget_days": 4,
        },
        {"id": "any", "on": ["content.shared", "thanks", "unheard.of"], "points": 3},
        {
            "id": "dated",
            "on": ["content.approved"],
            "pays": "field:reviewers",
            "points": 5,
            "limits": [{"times": 2, "per": "month", "dated": "proposed_at"}],
        },
        {"id": "invited", "on": ["content.shared"], "pays": "invited_by", "points": 1, "once": ["subject"]},
        {
            "id": "early",
            "on": ["content.shared"],
            "if": {"event.hour.at_most": 9, "metrics.reach.week": 3},
            "points": 1,
        },
    ],
    "caps": [{"id": "all", "points": 15, "per": "last_7_days"}],
    "currencys": [
        {
            "id": "coins",
            "per_point": 1,
            "limits": [{"most": 20, "per": "year"}],
            "expires_months": 1,
            "last_day": MONDAY + 90,
            "announce_days": 9,
        }
    ],
    "metrics": [
        {"id": "reach", "on": ["content.shared"], "measure": "sum", "of": "reach"},
        {"id": "topics", "on": ["content.shared"], "measure": "each", "of": "topics"},
        {"id": "channels", "on": ["content.shared", "thanks"], "measure": "distinct", "of": "channel"},
        {"id": "weeks", "on": ["content.shared"], "measure": "distinct", "of": "week"},
    ],
    "windows": {"reach": ["week"]},
    "badges": [
        {"id": "topics", "metric": "topics", "per": "week", "each": True, "tiers": [1, 2]},
        {"id": "weeks", "metric": "weeks", "per": "last_4_weeks", "tiers": [2], "if": {"member.team": "red"}},
        {"id": "voices", "metric": "channels", "per": "month", "tiers": [2], "repeats": "month"},
        {"id": "rich", "metric": "points", "per": "quarter", "tiers": [5]},
        {"id": "by-hand"},
        {"id": "together"},
        {"id": "row", "streak": "daily", "tiers": (2,)},
    ],
    "levels": [{"id": "one", "at": 5}],
    "boards": [{"id": "b", "of": "points", "periods": ["day", "week", "month", "ever"]}],
    "recognitions": [
        {
            "id": "r",
            "at_end_of": "week",
            "board": "b",
            "leave_out": {"member.is_leader": True, "metrics.reach.week": 2},
            "asks_first": True,
        }
    ],
    "thanks": {
        "giver": 2,
        "receiver": 3,
        "allowance": {"times": 2, "per": "week"},
        "same_pair": {"times": 1, "per": "last_7_days"},
        "mutual_days": 7,
        "mutual_percent": 50,
    },
    "removals": [{"on": "content.removed", "within_days": 30, "badges_stay": False}],
    "boosts": [
        {
            "id": "more",
            "on": ["content.shared"],
            "if": {"metrics.reach.week.at_most": 9, "content.kind.has_any": ("x",)},
            "first_day": MONDAY - 60,
            "last_day": MONDAY + 60,
            "percent": 333,
        },
        {"id": "on", "on": ["content.approved"], "first_day": MONDAY, "last_day": MONDAY + 9, "percent": 200},
    ],
    "approval": {"over": 2, "within_days": 30},
    "challenges": [
        {
            "id": whose,
            "for": whose,
            "of": "points" if whose == "member" else "reach",
            "first_day": MONDAY - 60,
            "last_day": MONDAY + 60,
            "goal": 2,
            "reward": {"badge": "together", "points": 5, "own_share": 2},
        }
        for whose in ("team", "everyone", "member")
    ],
    "anniversaries": [{"id": "years", "years": [1, 2], "asks_first": True}],
    "streaks": [
        {"id": "daily", "on": ["content.shared"], "every": "day", "points": 2, "away": True, "most": 1, "earn": 1},
        {"id": "weekly", "on": ["content.shared", "planning.joined"], "every": "week", "points": 2, "working": True},
    ],
    "days_back": 20,
}

members = st.sampled_from(["anna", "bela", "never-joined", "nobody knows", ""])
times = st.integers(moment(-60), moment(60)) | st.sampled_from([-(2**40), 0, 2**42])
small = st.integers(-3, 3)
keys = st.none() | st.sampled_from([b"k", b"l", b""])
contents = st.sampled_from(["p", "a/b", "", "7/k:00"])
texts = st.sampled_from(["linkedin", "x", "anna", "bela", "", "é" * 30]) | st.text(max_size=4)
values = texts | st.integers(-(2**53), 2**53) | small | st.booleans() | st.lists(texts, max_size=4)
fields = [*sorted({name for fields in FIELDS.values() for name in fields}), "receiver", "unknown"]
types = st.sampled_from([*FIELDS, "thanks", "unheard.of", ""])
months = st.none() | st.integers(month_of(MONDAY) - 13, month_of(MONDAY) + 1)
units = st.none() | st.sampled_from(["red", "R/D", ""])

codes: st.SearchStrategy[tuple[int, ...]] = st.lists(st.integers(-1, 60), max_size=30).map(tuple)

acts = st.builds(
    Act,
    types,
    times,
    texts,
    st.none() | members,
    st.dictionaries(st.sampled_from(fields), values, max_size=6).map(dict),
    keys,
)
entries: st.SearchStrategy[AnyEntry] = st.one_of(
    acts,
    acts,
    acts,
    st.builds(Thanked, members, st.none() | members, texts, times),
    st.builds(
        Retracted,
        st.sampled_from(["source", "member", "hr"]),
        times,
        keys,
        st.none() | contents,
        st.none() | members,
        st.booleans(),
        st.none(),
        st.none() | texts,
    ),
    st.builds(
        Awarded, members, times, small, st.sampled_from([None, "coins", "gems"]), st.none() | texts, texts, small
    ),
    st.builds(Awarded, members, times, small, st.none(), st.sampled_from(["by-hand", "rich"]), texts, small),
    st.builds(Corrected, members, times, small, st.sampled_from([None, "coins", "gems"])),
    st.builds(
        MemberSet,
        members,
        st.builds(MemberFacts, units, units, units, started_on=months, invited_by=st.none() | members),
        st.none() | st.lists(st.sampled_from(["team", "country", "invited_by", "member", ""])).map(tuple),
    ),
    st.builds(
        MembershipChanged,
        members,
        st.sampled_from(["join", "pause", "resume", "leave", "away"]),
        times,
        small,
        small,
    ),
    st.builds(ActiveSet, members, st.booleans(), times),
    st.builds(
        OpeningBalance, members, times, small, st.sampled_from(["old", ""]), st.sampled_from([None, "coins", "gems"])
    ),
    st.builds(VisibilityChosen, members, st.booleans(), st.booleans(), st.booleans()),
    st.builds(MemberErased, members),
    st.builds(Turned, members, st.sampled_from([-1, MONDAY, MONDAY + 40, MONDAY + 9_999])),
    st.builds(RecognitionAnswered, members, st.integers(-1, 25), small, st.booleans()),
    st.just(ChallengesSettled()),
    st.builds(ContentKnown, contents, st.builds(ContentFacts, st.none() | times, st.just(("ai",)), units)),
    st.sampled_from([Tick(), Blank(), HistoryOpened(), HistoryEnded()]),
    st.builds(Retried, st.integers(5, 20)),
    st.builds(HistoryCounted, st.integers(0, 25), st.booleans(), st.integers(-1, 30), codes),
    st.builds(HistoryLooked, st.integers(0, 25), st.booleans(), members, codes),
    st.builds(HistoryDone, st.integers(0, 25), st.booleans()),
    st.builds(
        Verdict, st.integers(-1, 25), st.sampled_from(["approve", "decline"]), times, texts, st.none() | members, texts
    ),
)
steps = st.lists(
    st.tuples(entries, st.integers(0, 40 * 24 * 3_600_000), st.sampled_from([False, False, True])), max_size=25
)
endless = settings(max_examples=150, suppress_health_check=list(HealthCheck))


def take(world: World, entry: AnyEntry, later: int, goes_aside: bool) -> None:  # noqa: FBT001 - a part of a step
    """Judge an entry some time after the last, or let it go aside."""
    if goes_aside:
        world.set_aside(entry, at=world.clock + later)
    else:
        world.post(entry, at=world.clock + later)


@endless
@given(steps)
def test_no_entry_raises_and_every_state_can_be_stored(history: list[tuple[AnyEntry, int, bool]]) -> None:
    world = World(EVERYTHING, zone="America/St_Johns")

    for step in history:
        take(world, *step)

    for key, state in world.states.items():
        assert decode_state(key, encode_state(state)) == state


@endless
@given(steps)
def test_no_entry_raises_before_the_first_rulebook(history: list[tuple[AnyEntry, int, bool]]) -> None:
    world = World(None)

    for step in history:
        take(world, *step)

    world.publish(EVERYTHING)
    world.tick(2_000)

    assert world.organization().open_from
    assert len(world.journal) == len(world.log)


@endless
@given(steps)
def test_no_entry_raises_after_the_words_it_needs_are_gone(history: list[tuple[AnyEntry, int, bool]]) -> None:
    world = World(EVERYTHING)
    for number, step in enumerate(history):
        if number == len(history) // 2:
            world.publish({"days_back": 7, "week_starts": 6})
        take(world, *step)

    assert len(world.journal) == len(world.log)


@endless
@given(steps)
def test_no_entry_raises_while_the_past_is_counted(history: list[tuple[AnyEntry, int, bool]]) -> None:
    counting = copy.deepcopy(EVERYTHING)
    for rule in counting["rules"]:
        rule.update(id=f"new-{rule['id']}", past="count")
    world = World(EVERYTHING)
    for number, step in enumerate(history):
        if number == len(history) // 2:
            world.publish(counting)
        take(world, *step)
    count_past(world)

    assert works(world) == []
    assert len(world.journal) == len(world.log)
