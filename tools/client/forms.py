"""Writes what bodies and answers hold, as structs."""

from collections.abc import Iterator
from typing import Final

from api.described import EVENTS
from tools.client.document import MADE, WIDTH, Node, in_bodies, kind, kinds_of, operations, ordered, said

UNSET: Final = "msgspec.UnsetType"


def forms(document: Node) -> str:
    """What bodies and answers hold."""
    schemas: Node = document["components"]["schemas"]
    sent = in_bodies(document)
    parts = [
        f'"""What calls take and give. {MADE}"""',
        "from collections.abc import Mapping, Sequence\nfrom typing import Any, Literal, TypeAlias\n\nimport msgspec",
        *(form(name, schemas[name], is_sent=name in sent) for name in ordered(document)),
        problem_types(document),
        *stream_event(document),
    ]
    return "\n\n\n".join(parts) + "\n"


def form(name: str, schema: Node, *, is_sent: bool) -> str:
    """One named schema."""
    if schema.get("type") != "object":
        return f"{name}: TypeAlias = {kind(schema)}"
    fields = dict(schema["properties"])
    options = ["frozen=True", "kw_only=True", "omit_defaults=True"]
    if is_tagged(schema):
        (tag,) = fields.pop("event")["enum"]
        options += ['tag_field="event"', f'tag="{tag}"']
    lines = [f"class {name}(msgspec.Struct, {', '.join(options)}):", said(summary_first(schema["description"]))]
    needed = schema.get("required", ())
    for field, each in fields.items():
        lines.append(f"    {field}: {held(each, is_needed=field in needed, is_sent=is_sent)}")
        lines.append(said(each["description"]))
    return "\n".join(lines)


def is_tagged(schema: Node) -> bool:
    """Whether it is one of several kinds that a field tells apart."""
    return len(schema.get("properties", {}).get("event", {}).get("enum", ())) == 1


def summary_first(text: str) -> str:
    """A long description with its first sentence apart, as docstrings of classes have it."""
    summary, stop, rest = text.partition(". ")
    return text if len(text) < WIDTH else f"{summary}{stop.strip()}\n\n{rest}"


def held(schema: Node, *, is_needed: bool, is_sent: bool) -> str:
    """The type of a field, and how it goes on that may be left out: in a body that is another thing than null."""
    if is_needed:
        return kind(schema)
    if "default" in schema:
        value = schema["default"]
        return f"{kind(schema)} = {() if isinstance(value, list) else value!r}"
    kinds = kinds_of(schema)
    if not is_sent and "None" in kinds:
        return f"{kind(schema)} = None"
    # None stands last, as everywhere.
    return " | ".join([*kinds[:-1], UNSET, kinds[-1]] if kinds[-1] == "None" else [*kinds, UNSET]) + " = msgspec.UNSET"


def problem_types(document: Node) -> str:
    """The names of all problems that a call lists, and of those that any address may give."""
    listed = {
        address.rpartition("#")[2]
        for _, _, call in operations(document)
        for answer in call["responses"].values()
        for content in answer["content"].values()
        for part in content["schema"].get("allOf", ())
        for address in part.get("properties", {}).get("type", {}).get("enum", ())
    }
    words = sorted(listed | {"not-found", "wrong-method", "internal"})
    return f"ProblemType: TypeAlias = Literal[{', '.join(map(repr, words))}]"


def stream_event(document: Node) -> Iterator[str]:
    """What the stream tells."""
    for _, _, call in operations(document):
        for content in call["responses"].get("200", {"content": {}})["content"].values():
            if EVENTS in content:
                yield f"StreamEvent: TypeAlias = {kind(content[EVENTS])}"
