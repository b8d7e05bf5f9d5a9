"""docs/api.md speaks of every problem and every call that there is."""

import json
import re
from pathlib import Path

import pytest

from api.problems import PROBLEMS
from tests.api.desk import Desk

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")

CALLS = ("| `GET ", "| `POST ", "| `PATCH ", "| `DELETE ")
"""How a row of the table of calls begins; those of health and metrics share one, and need no token."""


def test_every_problem_is_explained_under_its_name() -> None:
    assert [name for name in PROBLEMS if f"### {name}\n" not in PAGE] == []


def test_every_call_of_the_program_stands_in_the_table() -> None:
    sources = "".join(path.read_text() for path in (Path(__file__).parents[2] / "api" / "v1").glob("*.py"))
    assert sources.count("guards=[allow(") == sum(line.startswith(CALLS) for line in PAGE.splitlines()) - 1


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/me/badges", "/v1/me/ledger", "/v1/me/receipts/{position}", "/v1/me/looks", "/v1/recognitions"),
        *("/v1/members/{member}", "/v1/members/{member}/ledger", "/v1/members/{member}/badges"),
    ],
)
async def test_every_field_and_parameter_of_a_read_is_described(desk: Desk, path: str) -> None:
    document = (await desk.call("GET", "/schema/openapi.json", by=None)).json()
    schemas = document["components"]["schemas"]
    operation = document["paths"][path]["get"]

    found: list[str] = []
    todo = [operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]]
    seen: set[str] = set()
    while todo:
        name = todo.pop().rpartition("/")[2]
        if name in seen:
            continue
        seen.add(name)
        for field, schema in schemas[name].get("properties", {}).items():
            if "description" not in schema:
                found.append(f"{name}.{field}")
            todo.extend(re.findall(r"#/components/schemas/\w+", json.dumps(schema)))
    found.extend(each["name"] for each in operation.get("parameters", ()) if not each.get("description"))

    assert len(seen) >= 1
    assert found == []
