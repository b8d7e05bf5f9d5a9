"""No input gives a 500, and a store that is away is said so."""

import json
from pathlib import Path

import msgspec
import pytest

from engine.store.connect import read_client, write_client
from tests.api.desk import Desk, app_over, problem
from tests.api.house import House, share

NASTY: tuple[bytes, ...] = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"[[[[[[[[[[[[[[[[[[[[",
    b'{"\\u0000": "\\u0000"}',
    b'"\\ud800"',
    b"1e400",
    b"-0.5",
    b'{"id": {"$ref": "#"}, "member": [], "reason": 1.5, "change": null, "name": {}, "to": -1, "text": true}',
    b'{"data": {"helpers": [{}], "helper": 1.5, "topics": [[]], "content": "|"}, "type": "content.shared", "id": "1"}',
    json.dumps(share(data={"helpers": ["\u0000", ""], "words": "\u2028" * 300, "visitor": {}})).encode(),
    json.dumps(
        share("\u00a0:\u00a0", data={"topics": [{"a": 1}], "shared_at": 1.25, "helper": "?" + "x" * 99})
    ).encode(),
    json.dumps([share(id=str(n), data={"content": "c" * n}) for n in range(90, 110)]).encode(),
    json.dumps({"name": "x", "aliases": ["::", "a:b", "a:b"], "time_zone": "../../etc/passwd"}).encode(),
    json.dumps({"files": {"../x": "\u0000", "organization.toml": "a = 1979-05-27T07:32:00Z"}}).encode(),
    json.dumps({"change": "away", "first_day": "0000-00-00", "last_day": "9999-12-31"}).encode(),
)


async def test_no_body_gives_a_500(desk: Desk) -> None:
    await desk.as_member("anna")
    document = (await desk.call("GET", "/schema", by=None)).json()

    del document["paths"]["/v1/stream"]  # it reads no body, and its answer has no end
    for path, operations in document["paths"].items():
        where = path.replace("{member}", "m-x").replace("{type}", "x").replace("{board}", "advocates")
        where = where.replace("{position}", "7")
        for method in operations:
            for by in ("source", "hr", "admin", "anna"):
                for content in NASTY:
                    answer = await desk.call(method.upper(), where, content=content, by=by)
                    assert answer.status_code != 500, (method, path, by, content, answer.text)
                    assert answer.is_success or problem(answer)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
async def test_every_call_with_a_body_asks_for_json(desk: Desk, kind: str) -> None:
    await desk.as_member("anna")
    before = await desk.house.position()
    document = (await desk.call("GET", "/schema", by=None)).json()

    seen = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            # A sender of webhooks proves itself first, and then a form is as good.
            if "requestBody" not in operation or path.startswith("/v1/webhooks/"):
                continue
            answers = [
                await desk.call(method.upper(), path.replace("{position}", "7"), content=b"a=b", kind=kind, by=by)
                for by in ("source", "admin", "anna")
            ]
            assert {answer.status_code for answer in answers} <= {403, 415}, path
            assert any(answer.status_code == 415 for answer in answers), path
            seen += 1
    assert seen >= 12
    assert await desk.house.position() == before


async def test_a_store_that_is_away_is_answered_with_when_to_come_again(desk: Desk, tmp_path: Path) -> None:
    away = f"unix://{tmp_path}/nobody"
    async with write_client(away) as write, read_client(away) as read:
        gone = House("gone", write, read)
        gone.parts = msgspec.structs.replace(gone.parts, arrivals=desk.house.parts.arrivals)
        desk.use(app_over(gone.all_parts))

        posted = await desk.post("/v1/events", share())
        ready = await desk.call("GET", "/health/ready", by=None)
        live = await desk.call("GET", "/health/live", by=None)

    assert [(answer.status_code, problem(answer)) for answer in (posted, ready)] == [(503, "busy")] * 2
    assert int(posted.headers["retry-after"]) > 0
    assert live.status_code == 200
