"""The examples that the senders publish themselves."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.sources.signatures.keys import verifying_key, weakness_of
from engine.sources.signatures.profiles import PROFILES
from engine.sources.signatures.verify import Authentic, verify

pytestmark = pytest.mark.usefixtures("vectors")


def read(vectors: Path, name: str) -> Any:  # noqa: ANN401 - decoded JSON
    return json.loads((vectors / "signatures" / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("name", ["github", "slack", "discourse"])
def test_the_published_examples_are_authentic_and_not_with_one_letter_more(vectors: Path, name: str) -> None:
    profile = PROFILES[name]
    for case in read(vectors, name)["upstream"]:
        at_ms = int(case.get("x-slack-request-timestamp", 0)) * 1_000
        headers = {key: str(value) for key, value in case.items() if key.startswith("x-")}
        body = case["body"].encode()

        found = verify(profile, [case["secret"]], headers, body, at_ms)
        longer = verify(profile, [case["secret"]], headers, body + b" ", at_ms)

        assert isinstance(found, Authentic) is case["valid"]
        assert not isinstance(longer, Authentic)
        assert weakness_of(profile, case["secret"]) is None


def test_every_case_of_standard_webhooks_is_as_published(vectors: Path) -> None:
    standard = PROFILES["standard"]
    cases = read(vectors, "standard-webhooks")["upstream"]

    for case in cases:
        if case.get("bad_secret"):
            assert weakness_of(standard, case["secret"]) is not None
            continue
        headers = {key: value for key, value in case.items() if key.startswith("webhook-")}
        found = verify(standard, [case["secret"]], headers, case["body"].encode(), case["at"] * 1_000)
        assert isinstance(found, Authentic) is case["valid"], case["id"]
        assert weakness_of(standard, case["secret"]) is None
    assert len(cases) == 11


def test_secrets_without_filling_are_read(vectors: Path) -> None:
    secrets = read(vectors, "standard-webhooks")["unpadded_secrets"]

    assert [len(key.key) for secret in secrets if (key := verifying_key(secret)) is not None] == [24, 23, 25]


def test_the_headers_of_the_specification_are_read_and_not_believed(vectors: Path) -> None:
    headers = read(vectors, "standard-webhooks")["spec_header_examples_not_verifiable"]
    at_ms = int(headers["webhook-timestamp"]) * 1_000

    found = verify(PROFILES["standard"], ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], headers, b"{}", at_ms)

    assert not isinstance(found, Authentic)
    assert found.code == "wrong-signature"
