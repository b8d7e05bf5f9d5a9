"""The journal's lines of challenges; `engine.core.journal` says how lines are read and stored.

`unit` is the team, department or country whose challenge it is; empty for one of members or of everyone.
"""

from typing import Final

from engine.core.lines.line import Line

UNLISTED: Final = 0
LISTED: Final = 1
REWARDED: Final = 2


class ChallengeCounted(Line, tag=36, frozen=True, array_like=True, gc=False):
    """What a member brought to a challenge changed by `amount`."""

    who: int
    challenge: int
    unit: str
    amount: int


class ChallengeStood(Line, tag=37, frozen=True, array_like=True, gc=False):
    """Where a member stands in a challenge now: `UNLISTED`, `LISTED` to be rewarded, or `REWARDED` by this entry."""

    who: int
    challenge: int
    unit: str
    standing: int


class ChallengeReached(Line, tag=38, frozen=True, array_like=True, gc=False):
    """The goal was reached together; `undone` when what was taken back brings the sum below it again."""

    challenge: int
    unit: str
    undone: bool = False


class ChallengeSettled(Line, tag=39, frozen=True, array_like=True, gc=False):
    """Of those who were listed, the first `through` have been looked at."""

    challenge: int
    unit: str
    through: int


ChallengeLine = ChallengeCounted | ChallengeStood | ChallengeReached | ChallengeSettled
