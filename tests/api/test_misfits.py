"""What does not fit a form is told in plain words: what stands there, and what belongs there."""

import re
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from api.app import V1
from api.documented import DOCUMENTED
from api.misfits import belongs, faults_of, form_of
from api.v1.event_forms import CloudEvent
from api.v1.hr import AwardBody, ContentBody
from api.v1.member_forms import MadeUp, NewMember
from api.v1.mine_forms import ActBody, ThanksBody
from api.v1.rulebook import RulebookBody
from engine.sources.events import MAX_FAULTS
from engine.sources.signatures.profiles import PROFILES
from tests.api.desk import Desk, problem

A_TIME = "a time like 2026-11-23T09:12:00+02:00"
A_DAY = "a day such as 2026-12-21"
YES_OR_NO = "true or false"
UP_TO_100 = "a text of 1 to 100 characters"
UP_TO_200 = "a text of 1 to 200 characters"
UP_TO_1000 = "a text of 1 to 1,000 characters"
SOMEBODY = "a member id or an alias kind:value, such as email:anna@example.org"
A_CONTENT = "a content id of 1 to 100 characters without |"
SHOWN_OR_HIDDEN = "one of hidden, shown"
ALIASES = "a list of at most 20, each an alias kind:value of at most 200 characters, such as slack:U123"
FACTS = {
    "country": "two capitals of ISO 3166, such as FI",
    "team": UP_TO_100,
    "department": UP_TO_100,
    "time_zone": "a zone such as Europe/Helsinki",
    "language": "two small letters of ISO 639, such as fi",
    "started_on": "a month such as 2024-03",
    "is_leader": YES_OR_NO,
}
RECORD = {
    "name": UP_TO_200,
    "email": "an address of 3 to 200 characters, such as anna@example.org",
    "aliases": ALIASES,
    "invited_by": SOMEBODY,
}
HOUR = "a whole number of 0 to 23"
KINDS = (
    "a list of 1 to 50, each one of badge.granted, badge.withdrawn, challenge.reached, currency.expiring, "
    "level.changed, points.posted, recognition.named, rulebook.published, streak.continued, thanks.received"
)
WEB_ADDRESS = "an address such as https://hooks.example.org/sulka"
A_LIMIT = "a whole number of 1 to 9,007,199,254,740,991"
WORDS: dict[str, dict[str, str]] = {
    "NoticesBody": {"email": "one of never, weekly", "quiet_from": HOUR, "quiet_to": HOUR},
    "SubscriptionBody": {
        "title": UP_TO_100,
        "format": "one of slack, standard-webhooks, teams",
        "url": WEB_ADDRESS,
        "kinds": KINDS,
        "language": "one of en, fi",
    },
    "SubscriptionPatch": {
        "title": UP_TO_100,
        "url": WEB_ADDRESS,
        "kinds": KINDS,
        "language": "one of en, fi",
        "state": "one of active, disabled",
        "new_secret": "true or false",
    },
    "ReplayBody": {"position": "a whole number of 1 to 9,007,199,254,740,991", "since": A_TIME},
    "ActBody": {
        "type": UP_TO_100,
        "id": UP_TO_200,
        "time": A_TIME,
        "key": UP_TO_200,
        "data": "an object of at most 50 fields",
    },
    "AnswerBody": {
        "position": "a whole number of 1 to 9,007,199,254,740,991",
        "number": "a whole number of 1 to 1,000,000",
        "show": "one of hidden, shown",
    },
    "AwardBody": {
        "id": UP_TO_200,
        "member": SOMEBODY,
        "reason": UP_TO_1000,
        "points": "a whole number of 1 to 1,000,000,000",
        "currency": UP_TO_100,
        "badge": UP_TO_100,
        "value": "a text of at most 100 characters",
        "tier": "a whole number of 0 to 100",
    },
    "ContentBody": {
        "id": A_CONTENT,
        "published": A_TIME,
        "topics": f"a list of at most 20, each {UP_TO_100}",
        "kind": UP_TO_100,
        "evergreen": YES_OR_NO,
        "requires_label": YES_OR_NO,
    },
    "CorrectionBody": {
        "id": UP_TO_200,
        "member": SOMEBODY,
        "reason": UP_TO_1000,
        "amount": "a whole number of -1,000,000,000 to 1,000,000,000",
        "currency": UP_TO_100,
    },
    "MadeUp": {**FACTS, "invited_by": UP_TO_100},
    "LinkBody": {
        "alias": "an alias kind:value of at most 200 characters, such as slack:U123",
        "code": "a code of 8 letters and digits",
    },
    "MemberPatch": {**FACTS, **RECORD, "active": YES_OR_NO},
    "MembershipBody": {
        "change": "one of away, join, leave, pause, resume",
        "first_day": A_DAY,
        "last_day": A_DAY,
    },
    "MyRetractionBody": {
        "id": UP_TO_200,
        "key": UP_TO_200,
        "source": UP_TO_200,
        "content": A_CONTENT,
        "reason": UP_TO_1000,
        "badges_stay": YES_OR_NO,
    },
    "NewMember": {**FACTS, **RECORD, "id": UP_TO_200},
    "RetractionBody": {
        "id": UP_TO_200,
        "key": UP_TO_200,
        "source": UP_TO_200,
        "content": A_CONTENT,
        "member": SOMEBODY,
        "reason": UP_TO_1000,
        "badges_stay": YES_OR_NO,
    },
    "RulebookBody": {"files": "an object of 1 to 400 fields, each a text of at most 1,048,576 characters"},
    "SecretBody": {"secret": "a text of at most 500 characters"},
    "SourceBody": {
        "name": "a name of 1 to 100 lower-case letters, digits and ._- that begins with a letter or digit",
        "title": UP_TO_100,
        "profile": f"one of {', '.join(PROFILES)}",
        "mapping": UP_TO_100,
        "secret": "a text of at most 500 characters",
    },
    "ThanksBody": {"to": SOMEBODY, "text": "a text of 1 to 1,000 characters, not only spaces", "id": UP_TO_200},
    "OrganizationBody": {
        "name": "1 to 40 lower-case letters, digits and single hyphens, first a letter, last no hyphen",
        "title": UP_TO_100,
        "log_entries": A_LIMIT,
        "members": A_LIMIT,
    },
    "OrganizationChange": {"title": UP_TO_100, "log_entries": A_LIMIT, "members": A_LIMIT, "closed": "true or false"},
    "TokenBody": {
        "role": "one of admin, hr, member, source",
        "name": UP_TO_100,
        "member": UP_TO_100,
        "source": UP_TO_100,
    },
    "VerdictBody": {"verdict": "one of approve, decline", "reason": "a text of 1 to 1,000 characters"},
    "VisibilityBody": {"boards": SHOWN_OR_HIDDEN, "wall": SHOWN_OR_HIDDEN, "badges": SHOWN_OR_HIDDEN},
}

