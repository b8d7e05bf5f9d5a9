"""`90 days`, `24 hours`, `4 weeks`, `12 months`."""

import re

from engine.rulebook.report import Place, Report

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
LONGEST_DAYS = 3_660
LONGEST_MONTHS = 120
YEAR_MONTHS = 12
_MONTHS = re.compile(r"(\d{1,3}) +(month|year)s?")
_UNITS_MS = {"hour": HOUR_MS, "day": DAY_MS, "week": 7 * DAY_MS}
_SHAPE = re.compile(r"(\d{1,5}) +(hour|day|week)s?")


def read_ms(word: str, place: Place, report: Report) -> int | None:
    """The milliseconds of a duration."""
    found = _SHAPE.fullmatch(word)
    if found is None:
        report.wrong(
            place,
            "wrong-duration",
            f'"{word[:60]}" is not a length of time.',
            expected="A number and hours, days or weeks.",
            cure='Like "90 days".',
        )
        return None
    milliseconds = int(found[1]) * _UNITS_MS[found[2]]
    if milliseconds > LONGEST_DAYS * DAY_MS:
        report.wrong(
            place, "out-of-range", f'"{word}" is too long.', expected=f"At most {LONGEST_DAYS} days are possible."
        )
        return None
    return milliseconds


def read_months(word: str, place: Place, report: Report) -> int | None:
    """The months of `12 months` or `2 years`, at most `LONGEST_MONTHS`."""
    found = _MONTHS.fullmatch(word)
    if found is None:
        report.wrong(
            place,
            "wrong-duration",
            f'"{word[:60]}" is not a number of months.',
            expected="A number and months or years.",
            cure='Like "12 months".',
        )
        return None
    months = int(found[1]) * (YEAR_MONTHS if found[2] == "year" else 1)
    if not 1 <= months <= LONGEST_MONTHS:
        expected = f"1 to {LONGEST_MONTHS} months are possible."
        report.wrong(place, "out-of-range", f'"{word}" is {months} months.', expected=expected)
        return None
    return months


def read_days(word: str, place: Place, report: Report) -> int | None:
    """The days of a duration, which must be whole and at least one."""
    milliseconds = read_ms(word, place, report)
    if milliseconds is None:
        return None
    if milliseconds < DAY_MS or milliseconds % DAY_MS:
        report.wrong(
            place,
            "wrong-duration",
            f'"{word}" is not a number of days.',
            expected="At least one whole day is expected.",
        )
        return None
    return milliseconds // DAY_MS
