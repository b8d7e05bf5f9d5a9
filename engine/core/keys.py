"""By which keys states lie in the store, and by which the maps inside them.

What is kept for an era only has its number before a slash; all other keys begin with a letter.
"""

from functools import lru_cache
from typing import Final

ORGANIZATION: Final = "o"
UNITS: Final = "n"
CODES: Final = "d"
HOLDS: Final = "h"
PAST: Final = "p"

AFTERWARDS_BLOCK: Final = 64
"""So many entries that lie together share a state that says which others counted them afterwards."""


def member_key(member: str) -> str:
    """Where a member's state lives."""
    return f"m:{member}"


def content_key(content: str) -> str:
    """Where a content's facts live."""
    return f"c:{content}"


def unit_key(by: str, unit: str) -> str:
    """Where the sums of a team, department or country live."""
    return f"u:{by}:{unit}"


def thing_key(era: int, key: bytes) -> str:
    """Where an event's key is remembered."""
    return f"{era}/k:{key.hex()}"


def thing_keys(era: int, key: bytes) -> tuple[str, str]:
    """The same on both shelves, this era's and the one before."""
    named = key.hex()
    return f"{era}/k:{named}", f"{era - 1}/k:{named}"


def about_key(era: int, content: str, member: str) -> str:
    """Where the entries about a content and a member are remembered."""
    return f"{era}/a:{content}|{member}"


def taken_key(era: int, position: int) -> str:
    """Where it is remembered that an entry was taken back."""
    return f"{era}/x:{position}"


def approved_key(era: int, position: int) -> str:
    """Where it is remembered which entry paid what the entry at this position had waiting."""
    return f"{era}/v:{position}"


def afterwards_key(era: int, position: int) -> str:
    """Where it is remembered which entries counted the one at this position, and those beside it, afterwards."""
    return f"{era}/p:{position // AFTERWARDS_BLOCK}"


def is_of_an_era(key: str) -> bool:
    """Whether a key is of a state that is kept for an era only: it begins with the era's number."""
    return key[0] <= "9"


def retried_key(position: int) -> str:
    """Where it is remembered that an entry which had gone aside was judged after all."""
    return f"y:{position}"


def goal_key(challenge: int, unit: str) -> str:
    """Where a challenge of a unit lives; without a unit, one of members or of everyone."""
    return f"g:{challenge}:{unit}"


def challenge_and_unit(goal: str) -> tuple[int, str]:
    """What a `goal_key` was made of."""
    _, challenge, unit = goal.split(":", 2)
    return int(challenge), unit


def list_key(shelf: int, goal: str, block: int) -> str:
    """Where some of those are listed whom a challenge, by its `goal_key`, is to reward."""
    return f"{shelf}/l:{goal}/{block}"


def logged_key(position: int) -> str:
    """How another entry of the log is asked for."""
    return f"e:{position}"


def journal_key(position: int) -> str:
    """How another entry's journal is asked for."""
    return f"j:{position}"


def place_key(board: int, kind: int, period: int) -> str:
    """A board in one of its periods."""
    return f"{board}:{kind}:{period}"


_KINDS: Final = 8
_PERIODS: Final = 2**17


@lru_cache(maxsize=4096)
def score_key(place: str) -> int:
    """The same as a number, which is less to write down: days are below its bound until 2328, all else for longer."""
    board, kind, period = place.split(":")
    return (int(board) * _KINDS + int(kind)) * _PERIODS + int(period)


@lru_cache(maxsize=4096)
def place_of_score(key: int) -> str:
    """The `place_key` of a `score_key`."""
    board_and_kind, period = divmod(key, _PERIODS)
    return place_key(*divmod(board_and_kind, _KINDS), period)


def since_key(code: int, value: str | None = None) -> str:
    """A slot or a challenge, or what is kept of a slot for one value, since some day."""
    return str(code) if value is None else f"{code}/{value}"


def unit_sum_key(place: str, by: str, unit: str) -> str:
    """A unit on a board in one of its periods."""
    return f"{place}/{by}/{unit}"


def top_key(board: int, kind: int, period: int) -> str:
    """How the top of a members' board is asked for."""
    return f"t:{board}:{kind}:{period}"
