"""What is wrong in rule files, in words for the person who wrote them, and where.

Does not belong here: finding mistakes, and words of any library.
"""

from collections.abc import Iterable

import msgspec


class RulebookError(Exception):
    """The base of what this folder refuses."""


class Mistake(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One thing that must be mended. Lines and columns count from 1, columns in characters.

    `code` is stable; `near` is what was probably meant; `cure` says what to write instead.
    """

    file: str
    line: int
    column: int
    code: str
    found: str
    expected: str = ""
    cure: str = ""
    near: str = ""

    def render(self, *, off: bool = False) -> str:
        """Two lines: where and what; what is expected and how to mend it. `off`: say that its pack is not in force."""
        question = f'   Did you mean "{self.near}"?' if self.near else ""
        pack = "   (in a pack that is off)" if off else ""
        first = f"{self.file}:{self.line}:{self.column}  {self.found}{question}{pack}"
        second = " ".join(part for part in (self.expected, self.cure) if part)
        return f"{first}\n    {second}" if second else first


class Notice(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Something that is allowed but says or does nothing; it stops no publication."""

    file: str
    line: int
    column: int
    code: str
    found: str
    cure: str = ""

    def render(self) -> str:
        """One line, and a second one with what to do."""
        first = f"{self.file}:{self.line}:{self.column}  {self.found}"
        return f"{first}\n    {self.cure}" if self.cure else first


class RulebookRefused(RulebookError):
    """The rule files have mistakes; nothing was compiled. `mistakes` has all of them."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(mistake.render() for mistake in self.mistakes))
