"""Each problem that the document lists with a call is one that the call gives, and no other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from api.app import create_document
from api.problem_examples import PROBLEM_EXAMPLES
from api.problems import PROBLEMS, response_to
from api.v1.subscription_forms import ADD
from engine.core.entries import MemberFacts
from engine.core.keys import member_key
from engine.core.stored import encode_state
from engine.run.linking import MOST_WRONG
from engine.run.live.listener import Listener
from engine.run.live.seats import MOST_A_MEMBER
from engine.run.member_fields import FACTS, MOST_ALIASES
from engine.sources.events import MAX_BODY_BYTES
from engine.sources.forms import MOST_FORM_FIELDS
from engine.sources.payload import FORM
from engine.store.connect import read_client, write_client
from engine.store.errors import Outcome, StoreDamaged, StoreFull, StoreUnavailable
from engine.store.looks import MOST_LOOKS
from engine.store.outbox import MOST_SUBSCRIPTIONS
from tests.api.connected import SECRET as CRM
from tests.api.connected import connect, deliver
from tests.api.connected import share as shared_in_a_tool
from tests.api.desk import Desk, app_over, problem
from tests.api.house import House, share
from tests.api.test_approvals import waiting_over
from tests.api.test_asides import gone_aside

AT = {"sulka-recorded-at": "2026-11-23T12:00:00+02:00"}
WHY = "reason=She+asked+me+to+look"
NOBODY = "email:nobody@example.org"
ANNA = "email:anna@example.org"
CSV = "text/csv"
GONE = "email:gone@example.org"

Steps = tuple[Any, ...]
"""Requests as method, path, body, token and headers."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call of the document, and how to send it rightly."""

    name: str
    method: str
    path: str
    operation: dict[str, Any]

    @property
    def listed(self) -> set[str]:
        """The problems that the document lists."""
        types = [
            kind
            for answer in self.operation["responses"].values()
            for content in answer["content"].values()
            for part in content["schema"].get("allOf", ())
            for kind in part.get("properties", {}).get("type", {}).get("enum", ())
        ]
        return {kind.partition("#")[2] for kind in types}

    @property
    def roles(self) -> list[str]:
        """Whose tokens are let in."""
        return [role for each in self.operation["security"] for role in each]

    @property
    def by(self) -> str | None:
        """A token that is let in."""
        order = ("source", "member", "hr", "admin")
        found = next((role for role in order if role in self.roles), None)
        return "anna" if found == "member" else found

    @property
    def body(self) -> Any:  # noqa: ANN401 - decoded JSON
        """The document's own example."""
        content = self.operation.get("requestBody", {}).get("content", {}).get("application/json")
        return None if content is None else next(iter(content["examples"].values()))["value"]

    @property
    def sent(self) -> dict[str, Any]:
        """The same as it is sent: as JSON, or as the table that the document shows."""
        content = self.operation.get("requestBody", {}).get("content", {}).get(CSV)
        if content is None:
            return {"body": self.body}
        return {"content": next(iter(content["examples"].values()))["value"].encode(), "kind": CSV}

    @property
    def signed(self) -> dict[str, str]:
        """What is sent in place of a token where a sender proves itself."""
        return {"authorization": f"Bearer {CRM}"} if self.path.startswith("/v1/webhooks/") else {}

    @property
    def address(self) -> str:
        """With the examples of its parameters, for a member who is known."""
        path = self.path
        for each in self.operation["parameters"]:
            if each["in"] == "path":
                path = path.replace("{" + each["name"] + "}", str(each["example"]))
        return f"{path}?{WHY}" if any(each["name"] == "reason" for each in self.operation["parameters"]) else path


def calls() -> Iterator[Call]:
    for path, methods in create_document().content["paths"].items():
        for method, operation in methods.items():
            yield Call(name=operation["operationId"], method=method.upper(), path=path, operation=operation)


async def sent(desk: Desk, steps: Steps) -> httpx.Response:
    """The last answer."""
    for method, path, body, by, headers in steps[:-1]:
        await desk.right(method, path, body, by=by, headers=headers)
    method, path, body, by, headers = steps[-1]
    return await desk.call(method, path, body, by=by, headers=headers)


