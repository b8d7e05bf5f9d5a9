"""How faults are told: by words on which senders may rely, each the same at every door; and what stood there. Pure.

`docs/api.md` explains each in its table of codes. Mistakes in rule files have codes of their own (`engine.rulebook`).
"""

from typing import Final, Literal, TypeAlias

MOST_SHOWN: Final = 60

FaultCode: TypeAlias = Literal[
    # The text of a body.
    "not-utf8",
    "not-json",
    "too-deep",
    "duplicate-key",
    "number-out-of-range",
    # Any field.
    "missing",
    "unknown-field",
    "wrong-type",
    "wrong-value",
    "empty",
    "too-long",
    "too-many",
    "wrong-characters",
    "not-a-time",
    "contradiction",
    # Events.
    "too-many-events",
    "unknown-type",
    "reserved-type",
    "not-said-by",
    "time-ahead",
    "time-too-old",
    "foreign-source",
    "conflict",
    # CloudEvents.
    "wrong-version",
    "not-a-uri",
    "not-a-media-type",
    "not-base64",
]


def shown(value: object) -> str:
    """A JSON value as it may be repeated to its sender: short."""
    match value:
        case "":
            return "an empty text"
        case str():
            return f'"{value[:MOST_SHOWN]}…"' if len(value) > MOST_SHOWN else f'"{value}"'
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case list():
            return f"a list of {len(value)}"
        case dict():
            return f"an object of {len(value)} fields"
        case _:
            return f"the number {value}"
