import pytest

from engine.settings import SECRET_BYTES, SettingsError, read_metrics_token


def test_without_a_token_metrics_are_read_from_this_machine_alone() -> None:
    assert read_metrics_token({}) is None


def test_a_token_for_metrics_comes_from_the_environment() -> None:
    assert read_metrics_token({"SULKA_METRICS_TOKEN": "m" * SECRET_BYTES}) == "m" * SECRET_BYTES


@pytest.mark.parametrize("token", ["", "m" * (SECRET_BYTES - 1)])
def test_a_token_that_protects_nothing_is_refused(token: str) -> None:
    with pytest.raises(SettingsError, match="at least 32"):
        read_metrics_token({"SULKA_METRICS_TOKEN": token})
