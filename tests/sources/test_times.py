from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.sources.times import LAST_MS, parse_time

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30)),  # noqa: DTZ001 - the offset is drawn apart
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
@example(datetime(2026, 11, 23, 9, 12), 120)  # noqa: DTZ001
def test_a_time_with_any_offset_is_its_moment_in_utc(local: datetime, offset_minutes: int) -> None:
    moment = local.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))

    time = parse_time(moment.isoformat())

    assert time is not None
    assert time.utc_ms == (moment - EPOCH) // timedelta(milliseconds=1)
    assert time.sent == moment.isoformat()


@pytest.mark.parametrize(
    ("text", "utc_ms"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t00:00:00z", 0),
        ("1969-12-31T23:59:59-01:00", 3_599_000),
        ("1970-01-01T00:00:00-00:00", 0),
        ("1970-01-01T00:00:00.9999Z", 999),
        ("1970-01-01T00:00:00.5Z", 500),
        ("9999-12-31T23:59:59.999Z", LAST_MS),
    ],
)
def test_the_corners_of_rfc_3339_are_read(text: str, utc_ms: int) -> None:
    time = parse_time(text)

    assert time is not None
    assert time.utc_ms == utc_ms


@pytest.mark.parametrize("text", ["2016-12-31T23:59:60Z", "2016-12-31T23:59:60.7Z", "2017-01-01T02:59:60+03:00"])
def test_a_leap_second_stays_in_the_month_that_it_ends(text: str) -> None:
    time, after = parse_time(text), parse_time("2017-01-01T00:00:00Z")

    assert time is not None
    assert after is not None
    assert time.utc_ms == after.utc_ms - 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lunchtime",
        "2026-11-23",
        "2026-11-23T09:12Z",
        "2026-11-23T09:12:00",
        "2026-11-23 09:12:00Z",
        "2026-11-23T09:12:00+02",
        "2026-11-23T09:12:00+0200",
        "2026-11-23T09:12:00+24:00",
        "2026-11-23T09:12:00+02:60",
        "2026-11-23T24:00:00Z",
        "2026-11-23T09:60:00Z",
        "2026-11-23T09:12:61Z",
        "2026-11-23T09:12:60Z",
        "2026-11-23T23:59:60Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "2026-11-23T09:12:00.Z",
        "2026-11-23T09:12:00,5Z",
        "2026-11-23T09:12:00Z\n",
        "٢٠٢٦-11-23T09:12:00Z",
        "20261123T091200Z",
        "2026-11-23T09:12:00." + "1" * 60 + "Z",
    ],
)
def test_what_is_no_full_time_is_refused(text: str) -> None:
    assert parse_time(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-11-23T09:12:00Z", "2026-11-23T11:12:00+02:00"),
        ("2026-11-23T09:12:00Z", "2026-11-23t09:12:00.000z"),
        ("2026-11-23T09:12:00.1Z", "2026-11-23T09:12:00.100000000Z"),
    ],
)
def test_one_moment_has_one_text(one: str, other: str) -> None:
    first, second = parse_time(one), parse_time(other)

    assert first is not None
    assert second is not None
    assert first.instant == second.instant


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-11-23T09:12:00.0001Z", "2026-11-23T09:12:00.0002Z"),
        ("2026-11-23T09:12:00Z", "2026-11-23T09:12:01Z"),
        ("2016-12-31T23:59:59.999Z", "2016-12-31T23:59:60.999Z"),
    ],
)
def test_moments_that_differ_below_a_millisecond_have_different_texts(one: str, other: str) -> None:
    first, second = parse_time(one), parse_time(other)

    assert first is not None
    assert second is not None
    assert first.instant != second.instant
