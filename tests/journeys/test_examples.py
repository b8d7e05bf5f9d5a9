"""Every example of the OpenAPI document, sent as it stands to a service that takes times as they say."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.promised import Promises
from tests.journeys.serving import Serving, serving

Node = dict[str, Any]

ANNA = "k7w2mq9xhd4a"
SECRET = {"token", "digest", "at", "secret", "created_at", "created", "added_at"}
"""Under these names stand secrets and moments that are others each time."""

AT = "2026-11-23T09:12:00+02:00"
NOT_HERE = {
    *("asides", "retry_aside"),
    *("asked", "answer_asked", "approvals", "decide", "challenges"),
    *("deliveries", "replay_delivery", "answer_webhook"),
    *("check_subscription", "subscription_deliveries"),
    *("ask_for_code", "my_links", "unlink", "say_code", "import_members", "imports"),
    "stream",
}
"""Nothing goes aside in a service without a bug: test_asides.py of tests/api. By the rules of the starter nothing asks
first or waits, and there is no challenge: test_asked.py, test_approvals.py, test_challenges.py. What cannot be read,
and how senders try an address by themselves: test_webhooks.py, test_sources.py. Nobody listens where
the example's receiver is: test_subscriptions.py. A stream has no end: test_stream.py. Codes are others each time:
test_links.py. Tables of people: test_imports.py.
"""

# In the order in which somebody would send them; the second word says whose token it takes.
STORY = (
    ("add_source", "admin"),
    "crm signs",
    ("sources", "admin"),
    ("add_secret", "admin"),
    ("take_secret", "admin"),
    ("create_token", "admin"),
    ("add_member", "hr"),
    "bea",
    ("choose_membership", "anna"),
    ("choose_visibility", "anna"),
    "both are on the wall",
    ("know_content", "hr"),
    ("post_events", "source"),
    ("say_act", "anna"),
    ("thank", "bea"),
    ("award", "hr"),
    ("correct", "hr"),
    *((name, "anna") for name in ("me", "ledger", "receipt", "badges", "leaderboards", "leaderboard", "recognitions")),
    ("event_fate", "source"),
    ("whoami", "source"),
    ("event_types", "source"),
    ("event_type", "source"),
    *((name, "hr") for name in ("member_record", "member_ledger", "member_receipt", "member_badges")),
    ("looks", "anna"),
    ("notices", "anna"),
    ("choose_notices", "anna"),
    ("change_member", "hr"),
    ("retract", "source"),
    ("retract_mine", "anna"),
    ("take_webhook", "crm"),
    ("try_source", "admin"),
    ("check_rulebook", "hr"),
    ("publish", "hr"),
    ("rulebook", "hr"),
    ("versions", "hr"),
    *((name, "admin") for name in ("add_subscription", "subscriptions", "change_subscription", "replay")),
    ("drop_subscription", "admin"),
    ("live", None),
    ("ready", None),
    ("metrics", None),
    ("add_organization", "admin"),
    ("organizations", "admin"),
    ("change_organization", "admin"),
    ("end_history", "admin"),
)


class Storyteller:
    """Sends what the document shows, and notes how the answers differ from it."""

    def __init__(self, service: Serving) -> None:
        self.service = service
        self.document = httpx.get(f"{service.address}/schema").json()
        self.calls = {
            operation["operationId"]: (method, path, operation)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
        }
        self.promises = Promises(self.document)
        self.tokens = {"admin": service.last_line("token", "create", "--role", "admin")}
        self.names: dict[str, str] = {}
        self.differences: dict[str, tuple[object, object]] = {}
        self.told: set[str] = set()

    def send(
        self, method: str, path: str, by: str | None, body: object = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        sent = dict(headers or {})
        if by is not None:
            sent["Authorization"] = f"Bearer {self.tokens[by]}"
        return httpx.request(method, self.service.address + path, json=body, headers=sent, timeout=30)

    def right(self, method: str, path: str, by: str, body: object) -> Node:
        """The answer to a request of ours, which must succeed."""
        answer = self.send(method, path, by, body, {"Sulka-Recorded-At": AT})
        assert answer.is_success, answer.text
        found: Node = answer.json()
        return found

    def listed(self, path: str) -> list[Node]:
        """The rows that an administrator reads there."""
        found: list[Node] = self.send("GET", path, "admin").json()
        return found

    def tell(self, name: str, by: str | None) -> None:
        """Send all examples of a call; the first is answered as the document shows."""
        method, path, operation = self.calls[name]
        self.told.add(name)
        for number, (media_type, body) in enumerate(bodies(operation)):
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    path = path.replace("{" + parameter["name"] + "}", self.real(str(parameter["example"])))
            query = {each["name"]: each["example"] for each in operation["parameters"] if in_query(each)}
            headers = {each["name"]: each["example"] for each in operation["parameters"] if each["in"] == "header"}
            if number and isinstance(body, dict) and "facts" in body:
                query["try"] = "true"
            address = str(httpx.URL(path, params=query or None))
            answer = self.send(method, address, by, body, {**headers, "Content-Type": media_type})
            self.promises.check(method, path, answer)
            said = operation["responses"][str(answer.status_code)]["content"]
            if not answer.is_success:
                self.differences[f"{name} {number}"] = (answer.text, "a success")
            elif number == 0 or "try" in query:
                self.compare(f"{name} {number}", answer, next(iter(said.values()))["example"])

    def compare(self, name: str, answer: httpx.Response, example: object) -> None:
        if isinstance(example, str):
            lines = [line for line in example.splitlines() if line.startswith("#")]
            found: object = [line for line in answer.text.splitlines() if line in lines]
            example = lines
        else:
            found = normal(self.learned(name, answer.json(), example))
            example = normal(example)
        if not is_as_shown(found, example):
            self.differences[name] = (found, example)

    def learned(self, name: str, found: Any, example: Any) -> Any:  # noqa: ANN401 - decoded JSON
        """The answer with the example's names of what is random."""
        if name in {"add_member 0", "add_secret 0"}:
            self.names[found["id"]] = example["id"]
        if name == "add_subscription 0":
            self.names[found["subscription"]["id"]] = example["subscription"]["id"]
        return replaced(found, self.names)

    def real(self, value: str) -> str:
        """What the example's name stands for here."""
        return {said: found for found, said in self.names.items()}.get(value, value)


