"""What the form allows and there is not: refused at every door, by the same checks as the import of a table."""

from typing import Any

import msgspec
import pytest

from engine.core.rulebook import Topic
from engine.core.rules import Text
from engine.run.roster.rows import Refused, read_row
from engine.run.roster.sheet import Line
from tests.api.desk import Desk, problem
from tests.api.house import programme, share

UNFIT: list[tuple[str, str, str, str, str | None]] = [
    ("country", "XX", "wrong-value", "two capitals of ISO 3166, such as FI", None),
    ("country", "UK", "wrong-value", "two capitals of ISO 3166, such as FI", None),
    ("language", "xx", "wrong-value", "two small letters of ISO 639, such as fi", None),
    ("time_zone", "Europe/Helsinky", "wrong-value", "a zone such as Europe/Helsinki", "Europe/Helsinki"),
    ("team", "red\x00", "wrong-characters", "a text without control characters", None),
    ("department", "a\nb", "wrong-characters", "a text without control characters", None),
    ("name", "A\x7f", "wrong-characters", "a text without control characters", None),
    ("name", "  ", "empty", "the person's name", None),
    ("email", "anna.example.org", "wrong-value", "an address such as anna@example.org", None),
]
FIT = [("country", "FI"), ("language", "sv"), ("time_zone", "Asia/Tokyo"), ("team", "Röd"), ("email", "b@example.org")]
FACTS = ("country", "language", "time_zone", "team", "department")


@pytest.mark.parametrize(("field", "value", "code", "expected", "near"), UNFIT)
async def test_what_there_is_not_is_refused_when_a_member_is_made_known_or_changed(
    desk: Desk, field: str, value: str, code: str, expected: str, near: str | None
) -> None:
    anna = await desk.house.member("anna")
    await desk.house.judge()
    before = await desk.house.position()

    added = await desk.post("/v1/members", {"name": "Bea", field: value}, by="hr")
    changed = await desk.call("PATCH", f"/v1/members/{anna}", {field: value}, by="hr")

    for answer in (added, changed):
        assert (answer.status_code, problem(answer)) == (422, "does-not-fit")
        (fault,) = answer.json()["errors"]
        assert (fault["pointer"], fault["code"], fault["expected"]) == (f"/{field}", code, expected)
        assert fault.get("did_you_mean") == near
    assert await desk.house.position() == before


async def test_all_that_there_is_not_is_told_at_once(desk: Desk) -> None:
    said = {"name": "Bea", "country": "XX", "language": "xx", "aliases": ["slack:U1", "slack:\x00"]}

    answer = await desk.post("/v1/members", said, by="hr")

    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/country", "/language", "/aliases/1"}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, value, *_ in UNFIT if field in FACTS])
async def test_a_made_up_member_is_of_the_same_world(desk: Desk, field: str, value: str) -> None:
    answer = await desk.post("/v1/events?try=true", share(facts={field: value}), by="hr")

    assert (answer.status_code, problem(answer)) == (422, "does-not-fit")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"/facts/{field}"]


@pytest.mark.parametrize(
    ("field", "value", "is_fit"),
    [*((field, value, False) for field, value, *_ in UNFIT), *((field, value, True) for field, value in FIT)],
)
async def test_the_api_and_the_import_of_a_table_judge_alike(
    desk: Desk, field: str, value: str, *, is_fit: bool
) -> None:
    row: dict[str, Any] = {"id": "new", "name": "Bea", field: value}
    said = {"name": "Bea", field: value}

    imported = read_row(Line(1, row))
    answer = await desk.post("/v1/members", said, by="hr")

    if "\n" in value:  # a cell of a table may be written over two lines; its words are then joined
        assert not isinstance(imported, Refused)
    else:
        assert isinstance(imported, Refused) is not is_fit
    assert answer.is_success is is_fit, answer.text


async def with_topics(desk: Desk) -> Desk:
    """The rule files in force declare two topics."""
    topics = tuple(Topic(id=id_, title=Text({"en": id_.title()})) for id_ in ("hiring", "technology"))
    desk.house.use(msgspec.structs.replace(programme(), topics=topics, digest=b"t" * 16))
    await desk.house.publish(number=2)
    await desk.house.judge()
    return desk


@pytest.mark.parametrize("by", ["source", "hr"])
async def test_a_topic_that_the_rule_files_do_not_declare_is_refused_with_what_was_meant(desk: Desk, by: str) -> None:
    await with_topics(desk)
    before = await desk.house.position()

    answer = await desk.post("/v1/content", {"id": "p", "topics": ["hirring", "hiring", "x"]}, by=by)

    assert (answer.status_code, problem(answer)) == (422, "does-not-fit")
    faults = [(each["pointer"], each["code"], each["found"], each["expected"]) for each in answer.json()["errors"]]
    expected = "one of hiring, technology"
    assert faults == [
        ("/topics/0", "wrong-value", '"hirring"', expected),
        ("/topics/2", "wrong-value", '"x"', expected),
    ]
    assert [each.get("did_you_mean") for each in answer.json()["errors"]] == ["hiring", None]
    assert await desk.house.position() == before


async def test_a_topic_that_they_declare_is_taken(desk: Desk) -> None:
    await with_topics(desk)

    answer = await desk.post("/v1/content", {"id": "p", "topics": ["hiring", "technology"]})

    assert answer.status_code == 202


async def test_where_they_declare_no_topics_any_word_is_one(desk: Desk) -> None:
    answer = await desk.post("/v1/content", {"id": "p", "topics": ["whatever"]})

    assert answer.status_code == 202
