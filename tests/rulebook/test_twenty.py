"""The twenty rules that real programmes need work: each has cases of ours, run by the real core."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.core.codes import assign
from engine.rulebook.book import cases_of, check, compile_rulebook, namings
from engine.rulebook.cases import run_case
from tests.rulebook.test_shipped_rules import as_rulebook, twenty

__all__ = ["twenty"]

CASES = Path(__file__).with_name("twenty_cases.toml")
GOAL = 200
FIRST_MONDAY = date(2026, 8, 3)


def steady(weeks: int) -> str:
    """6: one act in each of so many weeks in a row."""
    rows = [
        f'  {{ day = {FIRST_MONDAY + timedelta(weeks=week)}, type = "planning.joined" }},\n' for week in range(weeks)
    ]
    expected = '["steady-hand"]' if weeks == 12 else "[]"
    return f'\n[[case]]\nsays = "6: {weeks} weeks"\ngiven = [\n{"".join(rows)}]\nexpect = {{ badges = {expected} }}\n'


def together(acts: int) -> str:
    """11: so many acts of a team in May, of which one of the two did two."""
    rows = [
        f'  {{ day = 2027-05-{1 + number % 31:02}, who = "{"omar" if number < 2 else "anna"}", '
        f'type = "planning.joined" }},\n'
        for number in range(acts)
    ]
    expected = '["may-2027"]' if acts == GOAL else "[]"
    return (
        f'\n[[case]]\nsays = "11: {acts} acts"\nmembers = {{ anna = {{ team = "red" }}, omar = {{ team = "red" }} }}\n'
        f"given = [\n{''.join(rows)}]\nexpect = {{ badges = {expected} }}\n"
    )


def texts(twenty: list[tuple[str, str]]) -> dict[str, str]:
    """The reference with our cases."""
    files = as_rulebook(twenty)
    more = [CASES.read_text("utf-8"), steady(11), steady(12), together(GOAL - 1), together(GOAL)]
    files["starter/twenty.toml"] += "\n" + "".join(more)
    return files


def test_every_case_of_the_twenty_rules_holds(twenty: list[tuple[str, str]]) -> None:
    files = texts(twenty)
    assert check(files).mistakes == ()
    book = compile_rulebook(files, assign({}, namings(check(files))))

    failures = [failure for each in cases_of(files) for failure in run_case(book, each.case)]

    assert failures == []


@pytest.mark.parametrize("number", [*range(1, 12), *range(13, 17), *range(18, 21)])
def test_each_of_the_twenty_has_a_case(twenty: list[tuple[str, str]], number: int) -> None:
    """But for those that a case cannot play; the file of cases says where they are held."""
    assert any(each.case.says.startswith(f"{number}: ") for each in cases_of(texts(twenty)))
