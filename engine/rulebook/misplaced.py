"""Conditions that stand in a table without `if.` before them: the mistake that beginners make most."""

from collections.abc import Mapping
from typing import Final

from engine.rulebook.fitting import toml_of
from engine.rulebook.report import Place, Report

ABOUT: Final = frozenset({"event", "member", "content", "metrics"})


def without_conditions(
    table: Mapping[str, object], words: frozenset[str], fields: frozenset[str], place: Place, report: Report
) -> dict[str, object]:
    """The table without what only a condition could mean, which is reported.

    Args:
        table: What stands in the file.
        words: What may stand there.
        fields: The names of all fields of events.
        place: Where the table is.
        report: What was found so far.
    """
    kept: dict[str, object] = {}
    for name, value in table.items():
        if name in words or not (name in fields or (name in ABOUT and isinstance(value, dict))):
            kept[name] = value
            continue
        is_ = "what a condition asks about" if name in ABOUT else "a field of an event, and so a condition"
        inner = place.at(name)
        found = f"{name} is {is_}: it begins with if."
        report.wrong(inner, "unknown-word", found, cure=f"Write: if.{_line(name, value)}", spot=inner.key)
    return kept


def _line(name: str, value: object) -> str:
    """`member.country = "FI"`, as one writes it: with dots where only one name is inside."""
    while isinstance(value, dict) and len(value) == 1:
        ((inner, value),) = value.items()
        name = f"{name}.{inner}"
    return f"{name} = {toml_of(value)}"