async def given(desk: Desk, call: Call, kind: str) -> httpx.Response:
    """The answer to the call's own example with what is wrong about it."""
    match kind:
        case "no-token":
            return await desk.call(call.method, call.address, **call.sent, by=None)
        case "not-allowed":
            wrong = next(
                by for by, role in (("anna", "member"), ("hr", "hr"), ("source", "source")) if role not in call.roles
            )
            return await desk.call(call.method, call.address, **call.sent, by=wrong)
        case "not-json":
            return await desk.call(call.method, call.address, content=b"{", by=call.by, headers=call.signed)
        case "too-large":
            return await desk.call(call.method, call.address, content=b" " * (MAX_BODY_BYTES + 1), by=call.by)
        case "wrong-content-type":
            return await desk.call(
                call.method, call.address, content=b"a=b", kind="text/plain", by=call.by, headers=call.signed
            )
        case "not-authentic":
            return await desk.call(call.method, call.address, call.body, by=None)
        case "does-not-fit" if call.signed:
            many = b"a=1&" * (MOST_FORM_FIELDS + 1)
            return await desk.call(call.method, call.address, content=many, kind=FORM, by=None, headers=call.signed)
        case "does-not-fit" if "content" in call.sent:
            return await desk.call(call.method, call.address, content=b"nothing", kind=CSV, by=call.by)
        case "does-not-fit":
            return await desk.call(call.method, call.address, {"nothing": 1}, by=call.by)
        case "not-understood" if "limit" in str(call.operation["parameters"]):
            return await desk.call(call.method, f"{call.path}?limit=0".replace("{board}", "advocates"), by=call.by)
        case "not-understood" if "reason" in str(call.operation["parameters"]):
            return await desk.call(call.method, call.address.partition("?")[0], by=call.by)
        case "not-understood" if call.body is None and "Sulka-Recorded-At" in str(call.operation["parameters"]):
            said = {"sulka-recorded-at": "yesterday"}
            return await desk.call(call.method, call.address, by=call.by, headers=said)
        case "not-understood":
            return await desk.call(call.method, f"{call.address}?perod=week", **call.sent, by=call.by)
        case "wrong-state":
            return await desk.call(call.method, call.address, **call.sent, by=call.by, headers={**AT, **call.signed})
        case "too-often":
            return [await desk.call(call.method, call.address, **call.sent, by=call.by) for _ in range(MOST_CODES)][-1]
        case "too-many-streams":
            return await one_stream_more(desk)
        case _:
            raise AssertionError((call.name, kind))


async def one_stream_more(desk: Desk) -> httpx.Response:
    """The answer to who has as many streams as there may be."""
    anna, seats = str(await desk.house.parts.members.find(ANNA)), desk.house.parts.seats
    who, listeners = f"{desk.house.parts.organization}~{anna}", [Listener(anna) for _ in range(MOST_A_MEMBER)]
    for listener in listeners:
        seats.take(who, listener)
    answer = await desk.get("/v1/stream", by="anna")
    for listener in listeners:
        seats.leave(who, listener)
    return answer


def once(path: str, by: str, first: dict[str, Any], other: dict[str, Any]) -> tuple[Any, ...]:
    """The same id with other content."""
    return (("POST", path, {**first, "id": "one"}, by, None), ("POST", path, {**other, "id": "one"}, by, None))


ALL_FACTS = {**dict.fromkeys(FACTS), "is_leader": False}
"""What is said whole needs not wait for the engine."""

MOST_CODES = MOST_WRONG + 1
WRONG_CODE = {"alias": "slack:U1", "code": "aaaabbbb"}
THANKS = {"to": "email:bea@example.org", "text": "Thank you"}
AWARD = {"member": ANNA, "points": 5, "reason": "Spoke at the fair"}
CORRECTION = {"member": ANNA, "amount": 5, "reason": "Forgotten"}


