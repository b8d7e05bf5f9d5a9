"""Secrets of other tools lie sealed in the store."""

import pytest

from engine.run.sealing import Seal, SealBroken

SECRET = b"i" * 32
PLACE = "source/slack"


def test_what_was_sealed_opens_in_its_place() -> None:
    seal = Seal(SECRET)

    assert seal.open(seal.close("whsec_ä", PLACE), PLACE) == "whsec_ä"


def test_the_same_secret_is_never_the_same_bytes() -> None:
    seal = Seal(SECRET)

    assert seal.close("hush", PLACE) != seal.close("hush", PLACE)


@pytest.mark.parametrize("place", ["source/github", "source/slack "])
def test_what_was_sealed_opens_in_no_other_place(place: str) -> None:
    seal = Seal(SECRET)

    with pytest.raises(SealBroken, match=place):
        seal.open(seal.close("hush", PLACE), place)


def test_another_secret_opens_nothing() -> None:
    sealed = Seal(SECRET).close("hush", PLACE)

    with pytest.raises(SealBroken):
        Seal(b"j" * 32).open(sealed, PLACE)


@pytest.mark.parametrize("kept", [0, 11, 12, 20])
def test_what_was_cut_short_does_not_open(kept: int) -> None:
    sealed = Seal(SECRET).close("hush", PLACE)

    with pytest.raises(SealBroken):
        Seal(SECRET).open(sealed[:kept], PLACE)
