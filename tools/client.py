"""Writes the part of `sulka_client` that follows from the OpenAPI document: its forms and its calls. `make client`.

The document is the one source of truth; a test holds what is checked in against it. Calls that are more than one
request and one answer are written by hand in `sulka_client/client.py`.
"""

import keyword
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any, Final

from api.app import create_document
from api.described import EVENTS

FOLDER: Final = Path(__file__).parents[1] / "sulka_client"
BY_HAND: Final = frozenset({"post_events", "stream"})
"""Calls that `sulka_client/client.py` writes out: bodies of several kinds, and an answer without end."""

OF_OTHERS: Final = frozenset({"take_webhook", "answer_webhook"})
"""Calls of tools that send in their own form and prove themselves in their own way: nobody makes them from here."""

JSON: Final = "application/json"
PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
HEADERS: Final = {
    "Sulka-Recorded-At": "recorded_at",
    "Accept-Language": "language",
    "Prefer": "prefer",
}
MADE: Final = "Made from the OpenAPI document by `make client`: change the API, not this file."
WIDTH: Final = 110
UNSET: Final = "msgspec.UnsetType"

Node = Mapping[str, Any]


def files(document: Node) -> dict[str, str]:
    """The files by name, as they have to be."""
    made = {
        "forms.py": forms(document),
        "calls.py": calls(document, is_async=False),
        "async_calls.py": calls(document, is_async=True),
    }
    return {name: formatted(text) for name, text in made.items()}


