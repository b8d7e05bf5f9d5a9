"""The document as a page: for people, without a script, and without anything from elsewhere."""

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from api.described import EVENTS

Node = Mapping[str, Any]

STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --mark: #0a7d5a; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; font: 1rem/1.55 system-ui, sans-serif; }
h1 { margin: 0 0 .5rem; } h2 { margin: 3rem 0 .25rem; } h3 { margin: 0; font-size: 1.05rem; }
a { color: var(--mark); } code, pre { font: .9em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
nav ul, .calls { list-style: none; margin: .25rem 0 1rem; padding: 0; }
section { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; padding: 1rem; }
section:target { border-color: var(--mark); }
.method { color: var(--mark); font-weight: 700; }
.who, .soft { opacity: .75; font-size: .9rem; }
table { border-collapse: collapse; width: 100%; margin: .25rem 0 .75rem; font-size: .92rem; table-layout: fixed; }
td, th { border-top: 1px solid var(--line); padding: .35rem .5rem .35rem 0; text-align: left; vertical-align: top; }
td:first-child, th:first-child { width: 24%; } td:nth-child(2), th:nth-child(2) { width: 30%; }
pre { background: var(--soft); border-radius: .35rem; margin: .25rem 0 .5rem; padding: .6rem; white-space: pre-wrap; }
summary { cursor: pointer; } h4 { margin: 1rem 0 .25rem; }
"""

LIMITS: Final = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minItems": "at least {}",
    "maxItems": "at most {}",
    "minProperties": "at least {} fields",
    "maxProperties": "at most {} fields",
    "pattern": "pattern {}",
    "format": "{}",
    "default": "else {}",
}


def page_of(document: Node) -> str:
    """The whole page."""
    calls = [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    info = document["info"]
    about = "".join(f"<p>{_text(each)}</p>" for each in info["description"].split("\n\n"))
    groups = [(tag, [each for each in calls if tag["name"] in each[1]["tags"]]) for tag in document["tags"]]
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8>",
        "<meta name=viewport content='width=device-width, initial-scale=1'>",
        f"<title>{escape(info['title'])}: the HTTP API</title><style>{STYLE}</style>",
        f"<h1>{escape(info['title'])}: the HTTP API</h1>{about}",
        "<p>For programs: <a href=/schema/openapi.json>OpenAPI 3.1</a></p>",
        f"<nav>{''.join(_contents(tag, own) for tag, own in groups)}</nav>",
        *(_group(tag, own) for tag, own in groups),
        "<h2 id=forms>Forms</h2><p>What bodies and answers hold.</p>",
        *(_form(name, schema) for name, schema in document["components"]["schemas"].items()),
        "</html>",
    ]
    return "\n".join(parts)


def _contents(tag: Node, calls: list[tuple[str, Node]]) -> str:
    lines = "".join(
        f"<li><a href='#{each['operationId']}'><code>{escape(call)}</code></a> {escape(each['summary'])}</li>"
        for call, each in calls
    )
    return f"<h4>{escape(tag['name'])}</h4><ul>{lines}</ul>"


def _group(tag: Node, calls: list[tuple[str, Node]]) -> str:
    return f"<h2>{escape(tag['name'])}</h2><p>{escape(tag['description'])}</p>" + "".join(
        _call(call, operation) for call, operation in calls
    )


def _call(call: str, operation: Node) -> str:
    method, _, path = call.partition(" ")
    whose = ", ".join(role for each in operation["security"] for role in each)
    description = "".join(f"<p>{_text(each)}</p>" for each in operation["description"].split("\n\n"))
    return "".join(
        (
            f"<section id='{operation['operationId']}'><h3><span class=method>{method}</span> ",
            f"<code>{escape(path)}</code></h3>",
            f"<p class=who>{f'With a token for {whose}' if whose else 'Without a token'}</p>{description}",
            _parameters(operation["parameters"]),
            *_body(operation.get("requestBody")),
            *_answers(operation["responses"]),
            "</section>",
        )
    )


def _parameters(parameters: list[Node]) -> str:
    if not parameters:
        return ""
    rows = [
        (f"{each['name']}{_needed(each['required'])}", f"{each['in']}: {_kind(each['schema'])}", each["description"])
        for each in parameters
    ]
    return f"<h4>Parameters</h4>{_table(rows)}"


def _body(body: Node | None) -> Iterator[str]:
    if body is None:
        return
    yield f"<h4>Body</h4><p>{_text(body['description'])}</p>"
    for media_type, content in body["content"].items():
        yield f"<p><code>{escape(media_type)}</code>: {_kind(content['schema'])}</p>"
        for name, example in content["examples"].items():
            yield _example("Example" if name == "example" else f"Example: {name}", example["value"])


def _answers(answers: Node) -> Iterator[str]:
    yield "<h4>Answers</h4>"
    for status, answer in answers.items():
        for media_type, content in answer["content"].items():
            said = f"<p><code>{status}</code> {_text(answer['description'])}"
            if "example" in content:
                kind = _kind(content.get(EVENTS, content["schema"]))
                yield f"{said} <span class=soft>{escape(media_type)}</span> {kind}</p>"
                yield _example("Example", content["example"])
            else:
                yield said + "</p>"
                for name, example in content["examples"].items():
                    yield _example(name, example["value"])


def _form(name: str, schema: Node) -> str:
    about = f"<section id='form-{name}'><h3>{name}</h3><p>{_text(schema['description'])}</p>"
    needed = schema.get("required", ())
    rows = [
        (f"{field}{_needed(field in needed)}", _kind(each), each["description"])
        for field, each in schema.get("properties", {}).items()
    ]
    return f"{about}{_table(rows) if rows else _kind(schema)}</section>"


def _needed(is_needed: bool) -> str:  # noqa: FBT001 - a word or none
    return " (needed)" if is_needed else ""


def _table(rows: list[tuple[str, str, str]]) -> str:
    """Names are escaped here; kinds are HTML already."""
    lines = "".join(
        f"<tr><td><code>{escape(name)}</code><td>{kind}<td>{_text(description)}" for name, kind, description in rows
    )
    return f"<table><tr><th>Name<th>Holds<th>Meaning{lines}</table>"


def _kind(schema: Node) -> str:
    """What a schema allows, in words; HTML."""
    match schema:
        case {"$ref": str(reference)}:
            name = reference.rpartition("/")[2]
            return f"<a href='#form-{name}'>{name}</a>"
        case {"anyOf": list(kinds)}:
            return " or ".join(_kind(each) for each in kinds)
        case {"enum": list(words)}:
            return " or ".join(f"<code>{escape(str(each))}</code>" for each in words) + _limits(schema)
        case {"type": "array", "items": dict(items)}:
            return f"list of {_kind(items)}{_limits(schema)}"
        case {"type": "object", "additionalProperties": dict(values)} if "type" in values:
            return f"map to {_kind(values)}{_limits(schema)}"
        case {"type": str(kind)}:
            return f"{kind}{_limits(schema)}"
        case _:
            return "any value"


def _limits(schema: Node) -> str:
    told = [words.format(escape(_value(schema[limit]))) for limit, words in LIMITS.items() if limit in schema]
    return f" <span class=soft>({', '.join(told)})</span>" if told else ""


def _value(value: object) -> str:
    return value if isinstance(value, str) and value else json.dumps(value)


def _example(title: str, value: object) -> str:
    shown = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return f"<details><summary>{escape(title)}</summary><pre>{escape(shown)}</pre></details>"


def _text(text: str) -> str:
    """A text with its `code` marked."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text).replace("\n", " "))
