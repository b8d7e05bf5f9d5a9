"""Whether to send a request again, and when. Pure."""

from typing import Any, Final

import msgspec

from sulka_client.errors import AnswerNotUnderstood, NotReached, Problem, SulkaError
from sulka_client.request import Request

TOO_MANY: Final = 429
PERHAPS_DONE: Final = frozenset({502, 503, 504})
"""Answers after which it is not known whether the request was carried out."""


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """So often a request is sent in all; the pause doubles from `first_seconds` on, up to `most_seconds`."""

    tries: int = 5
    first_seconds: float = 0.5
    most_seconds: float = 30.0

    def pause_seconds(self, tried: int, chance: float) -> float:
        """The pause after so many tries: half of it is left to chance (0 to 1), so that callers don't come together."""
        whole = min(self.most_seconds, self.first_seconds * 2.0 ** (tried - 1))
        return whole * (1 + chance) / 2


def pause_before_again(
    asked: Request[Any], error: SulkaError, tried: int, patience: Patience, chance: float
) -> float | None:
    """The seconds to wait before a request is sent again; None where that would not help or could do it twice."""
    if tried >= patience.tries:
        return None
    match error:
        case NotReached(is_unknown=is_unknown):
            return patience.pause_seconds(tried, chance) if asked.repeats or not is_unknown else None
        case (
            Problem(retry_after_seconds=seconds, status=status)
            | AnswerNotUnderstood(retry_after_seconds=seconds, status=status)
        ):
            if not (status == TOO_MANY or (status in PERHAPS_DONE and asked.repeats)):
                return None
            if seconds is None:
                # Of Sulka's own that says that waiting does not help; a server between says nothing of it.
                return None if isinstance(error, Problem) else patience.pause_seconds(tried, chance)
            return min(patience.most_seconds, max(float(seconds), patience.pause_seconds(tried, chance)))
        case _:
            return None
