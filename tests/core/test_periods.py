import io
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.core.periods import (
    DAY_MS,
    HOUR_MS,
    Period,
    PeriodKind,
    PeriodNotUnderstood,
    day_bounds_ms,
    local_clock,
    local_day,
    next_period,
    parse_period,
    period_bounds_days,
    period_bounds_ms,
    period_end_ms,
    period_name,
    period_of,
    previous_period,
    weekday,
)
from engine.core.windows import MAX_WINDOW_DAYS, Window, WindowNotUnderstood, parse_window, window_days, window_name
from engine.core.zones import LAST_SECOND, UnknownZone, zone_named, zone_names

HELSINKI = "Europe/Helsinki"
NAMES = sorted(zone_names())
EPOCH = date(1970, 1, 1)

kinds = st.sampled_from(PeriodKind)
zones = st.sampled_from(NAMES)
week_starts_days = st.integers(0, 6)
moments = st.integers(0, LAST_SECOND * 1000 - 1)
days = st.integers(0, (date(9999, 12, 31) - EPOCH).days)


def day_number(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def tzdata_clock(ms: int, zone: str) -> datetime:
    return datetime.fromtimestamp(ms // 1000, tzdata_zone(zone))


@cache
def tzdata_zone(zone: str) -> ZoneInfo:
    content = resources.files("tzdata.zoneinfo").joinpath(*zone.split("/")).read_bytes()
    return ZoneInfo.from_file(io.BytesIO(content), key=zone)


def is_after_a_turn_into_yesterday(ms: int, zone: str) -> bool:
    """A day ago or less the clock already showed a later date than it does now."""
    now = tzdata_clock(ms, zone).date()
    return any(tzdata_clock(max(0, ms - back * 60_000), zone).date() > now for back in range(1, 200))


@given(zones, moments)
@example("America/St_Johns", at("2008-11-02T02:31:30Z"))
@example("Africa/Monrovia", at("1971-05-01T00:44:29Z"))
@example("Pacific/Apia", at("2011-12-30T10:00:00Z"))
@example("Africa/Casablanca", at("2027-02-07T02:30:00Z"))
def test_the_local_clock_is_that_of_tzdata(zone: str, ms: int) -> None:
    clock = tzdata_clock(ms, zone)

    day = local_day(ms, zone)

    if (day, local_clock(ms, zone)) != ((clock.date() - EPOCH).days, (clock.isoweekday(), clock.hour)):
        assert is_after_a_turn_into_yesterday(ms, zone)


def test_every_change_of_offset_of_every_zone_happens_at_its_second() -> None:
    for name in NAMES:
        table = zone_named(name)

        changes = list(zip(table.starts_ms[1:], table.offsets_ms, table.offsets_ms[1:], strict=False))

        assert sorted(table.starts_ms) == list(table.starts_ms), name
        for start, before, after in changes:
            assert local_day(start - 1, name) <= local_day(start, name), name
            assert tzdata_clock(start, name).utcoffset() == timedelta(milliseconds=after), name
            just_before = tzdata_clock(start - 1, name).utcoffset() == timedelta(milliseconds=before)
            assert just_before or is_after_a_turn_into_yesterday(start - 1, name), name


def test_the_days_around_every_change_of_offset_tile_the_line() -> None:
    distinct = {zone_named(name).starts_ms: name for name in NAMES}

    for starts, name in distinct.items():
        for change in starts[1:]:
            day = local_day(change, name) + 1

            start, _ = day_bounds_ms(day, name)
            assert local_day(start - 1, name) < day <= local_day(start, name), (name, change)


@given(zones, st.integers(0, 2**31 // 86_400), st.integers(1, 60))
def test_days_never_run_backwards(zone: str, day: int, minutes: int) -> None:
    ms = day * DAY_MS

    later = ms + minutes * 60_000

    assert local_day(ms, zone) <= local_day(later, zone)


def test_a_clock_turned_back_into_yesterday_stays_in_the_new_day() -> None:
    one_minute_past_midnight = at("2008-11-02T02:31:00Z")

    day = local_day(one_minute_past_midnight, "America/St_Johns")

    assert tzdata_clock(one_minute_past_midnight, "America/St_Johns").date() == date(2008, 11, 1)
    assert day == day_number("2008-11-02")
    assert local_clock(one_minute_past_midnight, "America/St_Johns") == (7, 0)


@given(zones, moments)
@example("Pacific/Apia", at("2011-12-30T09:59:59Z"))
@example("America/Sao_Paulo", at("2018-11-04T03:00:00Z"))
def test_a_moment_lies_in_exactly_its_own_day(zone: str, ms: int) -> None:
    day = local_day(ms, zone)

    start, end = day_bounds_ms(day, zone)

    assert start <= ms < end
    assert local_day(start, zone) == local_day(end - 1, zone) == day
    assert local_day(start - 1, zone) < day < local_day(end, zone)


@given(kinds, zones, moments, week_starts_days)
def test_every_moment_lies_in_exactly_one_period_of_each_kind(
    kind: PeriodKind, zone: str, ms: int, week_starts: int
) -> None:
    index = period_of(kind, local_day(ms, zone), week_starts)

    start, end = period_bounds_ms(kind, index, zone)

    assert start <= ms < end == period_end_ms(kind, index, zone)
    if kind is not PeriodKind.EVER:
        assert period_bounds_ms(kind, next_period(kind, index), zone)[0] == end
        assert period_bounds_ms(kind, previous_period(kind, index), zone)[1] == start


@given(kinds, days, week_starts_days)
def test_the_bounds_of_a_period_lead_back_to_it(kind: PeriodKind, day: int, week_starts: int) -> None:
    index = period_of(kind, day, week_starts)

    first, last = period_bounds_days(kind, index)

    assert first <= day <= last
    assert period_of(kind, first, week_starts) == period_of(kind, last, week_starts) == index
    if kind is not PeriodKind.EVER:
        assert period_of(kind, last + 1, week_starts) == next_period(kind, index)
        assert period_of(kind, first - 1, week_starts) == previous_period(kind, index)


@given(days)
def test_months_and_weekdays_are_those_of_the_calendar(day: int) -> None:
    calendar = EPOCH + timedelta(days=day)

    month = period_of(PeriodKind.MONTH, day, 0)

    assert month == calendar.year * 12 + calendar.month - 1
    assert period_of(PeriodKind.QUARTER, day, 0) == calendar.year * 4 + (calendar.month - 1) // 3
    assert period_of(PeriodKind.YEAR, day, 0) == calendar.year
    assert weekday(day) == calendar.isoweekday()


@given(days, week_starts_days)
def test_weeks_begin_on_the_day_that_the_organization_says(day: int, week_starts: int) -> None:
    first, last = period_bounds_days(PeriodKind.WEEK, period_of(PeriodKind.WEEK, day, week_starts))

    assert weekday(first) == week_starts + 1
    assert last - first == 6


@given(kinds, st.integers(day_number("1970-01-08"), day_number("9999-12-24")), week_starts_days)
@example(PeriodKind.WEEK, day_number("2026-12-31"), 0)
def test_a_name_leads_back_to_its_period(kind: PeriodKind, day: int, week_starts: int) -> None:
    index = period_of(kind, day, week_starts)

    name = period_name(kind, index)

    assert parse_period(name) == Period(kind, index)


@given(days)
def test_weeks_from_monday_have_their_iso_name(day: int) -> None:
    year, number, _ = (EPOCH + timedelta(days=day)).isocalendar()

    name = period_name(PeriodKind.WEEK, period_of(PeriodKind.WEEK, day, 0))

    assert name == f"{year}-W{number:02}"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (PeriodKind.DAY, "2026-11-23"),
        (PeriodKind.WEEK, "2026-W48"),
        (PeriodKind.MONTH, "2026-11"),
        (PeriodKind.QUARTER, "2026-Q4"),
        (PeriodKind.YEAR, "2026"),
        (PeriodKind.EVER, "ever"),
    ],
)
def test_periods_are_named_as_people_write_them(kind: PeriodKind, name: str) -> None:
    assert period_name(kind, period_of(kind, day_number("2026-11-23"), 0)) == name


def test_weeks_with_another_start_say_so_in_their_name() -> None:
    sunday = period_of(PeriodKind.WEEK, day_number("2026-11-23"), 6)

    name = period_name(PeriodKind.WEEK, sunday)

    assert sunday == day_number("2026-11-22")
    assert name == "2026-W47-from-sunday"


@pytest.mark.parametrize(
    ("name", "column", "expected"),
    [
        ("", 1, "a name like"),
        ("2026-W54", 7, "a week from 1 to 53"),
        ("2027-W53", 7, "a week from 1 to 52"),
        ("2026-13", 6, "a month from 1 to 12"),
        ("2026-02-29", 9, "a day from 1 to 28"),
        ("2026-Q5", 7, "a quarter from 1 to 4"),
        ("2026-Q0", 7, "a quarter from 1 to 4"),
        ("1969", 1, "a year from 1970 to 9999"),
        ("2026-w48", 6, "a name like"),
        ("2026-W48-from-monday", 15, "weeks from Monday are written 2026-W48"),
        ("2026-11-23T", 11, "a name like"),
        ("forever", 1, "a name like"),
        ("٢٠٢٦", 1, "a name like"),
    ],
)
def test_what_is_no_period_is_refused_where_it_stops_being_one(name: str, column: int, expected: str) -> None:
    with pytest.raises(PeriodNotUnderstood) as refusal:
        parse_period(name)

    assert refusal.value.column == column
    assert refusal.value.expected.startswith(expected) or expected in refusal.value.expected


@given(st.text(alphabet="0123456789-WQeverfromsunday ", max_size=24))
def test_no_text_breaks_the_reading_of_periods(text: str) -> None:
    column = None
    try:
        period = parse_period(text)
    except PeriodNotUnderstood as refusal:
        column = refusal.column
    else:
        assert period_name(period.kind, period.index) == text
    assert column is None or 1 <= column <= len(text) + 1


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-23", 24), ("2099-03-29", 23)]
)
def test_days_on_which_clocks_change_have_23_or_25_hours(day: str, hours: int) -> None:
    start, end = day_bounds_ms(day_number(day), HELSINKI)

    assert end - start == hours * HOUR_MS


def test_a_day_that_a_zone_left_out_is_empty() -> None:
    start, end = day_bounds_ms(day_number("2011-12-30"), "Pacific/Apia")

    assert start == end == at("2011-12-30T10:00:00Z")


def test_a_day_whose_midnight_was_skipped_begins_with_the_jump() -> None:
    start, end = day_bounds_ms(day_number("2018-11-04"), "America/Sao_Paulo")

    assert start == at("2018-11-04T03:00:00Z")
    assert end - start == 23 * HOUR_MS


def test_zones_come_from_the_package_and_not_from_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoneinfo.TZPATH", ())
    monkeypatch.setenv("PYTHONTZPATH", "")
    zone_named.cache_clear()

    table = zone_named(HELSINKI)

    assert local_day(at("2026-11-23T22:00:00Z"), HELSINKI) == day_number("2026-11-24")
    assert len(table.starts_ms) > 200


@pytest.mark.parametrize("name", ["europe/helsinki", "../../etc/passwd", "/etc/localtime", "", "Helsinki"])
def test_a_name_that_is_no_zone_of_the_package_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone) as refusal:
        zone_named(name)

    assert refusal.value.found == name


