from pathlib import Path

import pytest

from engine.settings import SECRET_BYTES, SettingsError, read_metrics_token, read_settings


def test_without_a_token_metrics_are_read_from_this_machine_alone() -> None:
    assert read_metrics_token({}) is None


def test_a_token_for_metrics_comes_from_the_environment() -> None:
    assert read_metrics_token({"SULKA_METRICS_TOKEN": "m" * SECRET_BYTES}) == "m" * SECRET_BYTES


@pytest.mark.parametrize("token", ["", "m" * (SECRET_BYTES - 1)])
def test_a_token_that_protects_nothing_is_refused(token: str) -> None:
    with pytest.raises(SettingsError, match="at least 32"):
        read_metrics_token({"SULKA_METRICS_TOKEN": token})


@pytest.mark.parametrize(
    ("variable", "least", "most"), [("SULKA_KEEP_UNREADABLE_DAYS", 1, 90), ("SULKA_KEEP_BODIES_HOURS", 0, 720)]
)
def test_how_long_bodies_are_kept_has_bounds(tmp_path: Path, variable: str, least: int, most: int) -> None:
    config = tmp_path / "config.toml"

    for within in (least, most):
        webhooks = read_settings(config, {variable: str(within)}).webhooks
        assert within in {webhooks.keep_unreadable_days, webhooks.keep_bodies_hours}
    for beyond in (least - 1, most + 1):
        with pytest.raises(SettingsError, match="webhooks"):
            read_settings(config, {variable: str(beyond)})
