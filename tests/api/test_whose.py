"""What a member reads of an act that somebody else did: who it was where the rule says so, and else nothing of it."""

import dataclasses
import json

import msgspec
import pytest

from engine.core.entries import MemberErased
from engine.core.rulebook import Field, FieldType, Name
from engine.core.rules import Once, Pays, Rule
from engine.run.traces import Traces
from tests.api.desk import Desk
from tests.api.house import DAY_MS, programme, share
from tests.core.programme import share_rule, text

QUIET, TOLD = 21, 22
WHY = "reason=Anna+asked+me+to+look"


def rules(desk: Desk) -> None:
    """Shares pay the sharer, quietly whoever invited them, and a helper, who is told by whom."""
    book = programme()
    shared = book.events["content.shared"]
    quiet = other(
        QUIET,
        "A colleague whom you invited began",
        Pays(who="invited_by", says_who=False),
        Once(fields=("subject",), forget_days=None),
    )
    told = other(TOLD, "You helped with a share", Pays(who="field", field="helper"), None)
    fields = {**shared.fields, "helper": Field(name="helper", type=FieldType.MEMBER, optional=True)}
    events = {shared.type: msgspec.structs.replace(shared, fields=fields)}
    names = {rule.code: Name(kind="rule", id=rule.id, title=rule.title) for rule in (quiet, told)}
    desk.house.use(
        msgspec.structs.replace(book, events=events, rules=(share_rule(), quiet, told), names={**book.names, **names})
    )


def other(code: int, title: str, pays: Pays, once: Once | None) -> Rule:
    """A rule that pays somebody else than the sharer five points."""
    return dataclasses.replace(
        share_rule(),
        code=code,
        id=f"rule-{code}",
        rank=code,
        title=text(title),
        pays=pays,
        points=5,
        fade=None,
        limits=(),
        counts=(),
        once=once,
    )


async def newest(desk: Desk, by: str, language: str = "en") -> dict[str, object]:
    """The newest receipt of a member."""
    await desk.house.judge()
    ledger = await desk.right("GET", "/v1/me/ledger?limit=1", by=by, headers={"accept-language": language})
    receipt: dict[str, object] = ledger["receipts"][0]
    return receipt


async def record(desk: Desk, member: str) -> dict[str, object]:
    """What an export says of a member."""
    found = await desk.house.own_records().of(Traces(member=member), "en", desk.house.now)
    decoded: dict[str, object] = json.loads(msgspec.json.encode(found))
    return decoded


async def test_who_invited_somebody_reads_what_it_paid_and_the_day_and_nothing_else(desk: Desk) -> None:
    rules(desk)
    anna = await desk.as_member("anna")
    await desk.as_member("bea", invited_by=anna)
    await desk.post("/v1/events", share("email:bea@example.org", data={"content": "post-7"}))

    receipt = await newest(desk, "anna")

    assert {name: receipt[name] for name in ("type", "title", "time", "points", "who", "words", "sentences")} == {
        "type": "",
        "title": "A colleague whom you invited began",
        "time": "2026-11-22T22:00:00.000Z",
        "points": 5,
        "who": None,
        "words": None,
        "sentences": ["A colleague whom you invited began: 5 points.", "Coins: 5."],
    }


async def test_an_export_says_no_more_of_somebody_elses_act_than_its_receipt(desk: Desk) -> None:
    rules(desk)
    anna = await desk.as_member("anna")
    bea = await desk.as_member("bea", invited_by=anna)
    await desk.post("/v1/events", share("email:bea@example.org", data={"content": "post-7"}))
    await desk.house.judge()

    found = await record(desk, anna)

    whole = json.dumps(found)
    assert [word for word in (bea, "Bea", "post-7", "linkedin", "content.shared") if word in whole] == []
    receipts = found["receipts"]
    assert isinstance(receipts, list)
    assert (receipts[0]["held"], receipts[0]["recorded"]) == (None, "2026-11-22T22:00:00.000Z")


