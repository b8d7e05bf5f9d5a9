"""Codes of faults: one table, the same word for the same fault at every door, one way to say what was meant."""

import ast
import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from engine.core.faults import FaultCode
from tests.api.desk import Desk, problem
from tests.api.house import share

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
CODES = get_args(FaultCode)

CLOUD = {**share(), "specversion": "1.0", "source": "hub"}
ACT = {"type": "content.shared", "id": "a", "data": {"channel": "linkedin"}}
CONTENT = {"id": "post-1"}
PLAIN_JSON = "application/json"
DOORS: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "plain event": ("/v1/events", "source", PLAIN_JSON, share()),
    "cloud event": ("/v1/events", "source", "application/cloudevents+json", CLOUD),
    "tried event": ("/v1/events?try=true", "hr", PLAIN_JSON, share()),
    "own act": ("/v1/me/acts", "anna", PLAIN_JSON, ACT),
    "content": ("/v1/content", "hr", PLAIN_JSON, CONTENT),
}
LONG = "x" * 300
AN_EVENT = {"plain event", "cloud event", "tried event", "own act"}
SAME: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "no such field": ("unknown-field", {"idd": 1}, {"plain event", "tried event", "own act", "content"}),
    "a number for a text": ("wrong-type", {"id": 5}, set(DOORS)),
    "an empty text": ("empty", {"id": ""}, set(DOORS)),
    "a text too long": ("too-long", {"id": LONG}, set(DOORS)),
    "no time": ("not-a-time", {"time": "yesterday"}, AN_EVENT),
    "no time of publication": ("not-a-time", {"published": "yesterday"}, {"content"}),
    "no object": ("wrong-type", {"data": [1]}, AN_EVENT),
    "too many fields": ("too-many", {"data": dict.fromkeys(map(str, range(51)), 1)}, AN_EVENT),
    "too many topics": ("too-many", {"topics": ["x"] * 21}, {"content"}),
    "no such field of the act": ("unknown-field", {"data": {"channel": "x", "chanel": "x"}}, AN_EVENT),
    "a field of the act left out": ("missing", {"data": {}}, AN_EVENT),
    "a text for a number": ("wrong-type", {"data": {"channel": "x", "minutes": "5"}}, AN_EVENT),
    "no choice": ("wrong-value", {"data": {"channel": "linkedn"}}, AN_EVENT),
    "no time in a field": ("not-a-time", {"data": {"channel": "x", "shared_at": "yesterday"}}, AN_EVENT),
    "an empty content": ("empty", {"data": {"channel": "x", "content": ""}}, AN_EVENT),
    "a content too long": ("too-long", {"data": {"channel": "x", "content": LONG}}, AN_EVENT),
    "too many people": ("too-many", {"data": {"channel": "x", "helpers": ["a:b"] * 21}}, AN_EVENT),
}
FAULTS_AT_DOORS = [(fault, door) for fault, (_, _, doors) in SAME.items() for door in DOORS if door in doors]
UNREADABLE = {
    "not-utf8": b'{"id": "\xff"}',
    "not-json": b'{"id": ',
    "too-deep": b"[" * 40 + b"]" * 40,
    "duplicate-key": b'{"id": "a", "id": "b"}',
    "number-out-of-range": b'{"id": 1' + b"0" * 40 + b"}",
}


def test_the_page_explains_every_code_and_no_other() -> None:
    table = re.findall(r"^\| `([a-z0-9-]+)` \| [^|]+ \|$", PAGE.partition("## Codes\n")[2], re.MULTILINE)

    assert table == list(CODES)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in CODES)


def test_the_api_tells_no_other_code() -> None:
    """Everywhere else the type says so; a mistake in a rule file has the code of `sulka check`."""
    told = [
        (path.name, argument.value)
        for path in (ROOT / "api").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fault"
        for argument in ast.walk(node.args[1])
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]

    assert len(told) > 20
    assert [each for each in told if each[1] not in CODES] == []


@pytest.mark.parametrize(("fault", "door"), FAULTS_AT_DOORS)
async def test_the_same_fault_has_the_same_code_at_every_door(desk: Desk, fault: str, door: str) -> None:
    await desk.as_member("anna")
    code, wrong, _ = SAME[fault]
    path, by, kind, right = DOORS[door]

    answer = await desk.call("POST", path, {**right, **wrong}, by=by, kind=kind)

    assert answer.status_code == 422, answer.text
    assert [each["code"] for each in answer.json()["errors"]] == [code], answer.text
    assert "_" not in "".join(each["code"] for each in answer.json()["errors"])


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("code", UNREADABLE)
async def test_what_can_not_be_read_has_the_same_code_at_every_door(desk: Desk, code: str, door: str) -> None:
    await desk.as_member("anna")
    path, by, kind, _ = DOORS[door]

    answer = await desk.call("POST", path, content=UNREADABLE[code], by=by, kind=kind)

    assert problem(answer) == "not-json"
    assert [each["code"] for each in answer.json()["errors"]] == [code], answer.text


@pytest.mark.parametrize(
    ("path", "by", "body", "meant"),
    [
        ("/v1/events", "source", {**share(), "subjekt": "x"}, "subject"),
        ("/v1/events", "source", share(data={"channel": "linkedn"}), "linkedin"),
        ("/v1/events", "source", share(type="content.shard"), "content.shared"),
        ("/v1/content", "hr", {**CONTENT, "Topics": []}, "topics"),
        ("/v1/me/membership", "anna", {"change": "pase"}, "pause"),
        ("/v1/corrections", "hr", {"member": "a:b", "amount": 1, "reason": "r", "currency": "point"}, "points"),
    ],
)
async def test_what_was_meant_is_said_in_one_way(desk: Desk, path: str, by: str, body: object, meant: str) -> None:
    await desk.as_member("anna")

    answer = await desk.call("POST", path, msgspec.to_builtins(body), by=by)

    (fault,) = answer.json()["errors"]
    assert fault["did_you_mean"] == meant
    assert "Did you mean" not in answer.text
