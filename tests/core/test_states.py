from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.buckets import amounts_of
from engine.core.days import month_bucket
from engine.core.entries import ContentFacts, ContentKnown, VisibilityChosen
from engine.core.keys import content_key, place_key, place_of_score, score_key, thing_key, unit_key
from engine.core.lines.counts import OnceUsed
from engine.core.lines.refusals import Reason
from engine.core.states import FIRST_DAY, INDEX_BLOCK, VALUES_LIMIT, ContentState, UnitState
from engine.core.stored import decode_state, encode_state
from engine.core.tracks import ONLY_KEYS, keys_of
from engine.core.uses import periods_of
from tests.core.builders import MONDAY, World, act, lines, moment, points, refusals, retraction

Plain = dict[str, Any]
Key = TypeVar("Key")
Count = TypeVar("Count")

SHARES: Plain = {"id": "shares", "on": ["content.shared"]}
WINDOWS = ("day", "week", "month", "quarter", "year", "ever", "last_30_days", "last_8_weeks")


def book(**more: object) -> Plain:
    """Shares are counted, and every window of them may be read."""
    return {"metrics": [SHARES], "windows": {"shares": WINDOWS[:3] + WINDOWS[6:]}, "days_back": 45, **more}


def test_pruning_keeps_every_window_right() -> None:
    world = World(book())
    days = [0, 1, 2, 30, 31, 59, 60, 89, 90, 91, 120, 150, 150]
    for day in days:
        world.post(act(day=day))

    got = {window: world.metric("shares", window, day=150) for window in WINDOWS}

    # 2026-06-04 is day 150; 2026-04-01 is day 86.
    assert got == {
        "day": 2,
        "week": 2,
        "month": 2,
        "quarter": 6,
        "year": 13,
        "ever": 13,
        "last_30_days": 2,
        "last_8_weeks": 3,
    }
    amounts = amounts_of(world.member().series[world.code("metric", "shares")])
    days = [bucket for bucket, _ in amounts if bucket >= FIRST_DAY]
    assert min(days) >= MONDAY + 150 - 45 - 56 - 8 - 7


def test_a_late_act_of_a_folded_day_counts_in_its_month_and_can_be_taken_back() -> None:
    world = World({"metrics": [SHARES], "windows": {"shares": ["month"]}})
    world.post(act(day=40))

    world.post(act(day=5, key="late"), at=moment(41))
    with_it = world.metric("shares", "month", day=5)
    world.post(retraction("late", day=42))

    assert (with_it, world.metric("shares", "month", day=5)) == (1, 0)


def asking(*windows: str) -> Plain:
    """Only these windows of the shares are read."""
    return {"metrics": [SHARES], "windows": {"shares": windows}}


def buckets_of(world: World) -> list[tuple[int, int]]:
    """All that is kept of a member's shares."""
    return amounts_of(world.member().series.get(world.code("metric", "shares"), []))


def test_a_metric_that_nothing_reads_by_month_keeps_years_and_every_sum_stays_right() -> None:
    world = World(asking("ever", "year"))
    for day in (0, 40, 400):
        world.post(act(day=day, key=f"of-{day}"))

    sums = [world.metric("shares", window, day=400) for window in ("ever", "year")]
    kept = buckets_of(world)
    world.post(retraction("of-400", day=401))

    assert (sums, kept) == ([3, 1], [(2026, 2), (2027, 1)])
    assert buckets_of(world) == [(2026, 2)]


def test_days_are_folded_into_years_where_nothing_reads_months() -> None:
    world = World(asking("last_30_days"))
    for day in (0, 40, 150):
        world.post(act(day=day))

    assert buckets_of(world) == [(2026, 2), (MONDAY + 150, 1)]


def test_a_rulebook_that_begins_to_ask_by_month_sees_months_from_then_on_and_takes_back_from_where_it_lies() -> None:
    world = World(asking("ever"))
    world.post(act(day=0, key="before"))
    world.publish(asking("ever", "month"), day=1)
    world.post(act(day=40, key="after"))
    kept = buckets_of(world)

    world.post(retraction("before", day=41))
    left = buckets_of(world)
    world.post(retraction("after", day=41))

    month = month_bucket(MONDAY + 40)
    assert (kept, left, buckets_of(world)) == ([(month, 1), (2026, 1)], [(month, 1)], [])


def test_a_rulebook_that_asks_by_month_no_more_folds_months_into_years_and_can_still_take_back() -> None:
    world = World(asking("ever", "month"))
    world.post(act(day=0, key="early"))
    world.post(act(day=40, key="later"))
    world.publish(asking("ever"), day=41)

    world.post(retraction("later", day=42))
    world.post(act(day=60, type="link.clicked"))
    folded = buckets_of(world)
    world.post(retraction("early", day=61))

    assert (folded, buckets_of(world)) == ([(2026, 1)], [])


