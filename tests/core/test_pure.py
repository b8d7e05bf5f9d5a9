"""The core and the reading of events know no clock, no chance, no file and no fraction: read in their own code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[2] / "engine"
PURE = sorted(path for folder in ("core", "sources") for path in (ENGINE / folder).rglob("*.py"))
READS_TZDATA = ENGINE / "core" / "zones.py"
"""The one file that reads: the tables of the pinned tzdata package (docs/decisions/0029)."""

FUNCTIONS = frozenset({"open", "print", "input", "float", "eval", "exec", "__import__"})
METHODS = frozenset({"now", "today", "utcnow", "open", "read_text", "read_bytes", "write_text", "write_bytes"})
CLOCKS = frozenset({"date", "datetime"})


def impure(text: str) -> Iterator[str]:
    """What in a text depends on more than its arguments, or computes with floats: line and what it is.

    Modules that bring a clock, chance or the network can't be imported at all: import-linter keeps that.
    """
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
                yield f"{node.lineno}: {name}"
            case ast.Call(func=ast.Attribute(attr=name)) if name in METHODS:
                yield f"{node.lineno}: .{name}"
            case ast.Attribute(value=ast.Name(id=clock), attr=name) if clock in CLOCKS and name in METHODS:
                yield f"{node.lineno}: .{name}"
            case ast.Constant(value=float() | complex() as number):
                yield f"{node.lineno}: {number}"
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                yield f"{node.lineno}: /"
            case _:
                pass


@pytest.mark.parametrize("path", PURE, ids=[path.relative_to(ENGINE).as_posix() for path in PURE])
def test_what_judges_depends_on_its_arguments_alone(path: Path) -> None:
    found = list(impure(path.read_text("utf-8")))

    if path == READS_TZDATA:
        assert {what.split(": ")[1] for what in found} == {".read_text", ".read_bytes", "/"}
    else:
        assert found == []


def test_all_of_the_core_and_of_the_sources_is_read() -> None:
    assert READS_TZDATA in PURE
    assert ENGINE / "core" / "receipts" / "words.py" in PURE
    assert ENGINE / "sources" / "cloudevents.py" in PURE


@pytest.mark.parametrize(
    "line",
    [
        "at = datetime.now(UTC)",
        "clock = datetime.utcnow",
        "day = date.today()",
        "text = open('config.toml').read()",
        "text = path.read_text()",
        "half = points * 1.5",
        "half = points / 2",
        "points /= 2",
        "whole = float(text)",
    ],
)
def test_a_line_that_is_not_pure_is_seen(line: str) -> None:
    assert {what.split(": ")[0] for what in impure(f"def f():\n    {line}\n")} == {"2"}


@pytest.mark.parametrize("line", ["half = points // 2", "now = 1", "half = points * 15 // 10", "day = desk.today"])
def test_a_line_that_is_pure_is_left_alone(line: str) -> None:
    assert list(impure(line)) == []
