"""What may become the secret of a sender."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sources.signatures.keys import weakness_of
from engine.sources.signatures.profiles import MOST_SECRET_CHARACTERS, PROFILES
from tests.sources.signatures.deliveries import NAMES, secret_for


def standard(length: int, prefix: str = "whsec_") -> str:
    return prefix + b64encode(b"k" * length).decode()


@pytest.mark.parametrize("name", NAMES)
def test_a_good_secret_has_no_weakness(name: str) -> None:
    assert weakness_of(PROFILES[name], secret_for(PROFILES[name])) is None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("secret", ["", "short", " " * 40, "ä" * 40, "a" * 20 + "\n", "a" * 20 + " ", "a" * 501])
def test_an_empty_short_or_unsendable_secret_is_refused(name: str, secret: str) -> None:
    assert len("a" * 501) > MOST_SECRET_CHARACTERS
    assert weakness_of(PROFILES[name], secret) is not None


@pytest.mark.parametrize(("length", "is_weak"), [(0, True), (23, True), (24, False), (64, False), (65, True)])
def test_a_key_of_standard_webhooks_has_24_to_64_bytes(length: int, is_weak: bool) -> None:  # noqa: FBT001 - of a table
    assert (weakness_of(PROFILES["standard"], standard(length)) is not None) is is_weak


@pytest.mark.parametrize("secret", [standard(32, "whsk_"), standard(31, "whpk_"), "whsec_%%%%" + "a" * 40])
def test_a_private_key_or_half_a_key_is_refused(secret: str) -> None:
    assert weakness_of(PROFILES["standard"], secret) is not None


@pytest.mark.parametrize(("least", "is_weak"), [("a" * 15, True), ("a" * 16, False)])
def test_sixteen_characters_are_the_least(least: str, is_weak: bool) -> None:  # noqa: FBT001 - of a table
    profiles = [profile for profile in PROFILES.values() if profile.scheme != "standard"]

    for profile in profiles:
        secret = f"a:{least}" if profile.scheme == "basic" else least
        assert (weakness_of(profile, secret) is not None) is is_weak, profile.name


@given(secret=st.text(max_size=600))
def test_no_weakness_repeats_the_secret(secret: str) -> None:
    for profile in PROFILES.values():
        found = weakness_of(profile, secret)
        if found is not None and len(secret) > 12:
            assert secret not in f"{found.found} {found.expected}"
