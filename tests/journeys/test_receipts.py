"""What people read of a day by the shipped programme: their own acts, and what colleagues did that paid them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.core.test_words import blaming
from tests.journeys.serving import Serving, serving


class Office:
    """Some colleagues, with a hub that says what they do. Ids and tokens go by first names."""

    def __init__(self, service: Serving) -> None:
        self.service, self.sent = service, 0
        self.ids: dict[str, str] = {}
        self.tokens = {
            "hr": service.last_line("token", "create", "--role", "hr"),
            "hub": service.last_line("source", "add", "hub"),
        }

    def call(self, method: str, path: str, by: str, body: object = None) -> Any:  # noqa: ANN401 - decoded JSON
        headers = {"authorization": f"Bearer {self.tokens[by]}"}
        answer = httpx.request(method, f"{self.service.address}/v1/{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    def hires(self, name: str, **facts: str) -> None:
        """Somebody new, who joins at once."""
        body = {"name": f"{name.title()} Example", "email": f"{name}@example.org", **facts}
        member = self.ids[name] = self.call("POST", "members", "hr", body)["id"]
        self.tokens[name] = self.service.last_line("token", "create", "--role", "member", "--member", member)
        self.call("POST", "me/membership", name, {"change": "join"})

    def does(self, name: str, type_: str, **data: object) -> None:
        """The hub says that somebody did something."""
        self.sent += 1
        event = {"id": f"{self.sent}", "type": type_, "subject": self.ids[name], "data": data}
        self.call("POST", "events", "hub", event)

    def newest(self, name: str) -> Any:  # noqa: ANN401 - decoded JSON
        """The newest receipt of somebody."""
        self.service.wait_until_judged()
        receipt = self.call("GET", "me/ledger?limit=1", name)["receipts"][0]
        assert blaming(" ".join(receipt["sentences"])) == []
        return receipt


def test_a_newcomers_first_act_stays_theirs_alone(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        office = Office(service)
        office.hires("anna")
        office.hires("bea", invited_by=office.ids["anna"])
        office.does("bea", "training.completed", module="privacy")

        receipt = office.newest("anna")
        exported = service.run("members", "export", office.ids["anna"], "-", "--reason", "She asked what we hold")

    assert (receipt["title"], receipt["type"]) == ("A colleague whom you invited began", "")
    assert receipt["points"] == 5
    told = json.dumps(receipt) + exported
    assert [word for word in (office.ids["bea"], "Bea", "training", "module") if word in told] == []


def test_what_held_an_amount_and_who_paid_it_is_read_in_words(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        office = Office(service)
        for name in ("anna", "bea"):
            office.hires(name)
        office.does("anna", "content.reviewed", useful=False)
        useless = office.newest("anna")
        monday = datetime.now(UTC) - timedelta(days=14 + datetime.now(UTC).weekday())
        for day in range(1, 5):
            proposed = (monday + timedelta(days=day)).isoformat()
            office.does("bea", "content.approved", proposer=office.ids["anna"], proposed_at=proposed)
        approved = office.newest("anna")
        office.call("POST", "thanks", "bea", {"to": office.ids["anna"], "text": "Thank you"})
        thanked = office.newest("anna")

    assert "A useful review: not this time; “useful” would have to be yes." in useless["sentences"]
    assert approved["who"] == {"id": office.ids["bea"], "name": "Bea Example"}
    assert approved["title"] == "Proposal approved"
    assert approved["sentences"] == [
        "It is about what Bea Example did: A proposal was approved.",
        "Proposal approved: three a week count.",
        "You did nothing wrong.",
        f"The week of {monday.day} {monday:%b} was full.",
    ]
    assert thanked["sentences"][0] == "Bea Example thanked you."