async def test_what_is_taken_back_from_who_invited_says_neither_whose_nor_why(desk: Desk) -> None:
    rules(desk)
    anna = await desk.as_member("anna")
    await desk.as_member("bea", invited_by=anna)
    await desk.post("/v1/events", share("email:bea@example.org", key="k"))
    await desk.house.judge()
    await desk.right("POST", "/v1/retractions", {"key": "k", "source": "hub", "reason": "Bea asked us"}, by="hr")

    receipt, theirs = await newest(desk, "anna"), await newest(desk, "bea")

    assert (receipt["type"], receipt["title"], receipt["words"]) == ("", "A colleague whom you invited began", None)
    assert receipt["points"] == -5
    assert (theirs["type"], theirs["title"], theirs["words"]) == ("sulka.retracted", "Taken back", "Bea asked us")
    assert "Bea asked us" not in json.dumps(await record(desk, anna))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "It is about what Bea did: Shared company content."),
        ("fi", "Tämä koskee sitä, mitä Bea teki: Jakoi yrityksen sisältöä."),
    ],
)
async def test_whoever_is_paid_for_somebody_elses_act_reads_whose_it_was(
    desk: Desk, language: str, sentence: str
) -> None:
    rules(desk)
    anna = await desk.as_member("anna")
    bea = await desk.as_member("bea")
    await desk.post("/v1/events", share("email:bea@example.org", data={"helper": "email:anna@example.org"}))

    receipt = await newest(desk, "anna", language)

    assert (receipt["type"], receipt["title"]) == ("content.shared", "You helped with a share")
    assert receipt["who"] == {"id": bea, "name": "Bea"}
    assert receipt["sentences"] == [
        sentence,
        "You helped with a share: 5 points." if language == "en" else "You helped with a share: 5 pistettä.",
        "Coins: 5." if language == "en" else "Kolikot: 5.",
    ]
    found = await record(desk, anna)
    assert isinstance(found["receipts"], list)
    held = found["receipts"][0]["held"]
    assert held == {"type": "content.shared", "data": {"helper": anna}}


async def test_an_act_that_is_no_longer_shown_names_nobody(desk: Desk) -> None:
    rules(desk)
    await desk.as_member("anna")
    await desk.as_member("bea")
    await desk.post("/v1/events", share("email:bea@example.org", data={"helper": "email:anna@example.org"}))
    await desk.house.judge()
    desk.house.now += 91 * DAY_MS

    receipt = await newest(desk, "anna")

    assert (receipt["type"], receipt["who"], receipt["title"]) == ("", None, "You helped with a share")
    assert receipt["sentences"] == ["You helped with a share: 5 points.", "Coins: 5."]


@pytest.mark.parametrize(
    ("language", "named", "nameless"),
    [
        ("en", "Anna thanked you.", "A former colleague thanked you."),
        ("fi", "Anna kiitti sinua.", "Entinen työtoveri kiitti sinua."),
    ],
)
async def test_whoever_is_thanked_reads_by_whom_as_long_as_there_is_a_name(
    desk: Desk, language: str, named: str, nameless: str
) -> None:
    anna = await desk.as_member("anna")
    await desk.as_member("bea")
    await desk.right("POST", "/v1/thanks", {"to": "email:bea@example.org", "text": "Thanks!"}, by="anna")

    before = await newest(desk, "bea", language)
    directory = desk.house.parts.directory
    rows = directory.erased_rows(anna, await directory.member(anna), ())
    await desk.house.parts.recorder.append(MemberErased(anna), desk.house.when, rows=rows)
    after = await newest(desk, "bea", language)

    assert (before["type"], before["who"]) == ("sulka.thanks", {"id": anna, "name": "Anna"})
    assert before["sentences"][0] == named  # type: ignore[index]  # a list of sentences
    assert (after["who"], after["sentences"][0]) == (None, nameless)  # type: ignore[index]  # as above


async def test_hr_does_not_read_from_one_record_who_else_takes_part(desk: Desk) -> None:
    rules(desk)
    anna = await desk.as_member("anna")
    bea = await desk.as_member("bea")
    await desk.right("POST", "/v1/thanks", {"to": "email:anna@example.org", "text": "Thanks!"}, by="bea")
    await desk.post("/v1/events", share("email:bea@example.org", data={"helper": "email:anna@example.org"}))
    await desk.house.judge()

    ledger = await desk.right("GET", f"/v1/members/{anna}/ledger?{WHY}", by="hr")

    whole = json.dumps(ledger)
    assert "A colleague thanked you." in whole
    assert "It is about what a colleague did" in whole
    assert [word for word in (bea, "Bea") if word in whole] == []