NASTY: dict[str, Any] = {
    "null": None,
    "true": True,
    "the number 1.5": Decimal("1.5"),
    "the number -1": -1,
    "the number 1000000000001": 10**12 + 1,
    "an empty text": "",
    '"|:"': "|:",
    '" "': " ",
    f'"{"x" * 60}…"': "x" * 1_001,
    "a list of 0": [],
    "a list of 51": [1] * 51,
    "an object of 0 fields": {},
    "an object of 101 fields": dict.fromkeys(map(str, range(101)), 1),
}
"""Values by the way in which they are shown."""

OF_A_LIBRARY = re.compile(r"[`$\\^]|Expected|regex|Invalid|enum\b|length|None\b|Decimal|decimal|struct")


def forms() -> dict[str, type[msgspec.Struct]]:
    """All that calls take as one object; how events are read is said in tests/sources."""
    taken = [body.kind for handler in V1 for body in handler.opt[DOCUMENTED].takes]
    found = {kind.__name__: kind for kind in taken if isinstance(kind, type) and issubclass(kind, msgspec.Struct)}
    del found[CloudEvent.__name__]
    return {**found, MadeUp.__name__: MadeUp}


FIELDS = [(form, field) for form, described in WORDS.items() for field in described]


def test_every_field_of_every_form_says_in_words_what_belongs_there() -> None:
    said = {
        name: {field: belongs(described.type) for field, described in form_of(kind).items()}
        for name, kind in forms().items()
    }

    assert said == WORDS


@pytest.mark.parametrize(("form", "field"), FIELDS)
def test_whatever_stands_in_a_field_is_shown_as_it_stands(form: str, field: str) -> None:
    kind = forms()[form]
    told = {
        shown: [fault for fault in faults_of({field: value}, kind) if fault.code != "missing"]
        for shown, value in NASTY.items()
    }

    assert sum(bool(faults) for faults in told.values()) >= 5
    for shown, faults in told.items():
        for fault in faults:
            assert OF_A_LIBRARY.search(f"{fault.found} {fault.expected}") is None, (shown, fault)
            if fault.pointer == f"/{field}":
                assert fault.found in {shown, "1001 characters"}, (shown, fault)
                assert fault.expected == WORDS[form][field]


