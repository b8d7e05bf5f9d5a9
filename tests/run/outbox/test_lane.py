"""What goes out when, over simulated days: nothing lost, nothing twice, each member's in order, nobody hammered."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.run.outbox.lane import GivenUp, Lane, Ref, enabled, replayed, switched_off
from engine.run.outbox.results import (
    DELAYS_MS,
    DISABLED_AFTER_MS,
    MOST_GIVEN_UP,
    MOST_RETRY_AFTER_MS,
    MOST_TRIES,
    SLOW_MS,
    Result,
)
from engine.run.outbox.waves import MOST_WAITING, WAVE_CHAINS, WAVE_MESSAGES
from tests.run.outbox.days import BEGIN, DAY_MS, DOWN, HOUR_MS, OK, SECOND_MS, Answers, Days

REFUSED = Result(ok=False, status=500)
MEMBERS = ("anna", "bea", "carl", "")


def messages(count: int, *, every_ms: int = 0, members: int = 3) -> list[tuple[int, Ref]]:
    """One an entry, of these members in turn."""
    return [(number * every_ms, Ref(number + 1, 0, f"m{number % members}")) for number in range(count)]


def down_until(moment: int) -> Answers:
    return lambda now, _: OK if now >= moment else DOWN


def refuses(*keys: tuple[int, int]) -> Answers:
    return lambda _, ref: REFUSED if ref.key in keys else OK


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[int, Ref]]:
    """Entries over three days, of one to four messages each."""
    found: list[tuple[int, Ref]] = []
    at = 0
    for position in range(1, draw(st.integers(1, 40)) + 1):
        at += draw(st.sampled_from([0, SECOND_MS, 600 * SECOND_MS, 4 * HOUR_MS]))
        found.extend(
            (at, Ref(position, effect, draw(st.sampled_from(MEMBERS)))) for effect in range(draw(st.integers(1, 4)))
        )
    return found


@given(history=histories(), down=st.tuples(st.integers(0, 40), st.integers(0, 24)), seed=st.integers(0, 9))
def test_a_receiver_that_is_down_for_a_day_gets_everything_once_and_each_members_in_order(
    history: list[tuple[int, Ref]], down: tuple[int, int], seed: int
) -> None:
    begins, lasts = down[0] * HOUR_MS, down[1] * HOUR_MS
    days = Days(history, lambda now, _: DOWN if begins <= now < begins + lasts else OK, seed=seed)

    days.run(20 * DAY_MS)

    assert sorted(ref.key for ref in days.delivered()) == sorted(ref.key for _, ref in history)
    for member in MEMBERS:
        assert days.of(member) == [ref.key for _, ref in history if ref.member == member]
    assert days.lane == Lane(cursor=days.lane.cursor, last_success=days.lane.last_success)


@given(history=histories(), seed=st.integers(0, 9))
def test_a_worker_that_dies_again_and_again_delivers_all_at_least_once_and_in_order(
    history: list[tuple[int, Ref]], seed: int
) -> None:
    days = Days(history, down_until(5 * HOUR_MS), seed=seed, crash_percent=30)

    days.run(20 * DAY_MS)

    for member in MEMBERS:
        assert days.of(member) == [ref.key for _, ref in history if ref.member == member]


@given(history=histories(), bad=st.sets(st.integers(1, 40), max_size=3), seed=st.integers(0, 9))
def test_messages_that_are_never_taken_keep_back_no_other_member_for_ever(
    history: list[tuple[int, Ref]], bad: set[int], seed: int
) -> None:
    last = max(at for at, _ in history) + 1
    everything = [*history, *((last + day * DAY_MS, Ref(100 + day, 0, "daily")) for day in range(12))]
    days = Days(everything, lambda _, ref: REFUSED if ref.position in bad else OK, seed=seed)

    days.run(20 * DAY_MS)

    wrong = {ref.key for _, ref in history if ref.position in bad}
    assert {(each.position, each.effect) for each in days.lane.given_up} == wrong
    assert sorted(ref.key for ref in days.delivered()) == sorted(
        ref.key for _, ref in everything if ref.key not in wrong
    )


def test_a_message_is_tried_for_more_than_27_hours_and_then_given_up_and_listed() -> None:
    days = Days(messages(30, every_ms=2 * HOUR_MS, members=2), refuses((1, 0)))

    days.run(5 * DAY_MS)

    tried = [each.at for each in days.tries if each.ref.position == 1]
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert sum(DELAYS_MS) == 27 * HOUR_MS + 35 * 60 * SECOND_MS + 5 * SECOND_MS
    assert len(tried) == MOST_TRIES
    for pause, delay in zip(pauses, DELAYS_MS, strict=True):
        assert 0.8 * delay <= pause <= 1.2 * delay + 2 * SECOND_MS
    assert [(each.position, each.effect) for each in days.lane.given_up] == [(1, 0)]
    assert days.of("m0") == [(position, 0) for position in range(3, 31, 2)]
    assert days.of("m1") == [(position, 0) for position in range(2, 31, 2)]


def test_the_others_go_on_while_one_members_message_is_tried_again() -> None:
    days = Days(messages(9), refuses((1, 0)))

    days.run(HOUR_MS)

    assert days.of("m0") == []
    assert len(days.of("m1")) == len(days.of("m2")) == 3
    assert [each.position for each in days.lane.waiting] == [1, 4, 7]


def test_a_receiver_that_is_down_is_asked_with_one_message_at_a_time() -> None:
    days = Days(messages(500, members=100), down_until(2 * DAY_MS))

    days.run(DAY_MS)

    assert len(days.waves[0].chains) == WAVE_CHAINS
    assert all(sum(map(len, wave.chains)) == 1 for wave in days.waves[1:])
    assert len(days.waves) < 12
    assert len(days.lane.waiting) < 150


def test_when_a_receiver_answers_again_all_that_waits_goes_out_within_seconds() -> None:
    days = Days(messages(500, members=100), down_until(30 * HOUR_MS))

    days.run(4 * DAY_MS)

    first = next(each.at for each in days.tries if each.ok)
    last = [each.at for each in days.tries if each.ok][-1]
    assert len(days.delivered()) == 500
    assert last - first < 60 * SECOND_MS


def test_a_subscription_is_disabled_after_five_days_and_loses_nothing() -> None:
    days = Days(messages(40, every_ms=HOUR_MS), down_until(30 * DAY_MS))
    days.run(12 * DAY_MS)
    assert days.lane.disabled == "five-days"
    assert DISABLED_AFTER_MS <= days.lane.disabled_at - BEGIN <= DISABLED_AFTER_MS + 12 * HOUR_MS
    tried = len(days.tries)
    days.run(30 * DAY_MS)
    assert len(days.tries) == tried

    days.lane = enabled(days.lane, BEGIN + days.now)
    days.run(31 * DAY_MS)

    assert days.lane.given_up == ()
    for member in ("m0", "m1", "m2"):
        assert days.of(member) == [ref.key for _, ref in days.refs if ref.member == member]


def test_a_receiver_that_says_it_is_gone_is_disabled_at_once() -> None:
    days = Days(messages(3), lambda *_: Result(ok=False, status=410))

    days.run(DAY_MS)

    assert days.lane.disabled == "gone"
    assert len(days.waves) == 1


def test_what_is_switched_off_sends_nothing_until_it_is_switched_on() -> None:
    days = Days(messages(3), down_until(0))
    days.lane = switched_off(days.lane, BEGIN)
    days.run(HOUR_MS)
    assert days.tries == []

    days.lane = enabled(days.lane, BEGIN + days.now)
    days.run(2 * HOUR_MS)

    assert len(days.delivered()) == 3


def test_an_overloaded_receiver_is_left_alone_as_long_as_it_asks_within_bounds() -> None:
    for status, asked, pause in (
        (429, 0, SLOW_MS),
        (502, 0, SLOW_MS),
        (504, 0, SLOW_MS),
        (429, HOUR_MS, HOUR_MS),
        (503, HOUR_MS, HOUR_MS),
        (503, 365 * DAY_MS, MOST_RETRY_AFTER_MS),
    ):
        busy = Result(ok=False, status=status, retry_after_ms=asked)
        days = Days(messages(1), lambda now, _, busy=busy: busy if now < SECOND_MS else OK)  # type: ignore[misc]
        days.refs += [(2 * SECOND_MS, Ref(9, 0, "another"))]

        days.run(2 * DAY_MS)

        assert len(days.delivered()) == 2
        assert all(each.at >= pause for each in days.tries[1:]), (status, asked)


def test_a_wave_is_bounded_and_so_is_what_waits() -> None:
    crowd = [(0, Ref(position, effect, f"m{effect}")) for position in range(1, 40) for effect in range(50)]
    days = Days(crowd, lambda _, ref: REFUSED if ref.member != "m0" else OK)

    days.run(HOUR_MS)

    assert max(len(wave.chains) for wave in days.waves) <= WAVE_CHAINS
    assert max(sum(map(len, wave.chains)) for wave in days.waves) <= WAVE_MESSAGES
    assert days.most_waiting <= MOST_WAITING + 50


def test_of_what_was_given_up_the_newest_are_kept() -> None:
    days = Days(messages(30, every_ms=2 * HOUR_MS, members=2), refuses((1, 0)))
    days.lane = Lane(given_up=tuple(GivenUp(number, 0, BEGIN) for number in range(MOST_GIVEN_UP)))

    days.run(5 * DAY_MS)

    kept = [(each.position, each.effect) for each in days.lane.given_up]
    assert kept == [*((number, 0) for number in range(1, MOST_GIVEN_UP)), (1, 0)]


def test_a_replay_sends_all_from_there_once_more_and_takes_back_what_was_given_up() -> None:
    days = Days(messages(6), refuses((1, 0)))
    days.run(HOUR_MS)
    days.answers = down_until(0)

    days.lane = replayed(days.lane, 3)
    days.run(2 * DAY_MS)

    positions = sorted(ref.position for ref in days.delivered())
    assert positions == [1, 2, 3, 3, 4, 5, 5, 6, 6]


def test_after_a_success_a_channel_is_left_in_peace() -> None:
    days = Days(messages(10, every_ms=10 * SECOND_MS), down_until(0), pause_ms=60 * SECOND_MS)

    days.run(DAY_MS)

    moments = sorted({each.at for each in days.tries})
    assert len(days.delivered()) == 10
    assert all(later - earlier >= 60 * SECOND_MS for earlier, later in pairwise(moments))