async def own_steps(desk: Desk) -> dict[tuple[str, str], Steps]:
    """What has to be sent where the call's own example with something wrong won't do; the last answer counts."""
    aside = await gone_aside(desk, id="aside")
    held = await something_waiting(desk)
    anna = await desk.house.parts.members.find(ANNA)
    await deliver(desk, {"kind": "poll"}, profile="bearer", name="crm")
    ((unkept, *_), _) = await desk.house.parts.deliveries.page("crm", count=1)
    (only,) = (await desk.house.parts.directory.sources())["crm"].secrets
    signed = {**AT, "authorization": f"Bearer {CRM}"}
    await ask_about_the_example(desk)
    await fill_up(desk)
    return {
        **STEPS,
        ("decide", "wrong-state"): (("POST", f"/v1/approvals/{held}", {"verdict": "approve"}, "hr", AT),),
        ("take_webhook", "wrong-state"): (("POST", "/v1/webhooks/crm", shared_in_a_tool(), None, signed),),
        ("take_secret", "wrong-state"): (("DELETE", f"/v1/sources/crm/secrets/{only.id}", None, "admin", None),),
        ("replay_delivery", "wrong-state"): (
            ("POST", f"/v1/sources/crm/deliveries/{unkept.id}/replay", None, "admin", None),
        ),
        ("create_token", "wrong-state"): (
            ("PATCH", f"/v1/members/{await desk.house.member('gone')}", {"active": False}, "hr", None),
            (
                "POST",
                "/v1/tokens",
                {"role": "member", "name": "x", "member": await desk.house.parts.members.find(GONE)},
                "admin",
                None,
            ),
        ),
        ("retry_aside", "wrong-state"): (("POST", f"/v1/asides/{aside}/retry", None, "admin", AT),),
        ("change_member", "wrong-state"): (
            ("PATCH", f"/v1/members/{anna}", {**ALL_FACTS, "aliases": ["email:bea@example.org"]}, "hr", None),
        ),
        **{
            (f"member_{part}", "not-found"): (("GET", f"/v1/members/{NOBODY}{path}?{WHY}", None, "hr", None),)
            for part, path in PARTS_OF_A_RECORD.items()
        },
    }


async def something_waiting(desk: Desk) -> int:
    """The position of an award that waits until somebody agrees."""
    before = desk.house.book
    desk.house.use(waiting_over(5, before))
    position = (await desk.right("POST", "/v1/awards", {**AWARD, "points": 6}, by="admin"))["position"]
    await desk.house.judge()
    desk.house.use(before)
    return int(position)


