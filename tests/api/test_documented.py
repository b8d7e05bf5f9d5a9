"""The document describes everything, and docs/api.md speaks of every problem and every call that there is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec

from api.app import create_document
from api.problems import PROBLEMS
from tests.api.desk import Desk

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
DOCUMENT = create_document().content

ROW = re.compile(r"\| `(GET|POST|PATCH|DELETE) (\S+?)` \| ([^|]*) \| ([^|]*) \|")
"""How a call stands in the table; those of health and metrics share a row, and need no token."""

Node = dict[str, Any]


def operations() -> Iterator[tuple[str, Node]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def nodes(node: Any, where: str) -> Iterator[tuple[str, Node]]:  # noqa: ANN401 - any part of the document
    """All objects that are schemas or hold them, with their place."""
    match node:
        case dict():
            yield where, node
            for key, value in node.items():
                if key not in {"example", "examples", "default"}:
                    yield from nodes(value, f"{where}/{key}")
        case list():
            for number, value in enumerate(node):
                yield from nodes(value, f"{where}/{number}")
        case _:
            pass


def test_every_problem_is_explained_under_its_name() -> None:
    assert [name for name in PROBLEMS if f"### {name}\n" not in PAGE] == []


def test_the_table_says_of_each_call_whose_it_is_and_what_it_does() -> None:
    table = {f"{method} {path}": (whose, does) for method, path, whose, does in ROW.findall(PAGE)}
    calls = {call: operation for call, operation in operations() if operation["security"]}

    assert table.keys() == calls.keys()
    for call, operation in calls.items():
        whose, does = table[call]
        roles = {role for each in operation["security"] for role in each}
        said = set(re.findall(r"admin|hr|source|member", whose))
        assert said | ({"admin"} if "hr" in said else set()) == roles, call
        assert does.strip() == operation["description"].partition("\n\n")[0].replace("\n", " "), call


async def test_the_document_is_served_to_programs_and_the_page_to_browsers(desk: Desk) -> None:
    for_programs = await desk.call("GET", "/schema", by=None)
    named = await desk.call("GET", "/schema/openapi.json", by=None, headers={"accept": "text/html"})
    for_people = await desk.call("GET", "/schema", by=None, headers={"accept": "text/html,*/*"})
    nothing = await desk.call("GET", "/schema/openapi.yaml", by=None)

    assert for_programs.json() == named.json() == DOCUMENT
    assert for_programs.headers["content-type"] == "application/vnd.oai.openapi+json"
    assert for_people.headers["content-type"] == "text/html; charset=utf-8"
    assert for_people.headers["vary"] == "Accept"
    assert nothing.headers["content-type"] == "application/problem+json"


async def test_the_page_shows_every_call_and_loads_nothing_from_anywhere(desk: Desk) -> None:
    answer = await desk.call("GET", "/schema", by=None, headers={"accept": "text/html"})

    page = answer.text
    links, places = set(re.findall(r"href='?([^' >]+)", page)), set(re.findall(r"id='?([\w-]+)", page))
    assert {operation["operationId"] for _, operation in operations()} <= places
    assert {f"form-{name}" for name in DOCUMENT["components"]["schemas"]} <= places
    assert links - {f"#{place}" for place in places} == {"/schema/openapi.json"}
    assert re.findall(r"<(?:script|link|img|iframe|object|form|base)|url\(|@import|src=", page) == []
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_every_field_that_there_is_has_a_description() -> None:
    fields = [
        (f"{where}.{name}", field)
        for where, node in nodes(DOCUMENT, "")
        for name, field in node.get("properties", {}).items()
        # Which types a problem has here is said of a field that the problem itself describes.
        if "/responses/" not in where
    ]

    assert len(fields) > 250
    assert [where for where, field in fields if not field.get("description")] == []


def test_every_named_schema_says_what_it_is() -> None:
    schemas = DOCUMENT["components"]["schemas"]

    assert [name for name, schema in schemas.items() if not schema.get("description")] == []


def test_every_call_says_what_it_does_whose_it_is_and_what_it_answers() -> None:
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    ids = [operation["operationId"] for _, operation in operations()]

    assert len(ids) == len(set(ids)) >= 41
    for call, operation in operations():
        assert operation["summary"], call
        assert operation["description"].startswith(operation["summary"]), call
        assert set(operation["tags"]) < tags, call
        assert {role for each in operation["security"] for role in each} <= DOCUMENT["components"][
            "securitySchemes"
        ].keys()
        assert any(status.startswith("2") for status in operation["responses"]), call
        for status, answer in operation["responses"].items():
            assert answer["description"], (call, status)
            for content in answer["content"].values():
                assert content["schema"], (call, status)
                assert content.get("example") or content.get("examples"), (call, status)


def test_every_parameter_and_header_is_described_and_has_a_type() -> None:
    parameters = [(call, each) for call, operation in operations() for each in operation["parameters"]]
    headers = [
        (call, header)
        for call, operation in operations()
        for answer in operation["responses"].values()
        for header in answer.get("headers", {}).values()
    ]

    assert len(parameters) > 60
    for call, each in (*parameters, *headers):
        assert each["description"], (call, each)
        assert each["schema"]["type"] in {"string", "integer"}, (call, each)
    for call, each in parameters:
        assert each["in"] != "path" or "example" in each, (call, each)
        if each["schema"]["type"] == "integer":
            assert {"minimum", "maximum"} <= each["schema"].keys(), (call, each)


def test_every_body_says_its_limits_and_fits_its_own_schema() -> None:
    components = {"components": DOCUMENT["components"]}
    bodies = [(call, operation["requestBody"]) for call, operation in operations() if "requestBody" in operation]

    assert len(bodies) == 28
    for call, body in bodies:
        assert body["required"]
        assert "1 MiB" in body["description"]
        for media_type, content in body["content"].items():
            validator = jsonschema_rs.Draft202012Validator({**content["schema"], **components}, validate_formats=True)
            assert content["examples"], (call, media_type)
            for example in content["examples"].values():
                assert [error.message for error in validator.iter_errors(example["value"])] == [], call


def test_texts_lists_and_maps_that_are_sent_have_a_limit() -> None:
    sent = [content["schema"] for _, operation in operations() for content in body_contents(operation)]
    unlimited = [where for where, node in reachable(sent) if not limited(node)]

    assert unlimited == []


def body_contents(operation: Node) -> list[Node]:
    return list(operation.get("requestBody", {"content": {}})["content"].values())


def reachable(schemas: list[Node]) -> Iterator[tuple[str, Node]]:
    """All parts of these schemas, through every name."""
    todo, seen = [("", schema) for schema in schemas], set[str]()
    while todo:
        where, schema = todo.pop()
        for place, node in nodes(schema, where):
            yield place, node
            name = node.get("$ref", "").rpartition("/")[2]
            if name and name not in seen:
                seen.add(name)
                todo.append((name, DOCUMENT["components"]["schemas"][name]))


def limited(node: Node) -> bool:
    match node.get("type"):
        case "string":
            return "maxLength" in node or "enum" in node or "pattern" in node
        case "array":
            return "maxItems" in node
        case "integer":
            return {"minimum", "maximum"} <= node.keys()
        case "object" if "properties" not in node:
            return "maxProperties" in node
        case _:
            return True


def test_the_document_is_openapi_and_its_schemas_are_json_schema() -> None:
    answers = [
        content["schema"]
        for _, operation in operations()
        for answer in operation["responses"].values()
        for content in answer["content"].values()
    ]

    assert DOCUMENT["openapi"] == "3.1.0"
    assert msgspec.json.decode(create_document().json) == DOCUMENT
    for schema in (*DOCUMENT["components"]["schemas"].values(), *answers):
        jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def test_every_example_of_an_answer_fits_its_own_schema() -> None:
    components = {"components": DOCUMENT["components"]}
    examples = [
        (f"{call} {status}", content["schema"], example)
        for call, operation in operations()
        for status, answer in operation["responses"].items()
        for content in answer["content"].values()
        for example in (
            [content["example"]] if "example" in content else [each["value"] for each in content["examples"].values()]
        )
    ]

    assert len(examples) > 200
    for call, schema, example in examples:
        validator = jsonschema_rs.Draft202012Validator({**schema, **components}, validate_formats=True)
        assert [error.message for error in validator.iter_errors(example)] == [], call
