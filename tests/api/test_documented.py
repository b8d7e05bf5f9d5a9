"""docs/api.md speaks of every problem and every call that there is."""

from pathlib import Path

from api.problems import PROBLEMS

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_problem_is_explained_under_its_name() -> None:
    assert [name for name in PROBLEMS if f"### {name}\n" not in PAGE] == []


def test_every_call_of_the_program_stands_in_the_table() -> None:
    sources = "".join(path.read_text() for path in (Path(__file__).parents[2] / "api" / "v1").glob("*.py"))
    assert sources.count("guards=[allow(") == sum(line.startswith("| `") for line in PAGE.splitlines()) - 1