STEPS: dict[tuple[str, str], Steps] = {
    ("post_events", "content-conflict"): once("/v1/events", "source", share(), share(data={"channel": "x"})),
    ("post_events", "foreign-source"): (("POST", "/v1/events", share(source="crm"), "source", None),),
    ("event_type", "not-found"): (("GET", "/v1/event-types/nothing", None, "source", None),),
    ("event_fate", "foreign-source"): (("GET", "/v1/sources/crm/events/x", None, "source", None),),
    ("event_fate", "not-found"): (("GET", "/v1/sources/hub/events/never", None, "source", None),),
    ("me", "not-found"): (("GET", "/v1/me", None, "ghost", None),),
    ("choose_membership", "not-found"): (("POST", "/v1/me/membership", {"change": "join"}, "ghost", None),),
    ("choose_visibility", "not-found"): (("POST", "/v1/me/visibility", {"wall": "shown"}, "ghost", None),),
    ("stream", "not-found"): (("GET", "/v1/stream", None, "ghost", None),),
    ("notices", "not-found"): (("GET", "/v1/me/notices", None, "ghost", None),),
    ("choose_notices", "not-found"): (("POST", "/v1/me/notices", {"email": "weekly"}, "ghost", None),),
    ("receipt", "not-found"): (("GET", "/v1/me/receipts/999", None, "anna", None),),
    ("say_act", "content-conflict"): once(
        "/v1/me/acts",
        "anna",
        {"type": "content.shared", "data": {"channel": "linkedin"}},
        {"type": "content.shared", "data": {"channel": "x"}},
    ),
    ("answer_asked", "not-found"): (
        ("POST", "/v1/me/recognitions", {"position": 17, "number": 2, "show": "shown"}, "anna", None),
    ),
    ("thank", "content-conflict"): once("/v1/thanks", "anna", THANKS, {**THANKS, "text": "Again"}),
    ("thank", "wrong-state"): (("POST", "/v1/thanks", THANKS, "anna", AT),),
    ("retract_mine", "content-conflict"): once("/v1/me/retractions", "anna", {"key": "a"}, {"key": "b"}),
    ("retract", "content-conflict"): once("/v1/retractions", "source", {"key": "a"}, {"key": "b"}),
    ("retract", "not-found"): (("POST", "/v1/retractions", {"content": "c", "member": NOBODY}, "source", None),),
    ("retract", "foreign-source"): (("POST", "/v1/retractions", {"key": "a", "source": "crm"}, "source", None),),
    ("award", "content-conflict"): once("/v1/awards", "hr", AWARD, {**AWARD, "points": 6}),
    ("award", "not-found"): (("POST", "/v1/awards", {**AWARD, "member": NOBODY}, "hr", None),),
    ("correct", "content-conflict"): once("/v1/corrections", "hr", CORRECTION, {**CORRECTION, "amount": 6}),
    ("correct", "not-found"): (("POST", "/v1/corrections", {**CORRECTION, "member": NOBODY}, "hr", None),),
    ("leaderboard", "not-found"): (("GET", "/v1/leaderboards/nothing", None, "hr", None),),
    ("add_member", "content-conflict"): once("/v1/members", "hr", {"name": "A"}, {"name": "B"}),
    ("change_member", "not-found"): (("PATCH", "/v1/members/nobody", {"team": "x"}, "hr", None),),
    ("create_token", "not-found"): (
        ("POST", "/v1/tokens", {"role": "source", "name": "x", "source": "no"}, "admin", None),
    ),
    ("try_source", "wrong-state"): (("POST", "/v1/sources/hub/test", None, "admin", None),),
    ("add_secret", "wrong-state"): (("POST", "/v1/sources/hub/secrets", {}, "admin", None),),
    ("add_secret", "not-found"): (("POST", "/v1/sources/nobody/secrets", {}, "admin", None),),
    ("deliveries", "not-found"): (("GET", "/v1/sources/nobody/deliveries", None, "hr", None),),
    ("try_source", "not-found"): (("POST", "/v1/sources/nobody/test", None, "admin", None),),
    ("take_secret", "not-found"): (("DELETE", "/v1/sources/crm/secrets/00000000", None, "admin", None),),
    ("replay_delivery", "not-found"): (("POST", "/v1/sources/crm/deliveries/0-0/replay", None, "admin", None),),
    ("add_source", "wrong-state"): (("POST", "/v1/sources", {"name": "hub", "title": "x"}, "admin", None),),
    ("ask_for_code", "not-found"): (("POST", "/v1/me/links", None, "ghost", None),),
    ("ask_for_code", "wrong-state"): (("POST", "/v1/me/links", None, "full", None),),
    ("my_links", "not-found"): (("GET", "/v1/me/links", None, "ghost", None),),
    ("unlink", "not-found"): (("DELETE", "/v1/me/links/slack:u1", None, "anna", None),),
    ("unlink", "wrong-state"): (("DELETE", f"/v1/me/links/{ANNA}", None, "anna", None),),
    ("say_code", "wrong-state"): (("POST", "/v1/links", WRONG_CODE, "source", None),),
    ("add_organization", "wrong-state"): (
        ("POST", "/v1/organizations", {"name": "main", "title": "x"}, "admin", None),
    ),
    ("change_organization", "not-found"): (("PATCH", "/v1/organizations/nobody", {"members": 1}, "admin", None),),
    ("retry_aside", "not-found"): (("POST", "/v1/asides/999/retry", None, "admin", None),),
    ("add_subscription", "wrong-state"): (
        *(("POST", "/v1/subscriptions", ADD, "admin", None) for _ in range(MOST_SUBSCRIPTIONS + 1)),
    ),
    ("change_subscription", "not-found"): (("PATCH", "/v1/subscriptions/no", {"title": "x"}, "admin", None),),
    ("drop_subscription", "not-found"): (("DELETE", "/v1/subscriptions/no", None, "admin", None),),
    ("check_subscription", "not-found"): (("POST", "/v1/subscriptions/no/test", None, "admin", None),),
    ("replay", "not-found"): (("POST", "/v1/subscriptions/no/replay", {"position": 1}, "admin", None),),
    ("subscription_deliveries", "not-found"): (("GET", "/v1/subscriptions/no/deliveries", None, "admin", None),),
    ("decide", "not-found"): (("POST", "/v1/approvals/999", {"verdict": "approve"}, "hr", None),),
    ("metrics", "not-allowed"): (("GET", "/metrics", None, None, {"x-forwarded-for": "192.0.2.1"}),),
}
PARTS_OF_A_RECORD = {"record": "", "ledger": "/ledger", "receipt": "/receipts/1", "badges": "/badges"}
HERE_ALONE = {("rulebook", "not-found")}
"""What an organization gives that has no rulebook yet."""


