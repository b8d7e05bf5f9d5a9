"""Bugs as data: a text to find in one file of the core, and what to put in its place."""

from pathlib import Path

import msgspec

PLANTED = sorted(Path(__file__).parent.glob("planted*.toml"))


class Bug(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bug; `find` occurs exactly once in `file`."""

    says: str
    file: str
    find: str
    put: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bug: tuple[Bug, ...]


class BugDoesNotFit(ValueError):
    """A bug's text is not in the core exactly once: the code has changed, so the patch has to follow it."""

    def __init__(self, *, bug: Bug, found: int) -> None:
        self.bug, self.found = bug, found
        super().__init__(f'"{bug.says}": expected `{bug.find}` once in {bug.file}, found it {found} times')


def planted_bugs() -> tuple[Bug, ...]:
    """All bugs, file by file, in the order of each."""
    return tuple(bug for file in PLANTED for bug in msgspec.toml.decode(file.read_bytes(), type=_File).bug)


def plant(bug: Bug, root: Path) -> None:
    """Write the bug into the tree under `root`.

    Raises:
        BugDoesNotFit: Its text is not there exactly once.
    """
    path = root / bug.file
    text = path.read_text("utf-8")
    found = text.count(bug.find)
    if found != 1:
        raise BugDoesNotFit(bug=bug, found=found)
    path.write_text(text.replace(bug.find, bug.put), "utf-8")
