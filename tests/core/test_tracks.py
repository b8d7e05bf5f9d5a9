"""Numbers by key in a flat list, against a plain dictionary."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from engine.core.buckets import add_to, amount_in, amounts_of, buckets_held, sum_of
from engine.core.uses import add_use, forget_use, periods_of, used_at
from tests.core.tracks import buckets_with, uses_with

STEPS = st.lists(st.tuples(st.integers(-3, 12), st.integers(-2, 3)), max_size=40)


@given(STEPS)
def test_buckets_hold_what_was_added_to_them_in_any_order(steps: Sequence[tuple[int, int]]) -> None:
    plain: dict[int, int] = {}
    buckets: list[int] = []

    for bucket, amount in steps:
        plain[bucket] = plain.get(bucket, 0) + amount
        add_to(buckets, bucket, amount)

    held = {bucket: amount for bucket, amount in sorted(plain.items()) if amount}
    assert amounts_of(buckets) == list(held.items())
    assert {bucket: amount_in(buckets, bucket) for bucket in plain} == plain
    assert (sum_of(buckets), buckets_held(buckets)) == (sum(held.values()), len(held))
    assert buckets == buckets_with(held.items())


def test_a_bucket_is_written_as_its_distance_from_the_one_before() -> None:
    assert buckets_with([(20_599, 4), (20_600, 7)]) == [4, 1, 7, 20_600]


@given(STEPS)
def test_what_is_used_is_kept_by_period_until_it_comes_to_nothing(steps: Sequence[tuple[int, int]]) -> None:
    plain: dict[int, tuple[int, int]] = {}
    uses: list[int] = []

    for period, times in steps:
        before = plain.get(period, (0, 0))
        plain[period] = (before[0] + times, before[1] + 2 * times)
        if plain[period][0] <= 0:
            del plain[period]
        add_use(uses, period, times, 2 * times)

    assert periods_of(uses) == sorted(plain)
    assert [used_at(uses, period) for period in periods_of(uses)] == [plain[period] for period in sorted(plain)]
    assert used_at(uses, 99) == (0, 0)


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_a_period_that_is_forgotten_leaves_the_others_where_they_were(used: set[int], gone: set[int]) -> None:
    uses = uses_with((period, period + 1, 0) for period in sorted(used))

    for period in gone:
        forget_use(uses, period)

    assert uses == uses_with((period, period + 1, 0) for period in sorted(used - gone))