@pytest.fixture
async def peopled(desk: Desk) -> Desk:
    """A desk with two people, and the token of one who was erased while asking."""
    await desk.as_member("anna")
    await desk.as_member("bea")
    await desk.token("ghost", "member", member="ghost")
    await connect(desk, "bearer", name="crm")
    return desk


def _late(kind: str) -> tuple[bool, str]:
    """What is too often is asked for last."""
    return kind == "too-often", kind


async def test_each_problem_that_is_listed_is_given(peopled: Desk) -> None:
    steps = await own_steps(peopled)
    listed = [(call, kind) for call in calls() for kind in sorted(call.listed - {"busy", "damaged"}, key=_late)]
    differences = {}

    for call, kind in listed:
        if (call.name, kind) in HERE_ALONE:
            continue
        if kind == "wrong-state" and call.name.startswith("member_"):
            await fill_looks(peopled)
        own = steps.get((call.name, kind))
        answer = await given(peopled, call, kind) if own is None else await sent(peopled, own)
        if problem(answer) != kind:
            differences[call.name, kind] = answer.text[:300]

    assert len(listed) > 150
    assert differences == {}


async def ask_about_the_example(desk: Desk) -> None:
    """Anna was asked what the example of an answer is about."""
    anna = str(await desk.house.parts.members.find(ANNA))
    state = await desk.house.parts.members.state(anna)
    asked = msgspec.structs.replace(state, asked=[17, 1, 0])
    await desk.house.write.hset(desk.house.keys.states, member_key(anna), encode_state(asked))


async def fill_up(desk: Desk) -> None:
    """Somebody has as many accounts as they may."""
    member = await desk.as_member("full")
    aliases = tuple(f"chat:{number}" for number in range(MOST_ALIASES))
    await desk.house.parts.members.change(
        member, lambda record: msgspec.structs.replace(record, aliases=aliases), MemberFacts(), desk.house.when, only=()
    )


async def fill_looks(desk: Desk) -> None:
    """As many as are kept of Anna's record."""
    anna = await desk.house.parts.members.find(ANNA)
    looks = {f"look-{number}": number for number in range(MOST_LOOKS)}
    await desk.house.write.zadd(desk.house.keys.looks(str(anna)), looks)


async def test_every_call_that_may_be_busy_is_so_without_its_store(peopled: Desk, tmp_path: Path) -> None:
    away = f"unix://{tmp_path}/nobody"
    async with write_client(away) as write, read_client(away) as read:
        peopled.use(app_over(House("gone", write, read).all_parts))

        answers = {
            call.name: await peopled.call(call.method, call.address, **call.sent, by=call.by) for call in calls()
        }

    busy = {name for name, answer in answers.items() if answer.status_code == 503}
    assert busy == {call.name for call in calls() if "busy" in call.listed}
    assert answers["live"].status_code == answers["metrics"].status_code == 200


