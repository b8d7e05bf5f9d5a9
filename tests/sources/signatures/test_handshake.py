"""What senders hear that try an address."""

import hashlib
import hmac
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sources.events import JsonValue
from engine.sources.signatures.handshake import MOST_CHALLENGE_CHARACTERS, answer_to_code, answer_to_handshake
from engine.sources.signatures.profiles import PROFILES
from engine.sources.signatures.sign import trial_delivery
from engine.sources.signatures.verify import Authentic
from tests.sources.signatures.deliveries import NAMES, NOW_MS, code, secret_for, verdict

LINKEDIN, SECRET = PROFILES["linkedin"], "a-client-secret-001"
CODE = "4f6c1d2e-8a3b-4c5d-9e7f-0123456789ab"


def authentic(type: str | None = None) -> Authentic:
    return Authentic(secret=0, id=None, type=type)


def test_a_challenge_is_sent_back() -> None:
    slack = PROFILES["slack"]
    body: JsonValue = {"type": "url_verification", "challenge": "c1", "token": "t"}

    assert answer_to_handshake(slack, authentic(), body) == "c1"
    assert answer_to_handshake(PROFILES["github"], authentic(), body) is None


@pytest.mark.parametrize("body", [{}, [], "x", None, {"type": "event_callback"}, {"type": "url_verification"}])
def test_a_body_without_a_challenge_is_no_handshake(body: JsonValue) -> None:
    assert answer_to_handshake(PROFILES["slack"], authentic(), body) is None


def test_a_long_challenge_is_cut() -> None:
    body: JsonValue = {"type": "url_verification", "challenge": "c" * 5_000}

    assert answer_to_handshake(PROFILES["slack"], authentic(), body) == "c" * MOST_CHALLENGE_CHARACTERS


@pytest.mark.parametrize("name", ["github", "discourse"])
def test_a_ping_is_a_handshake_and_another_type_is_not(name: str) -> None:
    assert answer_to_handshake(PROFILES[name], authentic("ping"), {}) == ""
    assert answer_to_handshake(PROFILES[name], authentic("push"), {}) is None


def test_a_challenge_code_is_answered_with_its_digest() -> None:
    expected = hmac.new(SECRET.encode(), CODE.encode(), hashlib.sha256).hexdigest()

    assert answer_to_code(LINKEDIN, SECRET, CODE) == {"challengeCode": CODE, "challengeResponse": expected}
    assert answer_to_code(PROFILES["slack"], SECRET, CODE) is None


@given(code=st.one_of(st.uuids().map(str), st.text(max_size=60)))
def test_nobody_has_a_delivery_signed_by_asking_with_a_code(code: str) -> None:
    """What is signed of a delivery begins with a word that no code can begin with, so only a UUID is answered."""
    answered = answer_to_code(LINKEDIN, SECRET, code)

    assert answered is None or str(UUID(code)) == code.lower()
    assert answer_to_code(LINKEDIN, SECRET, f"hmacsha256={code}") is None


@pytest.mark.parametrize("name", NAMES)
def test_a_trial_of_every_kind_of_sender_is_authentic_and_means_nothing(name: str) -> None:
    profile = PROFILES[name]
    trial = trial_delivery(profile, secret_for(profile), id="trial-1", now_ms=NOW_MS)

    assert trial is not None
    assert code(verdict(name, dict(trial.headers), trial.body)) == "authentic"


def test_a_public_key_can_not_sign_a_trial() -> None:
    public = "whpk_" + "QUFB" * 10 + "QUE="

    assert trial_delivery(PROFILES["standard"], public, id="trial-1", now_ms=NOW_MS) is None