def test_limits_of_periods_long_past_are_forgotten() -> None:
    rule = {
        "id": "share",
        "on": ["content.shared"],
        "points": 1,
        "limits": [{"times": 9, "per": "week"}, {"times": 9, "per": "last_7_days", "counter": "c"}],
    }
    world = World({"rules": [rule], "days_back": 45})

    for day in range(0, 200, 5):
        world.post(act(day=day))

    oldest = min(period for uses in world.member().uses.values() for period in periods_of(uses))
    assert MONDAY + 195 - 80 < oldest < MONDAY + 195 - 45


def test_at_most_so_many_distinct_values_are_kept() -> None:
    visitors = {"id": "visitors", "on": ["link.clicked"], "measure": "distinct", "of": "visitor"}
    world = World({"metrics": [visitors]})

    decisions = [world.post(act(type="link.clicked", visitor=f"visitor-{n}")) for n in range(VALUES_LIMIT + 1)]

    assert refusals(decisions[-2]) == []
    assert refusals(decisions[-1]) == [Reason.TOO_MANY_VALUES]
    assert world.metric("visitors", "ever", day=0) == VALUES_LIMIT


def test_the_index_of_positions_is_cut_into_blocks() -> None:
    world = World({}, members=["anna"])

    for _ in range(INDEX_BLOCK):
        world.post(act())

    assert world.member().entries == INDEX_BLOCK + 3
    assert keys_of(world.member().open_positions, ONLY_KEYS) == [len(world.log) - 2, len(world.log) - 1, len(world.log)]


@given(st.integers(0, 2_000), st.integers(0, 5), st.integers(0, 131_071))
def test_a_place_of_a_board_is_found_again_from_its_number(board: int, kind: int, period: int) -> None:
    place = place_key(board, kind, period)

    assert place_of_score(score_key(place)) == place


def test_a_state_that_was_stored_is_read_back_to_the_byte() -> None:
    world = World(book(rules=[{"id": "r", "on": ["content.shared"], "points": 3, "once": ["channel"]}]))
    world.post(act(key="one", content="c"))
    world.post(retraction("one"))
    world.post(act(key="two", content="c"))

    for key, encoded in world.bytes().items():
        state = decode_state(key, encoded)
        assert state == world.states[key], key


def test_a_state_that_was_put_down_and_read_back_grows_to_the_same_bytes() -> None:
    limits = [{"times": 1, "per": "day"}]
    rule = {"id": "r", "on": ["content.shared"], "points": 3, "once": ["channel"], "limits": limits}
    kept, read_back = (World(book(rules=[rule])) for _ in range(2))
    shares = [act(day=day, channel=channel) for day, channel in ((3, "x"), (1, "linkedin"), (3, "blog"), (2, "x"))]

    kept.judge_batch([kept.append(share) for share in shares])
    for share in shares:
        read_back.post(share)

    assert read_back.bytes() == kept.bytes()


@pytest.mark.parametrize("name", ["R/D", "https://example.org/a", "7/k:aa", "a|b"])
def test_contents_and_units_may_have_any_name(name: str) -> None:
    content, unit = ContentState(facts=ContentFacts(kind="article")), UnitState(sums={"1:2:3": (4, 5)})

    assert decode_state(content_key(name), encode_state(content)) == content
    assert decode_state(unit_key("teams", name), encode_state(unit)) == unit
    assert decode_state(content_key(name), None) is None
    assert decode_state(unit_key("teams", name), None) == UnitState()


def test_an_era_before_the_first_is_no_other_kind_of_state() -> None:
    assert decode_state(thing_key(-1, b"k"), None) is None


def test_what_is_known_of_a_content_holds_from_then_on() -> None:
    rule = {"id": "fresh", "on": ["content.shared"], "points": 5, "if": {"content.age_days.at_most": 30}}
    world = World({"rules": [rule]})
    before = world.post(act(content="post"))

    world.post(ContentKnown("post", ContentFacts(published=moment(-1))))

    assert points(before) == []
    assert [points(world.post(act(content="post", day=day))) for day in (0, 29, 30)] == [[5], [5], []]


def test_what_is_shown_is_what_the_member_chose_last() -> None:
    world = World({})

    world.post(VisibilityChosen("anna", boards=True, wall=False, badges=True))

    state = world.member()
    assert (state.boards_shown, state.wall_shown, state.badges_shown) == (True, False, True)


def test_a_long_value_is_kept_as_a_digest() -> None:
    rule = {"id": "r", "on": ["content.shared"], "points": 1, "once": ["content"]}
    world = World({"rules": [rule]})

    once = lines(world.post(act(content="a-content-with-a-rather-long-id")), OnceUsed)

    assert len(once[0].values) == 8
