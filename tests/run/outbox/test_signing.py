"""Signatures: by the official cases of Standard Webhooks, and as a receiver checks them."""

import base64
import json
from pathlib import Path

import pytest

from engine.run.outbox.signing import SECRET_BYTES, SecretNotUnderstood, headers_of, new_secret


def test_a_signature_is_that_of_the_official_cases(vectors: Path) -> None:
    cases = json.loads((vectors / "signatures" / "standard-webhooks.json").read_text())["upstream"]
    # A signature that is wrong, and one under another secret, are nothing that anybody would make.
    official = [case for case in cases if case.get("valid") and case["webhook-timestamp"].isdigit()]

    for case in official:
        seconds = int(case["webhook-timestamp"])
        made = headers_of(case["webhook-id"], seconds, case["body"].encode(), [case["secret"]])
        assert made["webhook-signature"] in case["webhook-signature"].split(" ")
    assert len(official) >= 3


def test_every_secret_in_force_signs_in_their_order() -> None:
    first, second = new_secret(), new_secret()

    both = headers_of("msg_1", 5, b"{}", [first, second])["webhook-signature"]

    alone = [headers_of("msg_1", 5, b"{}", [each])["webhook-signature"] for each in (first, second)]
    assert both.split(" ") == alone
    assert alone[0] != alone[1]


def test_a_secret_has_256_bits_and_is_another_each_time() -> None:
    secrets = {new_secret() for _ in range(50)}

    assert len(secrets) == 50
    assert {len(base64.b64decode(each.removeprefix("whsec_"), validate=True)) for each in secrets} == {SECRET_BYTES}


def test_what_is_no_secret_signs_nothing() -> None:
    with pytest.raises(SecretNotUnderstood):
        headers_of("msg_1", 5, b"{}", ["whsec_no base64"])
