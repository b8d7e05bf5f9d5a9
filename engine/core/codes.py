"""Codes: the small numbers that journal and states use in place of names.

Every name of a published rulebook gets a number once, in the order of the log, and keeps it for ever; a name that
says `formerly` takes over the number of the old one. So an entry of the journal stays readable and reversible under
every later rulebook, at a byte or two a name.
"""

from collections.abc import Iterable, Mapping

import msgspec


class Naming(msgspec.Struct, frozen=True, array_like=True):
    """A name that a rulebook uses, as `kind:id` ("rule:click", "slot:rule:click/week"), and what it was called."""

    name: str
    formerly: str | None = None


def assign(known: Mapping[str, int], namings: Iterable[Naming]) -> dict[str, int]:
    """The codes that these names need beside the known ones, new numbers in the order of the names.

    A name that is known keeps its code whatever it says of its past; one whose former name is known takes that code.
    """
    fresh: dict[str, int] = {}
    following = max(known.values(), default=-1) + 1
    for naming in sorted(namings, key=lambda naming: naming.name):
        if naming.name in known or naming.name in fresh:
            continue
        if naming.formerly is not None and naming.formerly in known:
            fresh[naming.name] = known[naming.formerly]
            continue
        fresh[naming.name] = following
        following += 1
    return fresh
