"""Templates: texts with holes, `slack:{event.user}`. Reading them from a mapping file, filling them from a delivery.

`{a.b}` is the value there, `{a|b}` the first that is there, `{{` and `}}` are braces. A template that is one hole
keeps the value's own kind. Nothing is ever filled with an empty text: that is a `Gap`.
"""

import re
from typing import Final

import msgspec

from engine.core.faults import shown
from engine.sources.events import JsonValue, SourcesError
from engine.sources.mapping.paths import EVERY, MOST_STEPS, Path, Root, View
from engine.sources.mapping.reading import items_of, text_of

MOST_HOLES: Final = 20
MOST_ALTERNATIVES: Final = 10
A_TEXT: Final = "a text or a number"

_ROOTS: Final[dict[str, Root]] = {"body": "body", "header": "header", "outer": "outer"}
_TOKEN: Final = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[^{}]+|[{}]")


class Gap(SourcesError):
    """Something that a map needs and the delivery has not, or not so. Nothing is made of it."""

    def __init__(self, pointer: str, found: str, expected: str) -> None:
        self.pointer, self.found, self.expected = pointer, found, expected
        super().__init__(f"{pointer or 'the delivery'}: {found}; expected {expected}")


class Hole(msgspec.Struct, frozen=True):
    """The first of these paths at which something stands."""

    paths: tuple[Path, ...]

    def find(self, view: View) -> JsonValue:
        """What stands there; None where nothing does."""
        for path in self.paths:
            value = path.find(view)
            if value is not None:
                return value
        return None


class Template(msgspec.Struct, frozen=True):
    """A text whose holes are filled from a delivery."""

    parts: tuple[str | Hole, ...]

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The holes in their order."""
        return tuple(part for part in self.parts if isinstance(part, Hole))

    @property
    def whole(self) -> Hole | None:
        """The hole, where there is nothing else."""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], Hole) else None

    def text(self, view: View) -> str:
        """The text with all its holes filled.

        Raises:
            Gap: A hole has nothing, or no text.
        """
        filled: list[str] = []
        for part in self.parts:
            text = part if isinstance(part, str) else text_of(part.find(view))
            if text is None:
                raise self.gap(view, A_TEXT)
            filled.append(text)
        return "".join(filled)

    def texts(self, view: View) -> list[str]:
        """A text for each item at its hole: of a list, or between commas.

        Raises:
            Gap: There is no item, or one that is no text.
        """
        holes = self.holes
        if len(holes) != 1:
            return [self.text(view)]
        items = [text_of(item) for item in items_of(holes[0].find(view))]
        if not items or None in items:
            raise self.gap(view, "a list of texts")
        return ["".join(part if isinstance(part, str) else item or "" for part in self.parts) for item in items]

    def is_there(self, view: View) -> bool:
        """Whether something stands at every hole, whatever it is."""
        return all(hole.find(view) is not None for hole in self.holes)

    def gap(self, view: View, expected: str) -> Gap:
        """What to say where this can't be used: of the first hole that has nothing or no text, else of the first."""
        holes = self.holes
        if not holes:
            return Gap("", "nothing that changes", expected)
        hole = next((hole for hole in holes if text_of(hole.find(view)) is None), holes[0])
        path = next((path for path in hole.paths if path.find(view) is not None), hole.paths[0])
        value = path.find(view)
        header = f"header {path.steps[0]}: " if path.root == "header" else ""
        return Gap(path.pointer(view), header + ("nothing" if value is None else shown(value)), expected)


class TemplateFault(Exception):
    """A text is no template. `offset` is the character at which it goes wrong, from 0."""

    def __init__(self, *, offset: int, found: str, cure: str) -> None:
        self.offset, self.found, self.cure = offset, found, cure
        super().__init__(f"At character {offset}: {found} {cure}")


def parse(text: str) -> Template:
    """The template that a text of a mapping file is.

    Raises:
        TemplateFault: It is none.
    """
    parts: list[str | Hole] = []
    holes = 0
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "{{" | "}}" as brace:
                _append(parts, brace[0])
            case "{":
                raise TemplateFault(
                    offset=token.start(), found="This { is never closed.", cure="Add a }; a { by itself is written {{."
                )
            case "}":
                raise TemplateFault(
                    offset=token.start(), found="This } closes nothing.", cure="A } by itself is written }}."
                )
            case hole if hole[0] == "{":
                holes += 1
                if holes > MOST_HOLES:
                    cure = f"At most {MOST_HOLES} are possible."
                    raise TemplateFault(
                        offset=token.start(), found=f"These are more than {MOST_HOLES} holes.", cure=cure
                    )
                parts.append(_hole(hole[1:-1], token.start() + 1))
            case plain:
                _append(parts, plain)
    return Template(tuple(parts))


def _append(parts: list[str | Hole], text: str) -> None:
    last = parts[-1] if parts else None
    if isinstance(last, str):
        parts[-1] = last + text
    else:
        parts.append(text)


def _hole(text: str, offset: int) -> Hole:
    alternatives = text.split("|")
    if len(alternatives) > MOST_ALTERNATIVES:
        cure = f"At most {MOST_ALTERNATIVES} are possible."
        raise TemplateFault(offset=offset, found=f"{len(alternatives)} ways are given here.", cure=cure)
    paths: list[Path] = []
    for each in alternatives:
        paths.append(parse_path(each, offset))
        offset += len(each) + 1
    return Hole(tuple(paths))


def parse_path(text: str, offset: int = 0) -> Path:
    """The path that names with dots between them are.

    Raises:
        TemplateFault: They are none.
    """
    names = text.strip().split(".")
    if not all(names):
        found = "Nothing stands between these braces." if not text.strip() else "A name is missing beside a dot."
        raise TemplateFault(offset=offset, found=found, cure="Like {event.user}: names with dots between them.")
    if (bracket := text.find("[")) >= 0:
        cure = "Items of lists stand behind a dot, from 0: {links.0.url}; * is each of them."
        raise TemplateFault(offset=offset + bracket, found="Brackets have no meaning here.", cure=cure)
    return path_of(names, offset)


def path_of(names: list[str], offset: int = 0) -> Path:
    """The path of these names; body, header and outer say where it begins.

    Raises:
        TemplateFault: There is no such path.
    """
    root = _ROOTS.get(names[0], "body")
    steps = tuple(names[1:] if names[0] in _ROOTS else names)
    if root == "header" and len(steps) != 1:
        cure = "Write header and the header's name, like {header.x-github-event}."
        raise TemplateFault(offset=offset, found="A header is named by one word.", cure=cure)
    if len(steps) > MOST_STEPS:
        cure = f"At most {MOST_STEPS} are possible."
        raise TemplateFault(offset=offset, found=f"{len(steps)} names stand here.", cure=cure)
    if steps.count(EVERY) > 1:
        raise TemplateFault(offset=offset, found="* stands here twice.", cure="One list at a time can be stepped into.")
    return Path(root, steps)
