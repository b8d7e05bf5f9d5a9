"""What a rule can ask of an event, a person, a content: names, comparisons, formulas. Data only.

`conditions.py` makes it ready to run.
"""

from enum import StrEnum
from typing import Protocol

import msgspec

from engine.core.windows import Window

Value = str | int | bool | list[str]
"""One value of an event's field as the log holds it; an absent field has no entry at all."""


class Operator(StrEnum):
    """How a condition line compares. A line on an absent value is false; `ABSENT` alone holds then."""

    IS = "is"
    ANY_OF = "any_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    HAS_ANY = "has_any"
    HAS_ALL = "has_all"
    PRESENT = "present"
    ABSENT = "absent"


class Scope(StrEnum):
    """Where a name of a condition is looked up."""

    EVENT = "event"
    CLOCK = "clock"
    MEMBER = "member"
    CONTENT = "content"
    METRIC = "metric"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One value that a condition or formula reads.

    `name` is an event field; `weekday` (1 = Monday … 7) or `hour` for the clock; a member fact; a content fact
    (`present`, `published`, `age_days`, `topics`, `kind`, `evergreen`, `requires_label`); or a metric's id, which
    then comes with its code and window.
    """

    scope: Scope
    name: str
    metric: int = -1
    window: Window | None = None


class Test(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a condition."""

    reading: Reading
    operator: Operator
    operand: str | int | bool | tuple[str, ...] | tuple[int, ...] = True


class FormulaFault(msgspec.Struct, frozen=True):
    """A formula could not be worked out for these values: a refusal with this reason, never a payment."""

    reason: str


class Formula(Protocol):
    """A compiled formula. It never raises and sees only the values of the readings that its event type declares."""

    source: str

    def evaluate(self, bound: object) -> bool | int | FormulaFault:
        """The result for values bound by the `Formulas` of the same event type."""


class Formulas(Protocol):
    """What the formulas of one event type read together, bound once for each event and person."""

    readings: tuple[Reading, ...]

    def bind(self, values: list[Value | None]) -> object:
        """Values in the order of `readings`; an absent one is None."""


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """All of `all_of`, none of `none_of`, one row out of every group of `choices`, and the formula must hold."""

    all_of: tuple[Test, ...] = ()
    none_of: tuple[Test, ...] = ()
    choices: tuple[tuple[tuple[Test, ...], ...], ...] = ()
    formula: Formula | None = None


ALWAYS = Condition()
