"""Where a value stands in a delivery, and looking there. What is null or an empty text counts as not there."""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from engine.sources.events import JsonValue
from engine.sources.json_guard import escaped

EVERY: Final = "*"
"""A step into each item of a list."""

MOST_STEPS: Final = 16
MOST_ITEMS: Final = 1_000
"""Of a list that `EVERY` steps into; the rest is not looked at."""

Root = Literal["body", "header", "outer"]


class View(msgspec.Struct, frozen=True):
    """What paths look into: the payload, or with `each` one item of its list; then `outer` is the payload around it.

    `pointer` says where in the payload `body` stands.
    """

    headers: Mapping[str, str]
    body: JsonValue
    outer: JsonValue = None
    pointer: str = ""


class Path(msgspec.Struct, frozen=True):
    """The way to a value. A number is an item of a list (from 0), or a word of a text."""

    root: Root
    steps: tuple[str, ...]

    def find(self, view: View) -> JsonValue:
        """What stands there; None where nothing does."""
        value: JsonValue
        match self.root:
            case "body":
                value = view.body
            case "outer":
                value = view.outer
            case "header":
                return view.headers.get(self.steps[0].lower()) or None
        for number, step in enumerate(self.steps):
            if type(value) is dict:
                value = value.get(step)
            elif isinstance(value, list) and step == EVERY:
                return _of_each(value, Path("body", self.steps[number + 1 :]))
            else:
                value = _item(value, step)
        return None if value == "" else value

    def pointer(self, view: View) -> str:
        """The way as a JSON pointer into the payload; "" for a header."""
        if self.root == "header":
            return ""
        start = view.pointer if self.root == "body" else ""
        return start + "".join(f"/{escaped(step)}" for step in self.steps)


def _item(value: JsonValue, step: str) -> JsonValue:
    if not (step.isdecimal() and step.isascii()) or len(step) > len(str(MOST_ITEMS)):
        return None
    number = int(step)
    if isinstance(value, list):
        return value[number] if number < len(value) else None
    if isinstance(value, str):
        words = value.split(maxsplit=number + 1)
        return words[number] if number < len(words) else None
    return None


def _of_each(items: list[JsonValue], rest: Path) -> JsonValue:
    found = (rest.find(View({}, item)) for item in items[:MOST_ITEMS])
    return [value for value in found if value is not None] or None