def formatted(text: str) -> str:
    """As `make check` wants it."""
    ruff = [str(Path(sys.executable).with_name("ruff"))]
    sort = [*ruff, "check", "--quiet", "--select", "I,F401", "--fix", "--stdin-filename", str(FOLDER / "made.py"), "-"]
    sorted_ = subprocess.run(sort, input=text, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    layout = [*ruff, "format", "--quiet", "--stdin-filename", str(FOLDER / "made.py"), "-"]
    return subprocess.run(layout, input=sorted_, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own


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


def said(text: str) -> str:
    """A docstring."""
    if len(text) < WIDTH:
        return f'    """{text}"""'
    parts = [wrap(part, WIDTH, break_on_hyphens=False) for part in text.split("\n\n")]
    return '    """' + "\n\n    ".join("\n    ".join(part) for part in parts) + '\n    """'


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


def operations(document: Node) -> Iterator[tuple[str, str, Node]]:
    """Every call: method, path, and what the document says of it."""
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            yield method.upper(), path, call


def calls(document: Node, *, is_async: bool) -> str:
    """A class with a method for each call."""
    name, what = ("AsyncCalls", "The calls, awaited") if is_async else ("Calls", "The calls")
    head = (
        f'"""{what}. {MADE}"""',
        "from abc import ABC, abstractmethod",
        "from collections.abc import AsyncIterator, Iterator, Sequence",
        "from typing import Any, Literal, TypeVar",
        "from sulka_client import forms",
        f"from sulka_client.pages import number, {'walk_async' if is_async else 'walk'}",
        "from sulka_client.request import Request, request",
        'T = TypeVar("T")',
    )
    begins = (
        f"class {name}(ABC):",
        '    """See the module."""',
        "    @abstractmethod",
        f"    {'async ' if is_async else ''}def send(self, asked: Request[T]) -> T:",
        '        """Send a request; what it is answered with."""',
    )
    own = [each for each in operations(document) if each[2]["operationId"] not in BY_HAND | OF_OTHERS]
    methods = [
        *(method(verb, path, call, is_async=is_async) for verb, path, call in own),
        *(text for _, _, call in own for text in walker(call, document, is_async=is_async)),
    ]
    return "\n".join((*head, *begins, *methods, ""))


def walker(call: Node, document: Node, *, is_async: bool) -> Iterator[str]:
    """Walks through all pages of a call that answers pages."""
    cursor = next((each for each in parameters(call, "query") if each["name"] == "cursor"), None)
    if cursor is None:
        return
    page = document["components"]["schemas"][answer_of(call).removeprefix("forms.")]
    ((rows, held),) = ((field, each) for field, each in page["properties"].items() if each.get("type") == "array")
    others = [each for each in call["parameters"] if each is not cursor]
    at = "number(cursor)" if kind(cursor["schema"]) == "int" else "cursor"
    places = [name(each) for each in parameters(call, "path")]
    said_on = [f"{name(each)}={name(each)}" for each in others if each["in"] != "path"]
    asks = f"self.{call['operationId']}({', '.join([*places, *said_on, f'cursor={at}'])})"
    kinds, walks = ("AsyncIterator", "walk_async") if is_async else ("Iterator", "walk")
    yield "\n".join(
        (
            f"    def walk_{call['operationId']}({', '.join(given(others))}) -> {kinds}[{named_kind(held['items'])}]:",
            f'        """All pages of `{call["operationId"]}`, row by row."""',
            f"        return {walks}(lambda cursor: {asks}, lambda page: page.{rows})",
        )
    )


def given(parameters_: Sequence[Node], body: str | None = None) -> list[str]:
    """What a method takes: those of the path, the body, and by their names the others, the needed ones first."""
    placed = [f"{name(each)}: {kind(each['schema'])}" for each in parameters_ if each["in"] == "path"]
    named = [
        f"{name(each)}: {kind(each['schema'])}" + ("" if each["required"] else " | None = None")
        for each in sorted(parameters_, key=lambda parameter: not parameter["required"])
        if each["in"] != "path"
    ]
    sent = [] if body is None else [f"body: {body}"]
    return ["self", *placed, *sent, *(["*", *named] if named else [])]


def method(verb: str, path: str, call: Node, *, is_async: bool) -> str:
    """One call."""
    answer = answer_of(call)
    body = body_of(call)
    places = ", ".join(f'"{each["name"]}": {name(each)}' for each in parameters(call, "path"))
    query = ", ".join(f'"{each["name"]}": {name(each)}' for each in parameters(call, "query"))
    headers = ", ".join(f'"{each["name"]}": {name(each)}' for each in parameters(call, "header"))
    asked = [f'"{verb}"', f'"{path}"', answer]
    asked += [f"places={{{places}}}"] if places else []
    asked += [f"query={{{query}}}"] if query else []
    asked += [f"headers={{{headers}}}"] if headers else []
    asked += ["body=body"] if body is not None else []
    word, waits = ("async def", "await ") if is_async else ("def", "")
    return "\n".join(
        (
            f"    {word} {call['operationId']}({', '.join(given(call['parameters'], body))}) -> {answer}:",
            "    " + said(call["summary"] + ".").replace("\n", "\n    "),
            f"        return {waits}self.send(request({', '.join(asked)}))",
        )
    )


def parameters(call: Node, place: str) -> list[Node]:
    """Those of the path, the query or the head."""
    return [each for each in call["parameters"] if each["in"] == place]


def name(parameter: Node) -> str:
    """What a parameter is called in Python."""
    found: str = HEADERS.get(parameter["name"]) or parameter["name"]
    return f"{found}_" if keyword.iskeyword(found) else found


def body_of(call: Node) -> str | None:
    """The type of what is sent."""
    content = call.get("requestBody", {}).get("content", {})
    return named_kind(content[JSON]["schema"]) if content else None


def answer_of(call: Node) -> str:
    """The type of the success; a text where it is no JSON."""
    (answer,) = (answer for status, answer in call["responses"].items() if status.startswith("2"))
    ((media_type, content),) = answer["content"].items()
    return named_kind(content["schema"]) if media_type == JSON else "str"


def named_kind(schema: Node) -> str:
    """A type that may lie in `forms`."""
    match schema:
        case {"$ref": str(reference)}:
            return f"forms.{reference.rpartition('/')[2]}"
        case {"type": "array", "items": dict(items)}:
            return f"list[{named_kind(items)}]"
        case _:
            return kind(schema)


def main() -> None:
    """Write the files."""
    for file, text in files(create_document().content).items():
        (FOLDER / file).write_text(text, encoding="utf-8")
    sys.stdout.write("sulka_client is made\n")


if __name__ == "__main__":
    main()
