"""The program as somebody at a terminal meets it, over a real store in a folder of its own."""

import shutil
from pathlib import Path

import pytest

from tests.terminal import REPOSITORY, sulka

FIVE_MISTAKES = """[[rule]]
id = "one"
title = "One"
on = "content.shraed"
points = 1

[[rule]]
id = "two"
title = "Two"
on = "content.shared"
if.metrics.nosuch.week = 1
points = 1

[[rule]]
id = "three"
title = "Three"
on = "content.shared"
points = -3

[[rule]]
id = "four"
title = "Four"
on = "content.shared"
fade = { per = "week", percent = [100, 0, 50] }
points = 1

[[rule]]
id = "five"
title = "Five"
colour = "red"
on = "content.shared"
points = 1
"""


def test_the_shipped_rules_have_no_mistake_and_all_their_cases_hold(tmp_path: Path) -> None:
    checked = sulka(tmp_path, "check")

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "124 cases: no mistake." in checked.stdout
    assert checked.stdout.startswith("Advice on ")


def test_five_mistakes_in_a_file_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    (rules / "starter").mkdir(parents=True)
    (rules / "organization.toml").write_text((REPOSITORY / "rules/organization.toml").read_text())
    (rules / "starter" / "mine.toml").write_text(FIVE_MISTAKES)
    (rules / "extras").mkdir()
    (rules / "extras" / "planning.toml").write_text((REPOSITORY / "rules/extras/planning.toml").read_text())

    checked = sulka(tmp_path, "check", str(rules))

    assert checked.returncode == 1
    places = [line.split("  ")[0] for line in checked.stdout.splitlines() if line.startswith("starter/mine.toml:")]
    assert [place.split(":")[1] for place in places] == ["4", "11", "18", "24", "30"]
    assert 'Did you mean "content.shared"?' in checked.stdout


def rules_with_a_wrong_pack_that_is_off(folder: Path) -> Path:
    rules = folder / "rules"
    shutil.copytree(REPOSITORY / "rules", rules)
    planning = rules / "extras" / "planning.toml"
    training = rules / "extras" / "training.toml"
    planning.write_text(planning.read_text() + '[[rule]]\nid = "off"\ntitle = "Off"\non = "talk.gvien"\npoints = 1\n')
    training.write_text(
        training.read_text() + '[[case]]\nsays = "S"\ngiven = [{ type = "talk.given" }]\nexpect = { points = 99 }\n'
    )
    return rules


def test_a_mistake_in_a_pack_that_is_off_is_told_and_stops_no_publication(tmp_path: Path) -> None:
    rules = rules_with_a_wrong_pack_that_is_off(tmp_path)

    checked = sulka(tmp_path, "check", str(rules))
    published = sulka(tmp_path, "publish", str(rules))

    off = [line for line in checked.stdout.splitlines() if line.startswith("extras/")]
    assert [line.split(":")[0] for line in off] == ["extras/planning.toml", "extras/training.toml"]
    assert all(line.endswith("(in a pack that is off)") for line in off)
    assert checked.stdout.splitlines()[-1].startswith(f"2 mistakes in {rules}, in packs that are off.")
    assert checked.returncode == 0
    assert "Version 1 is in force" in published.stdout, published.stdout + published.stderr


def test_a_mistake_in_what_is_in_force_stops_the_check_and_the_publication(tmp_path: Path) -> None:
    rules = rules_with_a_wrong_pack_that_is_off(tmp_path)
    (rules / "starter" / "mine.toml").write_text(FIVE_MISTAKES)

    checked = sulka(tmp_path, "check", str(rules))
    published = sulka(tmp_path, "publish", str(rules))

    assert checked.stdout.splitlines()[-1] == f"6 mistakes in {rules}, 1 of them in a pack that is off."
    assert checked.returncode == 1
    assert published.returncode == 1
    assert "starter/mine.toml:4" in published.stderr
    assert "extras/planning.toml" not in published.stderr


def test_publishing_twice_puts_one_version_in_force_and_verify_finds_no_difference(tmp_path: Path) -> None:
    first = sulka(tmp_path, "publish")
    second = sulka(tmp_path, "publish")
    versions = sulka(tmp_path, "versions")
    verified = sulka(tmp_path, "verify")

    assert "Version 1 is in force" in first.stdout, first.stdout + first.stderr
    assert "nothing has changed" in second.stdout
    assert len(versions.stdout.strip().splitlines()) == 2
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "no difference" in verified.stdout


def test_a_member_and_a_token_come_alone_on_the_last_line(tmp_path: Path) -> None:
    member = sulka(tmp_path, "members", "add", "Aada Esimerkki", "--team", "sales").stdout.splitlines()[-1]
    token = sulka(tmp_path, "token", "create", "--role", "member", "--member", member).stdout.splitlines()[-1]

    assert len(member) == 12
    assert len(token) >= 43


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("token", "create", "--role", "member", "--member", "nobody"), "--member ID"),
        (("token", "create", "--role", "hr", "--member", "nobody"), "--member ID"),
        (("token", "create", "--role", "source", "--source", "nobody"), "Known are: none yet"),
    ],
)
def test_a_token_for_nobody_is_not_made(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    refused = sulka(tmp_path, *arguments)

    assert refused.returncode == 1
    assert said in refused.stderr


def test_a_sender_is_called_as_the_api_would_call_it(tmp_path: Path) -> None:
    refused = sulka(tmp_path, "source", "add", "The Hub")

    assert refused.returncode == 1
    assert "lower-case letters" in refused.stderr
    assert not (tmp_path / "store").exists()


def test_an_unknown_setting_is_an_error_that_names_it(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[stroe]\nurl = 'embedded'\n")

    refused = sulka(tmp_path, "--config", str(config), "versions")

    assert refused.returncode == 1
    assert "stroe" in refused.stderr
