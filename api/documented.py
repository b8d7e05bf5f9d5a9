"""What a call says for the OpenAPI document, beside what its signature, its guard and its docstring say."""

from collections.abc import Mapping
from typing import Any, Final, Self

import msgspec

from api.problems import ProblemType

DOCUMENTED: Final = "documented"
"""The option of a handler that holds this."""

JSON: Final = "application/json"

EVENTS: Final = "Events"
MINE: Final = "My own"
RECOGNITION: Final = "Boards and wall"
PEOPLE: Final = "People"
BY_HAND: Final = "By hand"
RULES: Final = "Rules"
ADMINISTRATION: Final = "Administration"
INSTALLATION: Final = "Installation"
WEBHOOKS: Final = "Webhooks"
OPERATIONS: Final = "Operations"

TAGS: Final[Mapping[str, str]] = {
    EVENTS: "For another tool: what happened, sent once or twice, and what became of it.",
    WEBHOOKS: "For tools that send their own format, and for whoever connects them.",
    MINE: "For an employee: points, badges, receipts, and what they choose. Nobody else can ask for these.",
    RECOGNITION: "For employees and HR: where everyone stands who chose to be shown.",
    PEOPLE: "For HR: who is known, and one person's record with a reason which that person sees.",
    BY_HAND: "For HR and senders: what is said beside events, and what is taken back.",
    RULES: "For HR: the rule files in force, checking others, publishing them.",
    ADMINISTRATION: "For an administrator: tokens, senders, history, what a bug kept from being judged.",
    INSTALLATION: "For an administrator of the first organization: further ones, each with its own everything.",
    OPERATIONS: "For the operator: whether it lives, and how it is.",
}
"""The groups of calls, in the order in which a reader meets them."""


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """What a call reads under one content type, with examples by their name that work as they stand."""

    kind: Any
    examples: Mapping[str, Any]
    media_type: str = JSON


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A success: what it means, what it holds, and an example of it. Without `status` it is the handler's own.

    `events` are the kinds of data in a stream of events, whose text has no schema itself.
    """

    description: str
    kind: Any
    example: Any
    status: int | None = None
    media_type: str = JSON
    events: Any = None


class Documented(msgspec.Struct, frozen=True, kw_only=True):
    """See the module.

    `appends`: it writes an entry, so it reads Sulka-Recorded-At; `tells_time`: it reads that header alone. `speaks`: it
    reads Accept-Language; `waits`: Prefer; `resumes`: Last-Event-ID. `needs` are parameters without which there is no
    answer. `problems` are those beside what every call of its kind gives (`api.described.problems_of`), `never` those
    that this one does not.
    """

    tag: str
    gives: tuple[Answer, ...]
    takes: tuple[Body, ...] = ()
    appends: bool = False
    tells_time: bool = False
    speaks: bool = False
    waits: bool = False
    resumes: bool = False
    needs: tuple[str, ...] = ()
    problems: tuple[ProblemType, ...] = ()
    never: tuple[ProblemType, ...] = ()

    def __deepcopy__(self, memo: object) -> Self:
        """The framework copies handlers with their options; what can't be changed needs no copy."""
        return self


def json_body(kind: type[msgspec.Struct], example: Mapping[str, Any]) -> tuple[Body, ...]:
    """A body of JSON with one example."""
    return (Body(kind=kind, examples={"example": example}),)
