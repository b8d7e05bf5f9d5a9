"""Reading the OpenAPI document: which calls there are, which forms these need, and what their types are in Python."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any, Final

BY_HAND: Final = frozenset({"post_events", "stream"})
"""Calls that `sulka_client` writes out: bodies of several kinds, and an answer without end."""

OF_OTHERS: Final = frozenset({"take_webhook", "answer_webhook"})
"""Calls of tools that send in their own form and prove themselves in their own way: nobody makes them from here."""

MADE: Final = "Made from the OpenAPI document by `make client`: change the API, not this file."
PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
WIDTH: Final = 110

Node = Mapping[str, Any]


def operations(document: Node) -> Iterator[tuple[str, str, Node]]:
    """Every call: method, path, and what the document says of it."""
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            yield method.upper(), path, call


def ordered(document: Node) -> list[str]:
    """The names of all schemas that a call of ours needs, each after those that it needs itself."""
    schemas = document["components"]["schemas"]
    found: dict[str, None] = {}

    def add(name: str) -> None:
        for needed in sorted(references(schemas[name])):
            if needed not in found and needed != name:
                add(needed)
        found[name] = None

    for _, _, call in operations(document):
        if call["operationId"] not in OF_OTHERS:
            for name in sorted(references(call)):
                if name not in found:
                    add(name)
    return list(found)


def in_bodies(document: Node) -> set[str]:
    """All schemas that a body can hold."""
    schemas = document["components"]["schemas"]
    found: set[str] = set()
    waiting = {name for _, _, call in operations(document) for name in references(call.get("requestBody"))}
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= references(schemas[name]) - found
    return found


def references(node: object) -> set[str]:
    """The named schemas that a part of the document names."""
    match node:
        case {"$ref": str(reference)}:
            return {reference.rpartition("/")[2]}
        case dict():
            return {name for key, each in node.items() if key != "mapping" for name in references(each)}
        case list():
            return {name for each in node for name in references(each)}
        case _:
            return set()


def kind(schema: Node) -> str:
    """The type of a schema."""
    return " | ".join(kinds_of(schema))


def kinds_of(schema: Node) -> list[str]:
    """All types of a schema."""
    match schema:
        case {"$ref": str(reference)}:
            return [reference.rpartition("/")[2]]
        case {"anyOf": list(kinds)}:
            words = [word for each in kinds for word in each.get("enum", ())]
            others = [found for each in kinds if "enum" not in each for found in kinds_of(each)]
            return [*([literal(words)] if words else []), *dict.fromkeys(others)]
        case {"enum": list(words)}:
            return [literal(words)]
        case {"type": "array", "items": dict(items)}:
            return [f"Sequence[{kind(items)}]"]
        case {"type": "object", "additionalProperties": dict(values)}:
            return [f"Mapping[str, {kind(values)}]"]
        case {"type": str(plain)} if plain in PLAIN:
            return [PLAIN[plain]]
        case _:
            return ["Any"]


def literal(words: Sequence[str]) -> str:
    """A closed list."""
    return f"Literal[{', '.join(map(repr, words))}]"


def said(text: str) -> str:
    """A docstring."""
    if len(text) < WIDTH:
        return f'    """{text}"""'
    parts = [wrap(part, WIDTH, break_on_hyphens=False) for part in text.split("\n\n")]
    return '    """' + "\n\n    ".join("\n    ".join(part) for part in parts) + '\n    """'
