"""The versions of what decides together with the rules: the language, time zones, formulas, days off."""

from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from types import MappingProxyType

import msgspec

from engine.core.rulebook import LANGUAGE_VERSION


class VersionChange(msgspec.Struct, frozen=True):
    """Something that has another version than it had; "nothing" where it was or is not there."""

    name: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.name} {self.was}, now {self.now}"


@lru_cache(maxsize=1)
def versions_of() -> Mapping[str, str]:
    """The versions that a digest covers: of the language and of what decides with it."""
    return MappingProxyType(
        {
            "language": str(LANGUAGE_VERSION),
            "tzdata": metadata.version("tzdata"),
            "cel-expr-python": metadata.version("cel-expr-python"),
            "holidays": metadata.version("holidays"),
        }
    )


def changes_since(then: Mapping[str, str]) -> tuple[VersionChange, ...]:
    """What is another version now than these, by name."""
    now = versions_of()
    return tuple(
        VersionChange(name, then.get(name, "nothing"), now.get(name, "nothing"))
        for name in sorted(then.keys() | now.keys())
        if then.get(name) != now.get(name)
    )