@pytest.mark.parametrize(("form", "field"), FIELDS)
def test_what_is_told_is_what_the_form_does_not_take(form: str, field: str) -> None:
    kind = forms()[form]
    annotation = {each.encode_name: each.type for each in msgspec.structs.fields(kind)}[field]

    for value in NASTY.values():
        is_told = any(fault.code != "missing" for fault in faults_of({field: value}, kind))
        try:
            msgspec.convert(value, annotation)
        except msgspec.ValidationError:
            assert is_told, value
        else:
            assert not is_told, value


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        (ThanksBody, {"to": "a", "text": "  "}, [("/text", "wrong-value", '"  "', None)]),
        (ThanksBody, {"to": "", "text": 5}, [("/to", "empty", "an empty text", None),
                                             ("/text", "wrong-type", "the number 5", None)]),
        (ThanksBody, {"text": "x", "To": "a"}, [("/To", "unknown-field", 'a field "To"', "to"),
                                                ("/to", "missing", "nothing", None)]),
        (NewMember, {"name": "A", "aliases": ["a:b", 5, "no"]}, [("/aliases/1", "wrong-type", "the number 5", None),
                                                                 ("/aliases/2", "wrong-value", '"no"', None)]),
        (NewMember, {"name": "A", "aliases": ["a:b"] * 21}, [("/aliases", "too-many", "a list of 21", None)]),
        (NewMember, {"name": "A", "country": "FIN"}, [("/country", "too-long", '"FIN"', None)]),
        (NewMember, {"name": "A" * 201}, [("/name", "too-long", "201 characters", None)]),
        (NewMember, {"name": None}, [("/name", "wrong-type", "null", None)]),
        (AwardBody, {"member": "a", "reason": "r", "points": 0}, [("/points", "wrong-value", "the number 0", None)]),
        (AwardBody, {"member": "a", "reason": "r", "tier": True}, [("/tier", "wrong-type", "true", None)]),
        (ContentBody, {"id": "a|b"}, [("/id", "wrong-value", '"a|b"', None)]),
        (ActBody, {"type": "t", "data": []}, [("/data", "wrong-type", "a list of 0", None)]),
        (RulebookBody, {"files": {}}, [("/files", "empty", "an object of 0 fields", None)]),
        (RulebookBody, {"files": {"a/b~.toml": 5}}, [("/files/a~1b~0.toml", "wrong-type", "the number 5", None)]),
    ],
)  # fmt: skip
def test_each_fault_has_its_place_its_code_and_what_stands_there(
    kind: type[msgspec.Struct], body: dict[str, Any], told: list[tuple[str, str, str, str | None]]
) -> None:
    faults = faults_of(body, kind)

    assert [(each.pointer, each.code, each.found, each.did_you_mean) for each in faults] == told


def test_a_body_full_of_faults_gets_a_short_answer() -> None:
    many = {f"field {number}": 1 for number in range(1_000)}

    assert len(faults_of(many, NewMember)) == MAX_FAULTS


@pytest.mark.parametrize("body", [[], [1, 2], "text", 5, None])
async def test_a_body_that_is_no_object_is_told_what_it_is(desk: Desk, body: object) -> None:
    answer = await desk.call("POST", "/v1/content", content=msgspec.json.encode(body), by="hr")

    assert problem(answer) == "does-not-fit"
    (fault,) = answer.json()["errors"]
    assert (fault["code"], fault["pointer"]) == ("wrong-type", "")
    assert fault["found"] in {"a list of 0", "a list of 2", '"text"', "the number 5", "null"}
    assert fault["expected"] == "an object with id, published, topics, kind, evergreen, requires_label"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"change": "hop"}, [("/change", "wrong-value", '"hop"')]),
        ({"change": "joni"}, [("/change", "wrong-value", '"joni"')]),
        ({"change": "away"}, [("/first_day", "missing", "nothing"), ("/last_day", "missing", "nothing")]),
        ({"change": "pause", "last_day": "2026-11-24"}, [("/last_day", "contradiction", '"2026-11-24"')]),
    ],
)
async def test_a_choice_that_can_not_be_made_is_told_in_words(
    desk: Desk, body: object, told: list[tuple[str, str, str]]
) -> None:
    await desk.as_member("anna")

    answer = await desk.post("/v1/me/membership", body, by="anna")

    faults = answer.json()["errors"]
    assert [(each["pointer"], each["code"], each["found"]) for each in faults] == told
    assert [each.get("did_you_mean") for each in faults if each["found"] == '"joni"'] in ([], ["join"])
