"""The remark about what did not happen, and the reasons for it."""

from enum import IntEnum

from engine.core.lines.line import Line


class Reason(IntEnum):
    """Why something did not happen; stored by number, so numbers are never reused."""

    LIMIT_TIMES = 1
    LIMIT_POINTS = 2
    CAP = 3
    FADED = 4
    ONCE = 5
    TO_ONESELF = 6
    CURRENCY_LIMIT = 7
    FORMULA_FAULT = 8
    TAKEN_BACK_BEFORE = 9
    NOT_TAKING_PART = 10
    TOO_MANY_ABOUT = 11
    TOO_MANY_VALUES = 12
    ALLOWANCE = 13
    SAME_PAIR = 14
    CONDITION = 15
    NOTHING_TO_TAKE_BACK = 16
    ALREADY_TAKEN_BACK = 17
    NOT_THEIRS = 18
    KEY_AGAIN = 19
    UNKNOWN_NAME = 20
    RETRIED_BEFORE = 21
    NOT_ASIDE = 22
    WITHOUT_POINTS = 23
    DECLINED = 24
    NOT_HELD = 25
    OWN_APPROVAL = 26
    TOO_MANY_HELD = 27
    NOTHING_ASKED = 34
    CURRENCY_ENDED = 35
    COUNTED_BEFORE = 38
    TOO_MUCH_PAST = 39
    CARRIED_BEFORE = 41


class Refused(Line, tag=23, frozen=True, array_like=True, gc=False):
    """A remark: what did not happen and why.

    `cause` is the rule or other word, `slot` what held it, `line` the number of the condition line that did not hold.
    """

    who: int
    cause: int
    reason: Reason
    slot: int = -1
    base: int = 0
    percent: int = 100
    line: int = -1
    period: int = 0