async def test_every_call_that_may_find_damage_says_so_and_not_when_to_come_again(peopled: Desk) -> None:
    keys, write = peopled.house.keys, peopled.house.write
    for name in (keys.tokens, keys.door, keys.sources):
        await write.delete(name)
        await write.set(name, "what nobody of ours writes")

    answers = {call.name: await peopled.call(call.method, call.address, **call.sent, by=call.by) for call in calls()}

    damaged = {name for name, answer in answers.items() if answer.status_code == 503 and problem(answer) == "damaged"}
    assert damaged == {call.name for call in calls() if "damaged" in call.listed}
    assert not [name for name in damaged if "retry-after" in answers[name].headers]
    assert answers["live"].status_code == answers["metrics"].status_code == 200


@pytest.mark.parametrize("name", ["tokens", "directory", "rulebooks"])
async def test_a_row_that_can_not_be_read_is_damage(peopled: Desk, name: str) -> None:
    key, write = getattr(peopled.house.keys, name), peopled.house.write
    for field in await write.hkeys(key):
        await write.hset(key, field, b"\xc1")

    answers = [
        await peopled.get("/v1/me", by="anna"),
        await peopled.get(f"/v1/members/{ANNA}?{WHY}", by="hr"),
        await peopled.get("/v1/rulebook", by="hr"),
    ]

    assert "damaged" in [problem(answer) for answer in answers if not answer.is_success]


@pytest.mark.parametrize(
    ("method", "outcome", "detail"),
    [
        ("POST", "unknown", "It is not known whether it was done; send the same again."),
        ("POST", "nothing-done", "Nothing was done; send it again."),
        ("GET", "unknown", "The store gave no answer; ask again."),
        ("GET", "nothing-done", "The store gave no answer; ask again."),
    ],
)
def test_only_who_sent_something_hears_what_became_of_it(method: str, outcome: Outcome, detail: str) -> None:
    answer = response_to(StoreUnavailable(reason="It is gone.", outcome=outcome), method, "/v1/me")

    assert msgspec.json.decode(answer.content)["detail"] == detail
    assert answer.headers["Retry-After"] == "2"


async def test_without_a_rulebook_there_is_none_to_be_read(house: House) -> None:
    empty = House(f"{house.keys.organization}-empty", house.write, house.read)
    async with Desk(empty) as desk:
        answer = await desk.get("/v1/rulebook", by="hr")

    assert problem(answer) == "not-found"


async def test_the_example_of_each_problem_is_what_is_answered(peopled: Desk) -> None:
    await peopled.right("POST", "/v1/awards", {**AWARD, "id": "one"}, by="hr")
    big, unfinished = b" " * (MAX_BODY_BYTES + 1), b'{"name": "Anna Example"'
    answers = (
        await peopled.call("POST", "/v1/members", content=unfinished, by="hr"),
        await peopled.get("/v1/me/ledger?limit=0", by="anna"),
        await peopled.post("/v1/members", {"nam": "Anna Example"}, by="hr"),
        await peopled.post("/v1/awards", {**AWARD, "id": "one", "points": 6}, by="hr"),
        await peopled.get("/v1/sources/crm/events/x"),
        await peopled.call("POST", "/v1/events", content=big),
        await peopled.call("POST", "/v1/members", content=b"a=b", kind="text/plain", by="hr"),
        await peopled.call("GET", "/v1/me", by=None),
        await peopled.call("POST", "/v1/webhooks/nobody", {}, by=None),
        await peopled.post("/v1/members", {"name": "Anna Example"}),
        await peopled.post("/v1/awards", {**AWARD, "member": NOBODY}, by="hr"),
        await peopled.call("PUT", "/v1/events", {}),
        await peopled.post("/v1/content", {"id": "c"}, by="hr", headers=AT),
        [await peopled.post("/v1/links", WRONG_CODE) for _ in range(MOST_CODES)][-1],
        await one_stream_more(peopled),
    )
    errors = (StoreFull(waiting=9), StoreDamaged(found="a hole"), ValueError("a bug"))
    away = [response_to(error, "POST", "/v1/events") for error in errors]

    found = [answer.json() for answer in answers] + [msgspec.json.decode(answer.content) for answer in away]

    assert found == msgspec.json.decode(msgspec.json.encode([PROBLEM_EXAMPLES[kind] for kind in PROBLEMS]))
