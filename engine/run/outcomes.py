"""What the door answers about each event, as data."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from engine.core.admission import AdmissionFault
from engine.core.faults import FaultCode
from engine.sources.events import Fault
from engine.store.log import Status

OutcomeStatus = Literal[
    "accepted", "duplicate", "waiting", "conflict", "refused", "foreign-source", "full", "no-history"
]

TAKEN: frozenset[OutcomeStatus] = frozenset({"accepted", "duplicate", "waiting"})
"""With these an event is safe; sending it again changes nothing."""


OUTCOME_OF: Mapping[Status, OutcomeStatus] = {
    "accepted": "accepted",
    "duplicate": "duplicate",
    "conflict": "conflict",
    "waiting": "waiting",
    "full": "full",
    "no-history": "no-history",
    # Events demand nothing of rows, open no history and make nobody known, so these can't be; "full" changes nothing.
    "changed": "full",
    "not-empty": "full",
    "members-full": "full",
}


OWN = "member:"


class When(msgspec.Struct, frozen=True):
    """The door's clock in milliseconds, or in history mode what the caller `said`."""

    ms: int
    said: bool = False


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks: a source by its name, or a member for themselves (then `source` is theirs alone)."""

    source: str
    member: str | None = None


def own_source(member: str) -> str:
    """The source of what a member says themselves; no tool can be called so."""
    return f"{OWN}{member}"


def is_own_source(source: str) -> bool:
    """Whether a member says it themselves under this source."""
    return source.startswith(OWN)


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to mend, at a JSON pointer into the body."""

    pointer: str
    code: FaultCode
    found: str
    expected: str
    cure: str | None = None
    near: str | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one event. `position` is that of the first delivery for a duplicate, None while it waits."""

    id: str | None
    status: OutcomeStatus
    position: int | None = None
    wrong: tuple[Wrong, ...] = ()


def wrong_text(faults: Sequence[Fault]) -> tuple[Wrong, ...]:
    """Faults of reading; their pointers are from the body's root already."""
    return tuple(
        Wrong(
            pointer=each.pointer,
            code=each.code,
            found=each.found,
            expected=each.expected,
            near=each.near,
            cure=each.cure,
        )
        for each in faults
    )


def misfits(faults: Sequence[AdmissionFault], pointer: str) -> tuple[Wrong, ...]:
    """Faults of what does not fit the rulebook, of the event at this pointer."""
    return tuple(
        Wrong(
            pointer=f"{pointer}{each.pointer}",
            code=each.code,
            found=each.found,
            expected=each.expected,
            near=each.near,
        )
        for each in faults
    )
