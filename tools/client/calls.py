"""Writes a method for each call, and one that walks through the pages of each that answers pages."""

import keyword
from collections.abc import Iterator, Sequence
from typing import Final

from tools.client.document import BY_HAND, MADE, OF_OTHERS, Node, kind, operations, said

JSON: Final = "application/json"
HEADERS: Final = {"Sulka-Recorded-At": "recorded_at", "Accept-Language": "language", "Prefer": "prefer"}
"""What headers are called in Python."""


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
    asked += [f'media_type="{each}"' for each in media_types(call) if each != JSON]
    word, waits = ("async def", "await ") if is_async else ("def", "")
    return "\n".join(
        (
            f"    {word} {call['operationId']}({', '.join(given(call['parameters'], body))}) -> {answer}:",
            "    " + said(call["summary"] + ".").replace("\n", "\n    "),
            f"        return {waits}self.send(request({', '.join(asked)}))",
        )
    )


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


def parameters(call: Node, place: str) -> list[Node]:
    """Those of the path, the query or the head."""
    return [each for each in call["parameters"] if each["in"] == place]


def name(parameter: Node) -> str:
    """What a parameter is called in Python."""
    found: str = HEADERS.get(parameter["name"]) or parameter["name"]
    return f"{found}_" if keyword.iskeyword(found) else found


def body_of(call: Node) -> str | None:
    """The type of what is sent; a text where it is no JSON."""
    types = media_types(call)
    if not types:
        return None
    return named_kind(call["requestBody"]["content"][JSON]["schema"]) if JSON in types else "str"


def media_types(call: Node) -> list[str]:
    """In which forms a body is sent: one, of the calls that are not written by hand."""
    return list(call.get("requestBody", {}).get("content", {}))


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
