"""Whatever is sent to a running service, fitting or not: no bug shows, and the answer is one that the document lists.

Requests are made up from the served document, the same ones each time.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction, load_all_checks, not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.journeys.serving import Serving, serving

ALWAYS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
FOR_MODE = {GenerationMode.POSITIVE: ALWAYS, GenerationMode.NEGATIVE: [*ALWAYS, negative_data_rejection]}
"""What does not fit is refused, too. What fits may be refused by a rule that no schema can say."""

LEAST_FIRST = ("source", "member", "hr", "admin")

ENDLESS = "GET /v1/stream"
"""Whoever asks for it rightly gets an answer without end: tests/api/test_stream.py."""

Operation = APIOperation[Any, Any, Any, Any]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Serving]:
    with serving(tmp_path / "data") as service:
        yield service


def tokens(service: Serving) -> dict[str, str]:
    """A token of each role, for a sender and a member who has joined."""
    found = {"admin": service.last_line("token", "create", "--role", "admin")}

    def post(path: str, body: dict[str, str], by: str = "admin") -> Any:  # noqa: ANN401 - decoded JSON
        headers = {"Authorization": f"Bearer {found[by]}"}
        answer = httpx.post(f"{service.address}/v1/{path}", json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    post("sources", {"name": "hub", "title": "The hub"})
    anna = post("members", {"name": "Anna Example", "email": "anna@example.org"})["id"]
    for role, whose in (("source", {"source": "hub"}), ("member", {"member": anna}), ("hr", {})):
        found[role] = post("tokens", {"role": role, "name": role, **whose})["token"]
    post("me/membership", {"change": "join"}, by="member")
    return found


def operations(service: Serving) -> list[Operation]:
    config = SchemathesisConfig()
    # A request without its token says little; those are tried by tests/api for each call.
    config.projects.default.generation.with_security_parameters = False
    schema = schemathesis.openapi.from_url(f"{service.address}/schema/openapi.json", config=config)
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    return [each for each in found if each.label != ENDLESS]


def send_made_up(operation: Operation, token: str | None, mode: GenerationMode, count: int) -> int:
    """Send requests of this call and hold the answers against the document; so many were sent."""
    sent = 0
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    def send(case: Case[Any]) -> None:
        nonlocal sent
        answer = case.call(headers=headers, timeout=30)
        case.validate_response(answer, checks=FOR_MODE[mode])
        sent += 1

    made_up = given(case=operation.as_strategy(generation_mode=mode))(send)
    bounded = settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    bounded(made_up)()
    return sent


@pytest.mark.parametrize("count", [5, pytest.param(150, marks=pytest.mark.soak)])
def test_any_request_is_answered_as_the_document_says(service: Serving, count: int) -> None:
    load_all_checks()
    secrets = tokens(service)

    sent = {
        (operation.label, mode): send_made_up(operation, token_for(operation, secrets), mode, count)
        for operation in operations(service)
        for mode in FOR_MODE
        # Nothing can be wrong about a call that takes nothing.
        if mode is GenerationMode.POSITIVE or takes_something(operation)
    }

    assert len({call for call, _ in sent}) >= 41
    assert all(sent.values())
    assert sum(sent.values()) > 200
    assert service.wait_until_judged() > 0


def takes_something(operation: Operation) -> bool:
    """Whether it has a body or a parameter that can be wrong; any header is a text, and so is any path."""
    raw = operation.definition.raw
    places = {parameter["in"] for parameter in raw["parameters"]}
    reads_time = any(parameter["name"] == "Sulka-Recorded-At" for parameter in raw["parameters"])
    return "requestBody" in raw or "query" in places or reads_time


def token_for(operation: Operation, secrets: dict[str, str]) -> str | None:
    roles = [role for each in operation.definition.raw["security"] for role in each]
    return next((secrets[role] for role in LEAST_FIRST if role in roles), None)