def anna_id(story: Storyteller) -> str:
    """The member whom the examples are about."""
    return story.real(ANNA)


def bodies(operation: Node) -> Iterator[tuple[str, object]]:
    """What to send, with its kind; once nothing where nothing is taken."""
    content = operation.get("requestBody", {"content": {"application/json": {"examples": {"": {"value": None}}}}})[
        "content"
    ]
    for media_type, each in content.items():
        for example in each["examples"].values():
            yield media_type, example["value"]


def in_query(parameter: Node) -> bool:
    return parameter["in"] == "query" and "example" in parameter


def replaced(value: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - decoded JSON
    match value:
        case dict():
            return {key: replaced(each, names) for key, each in value.items()}
        case list():
            return [replaced(each, names) for each in value]
        case str():
            return names.get(value, value)
        case _:
            return value


def normal(value: Any, key: str = "") -> Any:  # noqa: ANN401 - decoded JSON
    """The same without what is another thing each time: secrets, digests, the moment of a look, what runs now."""
    match value:
        case dict():
            return {name: normal(each, name) for name, each in value.items()}
        case list():
            return [normal(each) for each in value]
        case str() if key in SECRET and (len(value) in {32, 43, 48, 50} or value.endswith("Z")):
            return f"any {key} of {len(value)} characters"
        case int() if key == "told_up_to":
            return "a position"
        case str() if key == "delivery":
            return "any"
        case str() if key in {"week", "month", "quarter", "year", "day"}:
            return re.sub(r"\d", "9", value)
        case _:
            return value


def is_as_shown(found: Any, example: Any) -> bool:  # noqa: ANN401 - decoded JSON
    """Whether all is equal; a list may hold more rows than the example shows, in the same order."""
    match example:
        case dict():
            return (
                isinstance(found, dict)
                and found.keys() == example.keys()
                and all(is_as_shown(found[key], each) for key, each in example.items())
            )
        case [_, *_]:
            rest = iter(found)
            return all(any(is_as_shown(row, each) for row in rest) for each in example)
        case _:
            return bool(found == example)


@pytest.fixture
def storyteller(tmp_path: Path) -> Iterator[Storyteller]:
    with serving(tmp_path / "data", "serve", "--history") as service:
        yield Storyteller(service)


def test_every_example_is_answered_as_the_document_shows(storyteller: Storyteller) -> None:
    story = storyteller
    story.tell("open_history", "admin")
    story.service.run("publish", "--recorded-at", AT)
    story.tokens["hr"] = story.right("POST", "/v1/tokens", "admin", {"role": "hr", "name": "HR in Helsinki"})["token"]

    for step in STORY:
        match step:
            case "bea":
                bea = {"name": "Bea Example", "email": "bea@example.org", "country": "FI", "team": "red"}
                id_ = story.right("POST", "/v1/members", "hr", bea)["id"]
                story.names[id_] = "p3n8vr5tzc6b"
                for name, member in (("anna", anna_id(story)), ("bea", id_)):
                    token = {"role": "member", "name": name, "member": member}
                    story.tokens[name] = story.right("POST", "/v1/tokens", "admin", token)["token"]
                source = {"role": "source", "name": "the hub's", "source": "hub"}
                story.tokens["source"] = story.right("POST", "/v1/tokens", "admin", source)["token"]
            case "crm signs":
                (crm,) = (each for each in story.listed("/v1/sources") if each["name"] == "crm")
                story.names[crm["secrets"][0]["id"]] = "5b1c0a9e"
                secret = "a-secret-that-nobody-guesses"
                again = story.right("POST", "/v1/sources/crm/secrets", "admin", {"secret": secret})
                story.tokens["crm"] = secret
                story.names[again["id"]] = "another"
            case "both are on the wall":
                story.right("POST", "/v1/me/membership", "bea", {"change": "join"})
                for name in ("anna", "bea"):
                    story.right("POST", "/v1/me/visibility", name, {"wall": "shown", "badges": "shown"})
                feather = {"member": anna_id(story), "badge": "feather-in-the-cap", "reason": "For the open day"}
                story.right("POST", "/v1/awards", "hr", feather)
            case (name, by):
                story.tell(str(name), by)
                story.service.wait_until_judged()
            case _:
                raise AssertionError(step)

    assert story.told == story.calls.keys() - NOT_HERE
    assert story.differences == {}