def test_a_misspelt_zone_gets_the_nearest_name() -> None:
    with pytest.raises(UnknownZone, match='Did you mean "Europe/Helsinki"'):
        zone_named("Europe/Helsinky")


def test_moments_beyond_the_tables_still_have_one_day() -> None:
    last_moment = at("9999-12-31T23:59:59+00:00")

    day = local_day(last_moment, "Pacific/Kiritimati")

    assert day == day_number("9999-12-31") + 1
    assert period_of(PeriodKind.EVER, day, 0) == 0
    assert period_bounds_days(PeriodKind.EVER, 0)[1] >= day
    assert period_name(PeriodKind.DAY, day) == "10000-01-01"


@given(days, week_starts_days, st.integers(1, MAX_WINDOW_DAYS // 7))
def test_the_last_weeks_are_calendar_weeks_and_include_this_one(day: int, week_starts: int, n: int) -> None:
    first, last = window_days(Window("last_weeks", n), day, week_starts)

    assert first <= day <= last
    assert last - first + 1 == 7 * n
    assert last == period_bounds_days(PeriodKind.WEEK, period_of(PeriodKind.WEEK, day, week_starts))[1]


@given(days, st.integers(1, MAX_WINDOW_DAYS))
def test_the_last_days_end_with_this_day(day: int, n: int) -> None:
    assert window_days(Window("last_days", n), day, 0) == (day - n + 1, day)


@given(kinds, days, week_starts_days)
def test_a_period_as_a_window_is_that_period(kind: PeriodKind, day: int, week_starts: int) -> None:
    window = parse_window(kind.value)

    assert window_days(window, day, week_starts) == period_bounds_days(kind, period_of(kind, day, week_starts))


@pytest.mark.parametrize(
    "word", ["day", "week", "month", "quarter", "year", "ever", "last_1_days", "last_180_days", "last_16_weeks"]
)
def test_a_window_is_called_what_it_was_read_from(word: str) -> None:
    assert window_name(parse_window(word)) == word


@pytest.mark.parametrize(
    "word", ["weeks", "Week", "last_0_days", "last_016_weeks", "last_181_days", "last_26_weeks", "last_4_months", ""]
)
def test_what_is_no_window_is_refused_with_the_list_of_those_that_are(word: str) -> None:
    with pytest.raises(WindowNotUnderstood) as refusal:
        parse_window(word)

    assert "last_N_weeks" in refusal.value.expected


def test_a_misspelt_window_gets_the_nearest_word() -> None:
    with pytest.raises(WindowNotUnderstood) as refusal:
        parse_window("Week")

    assert refusal.value.cure == 'Did you mean "week"?'


def test_the_clock_of_the_organization_says_weekday_and_hour() -> None:
    assert local_clock(at("2026-11-22T22:30:00Z"), HELSINKI) == (1, 0)
    assert local_clock(int(datetime(2026, 11, 22, 21, 59, 59, tzinfo=UTC).timestamp() * 1000), HELSINKI) == (7, 23)
