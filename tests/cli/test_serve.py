"""What `sulka serve` says of rule files that are not those in force."""

import json
import shutil
from pathlib import Path

from cli.serve import unpublished
from engine.rulebook.unpublished import Change
from tests.journeys.serving import Serving, free_port
from tests.terminal import REPOSITORY


def added(number: int) -> Change:
    return Change(kind="added", word="rule", name=f"r{number}")


def test_few_changes_are_counted_and_named() -> None:
    assert unpublished([added(1)]) == ["1 change not published: sulka check, then sulka publish.", "    added: rule r1"]


def test_many_changes_are_counted_and_the_first_ones_named() -> None:
    said = unpublished([added(number) for number in range(12)])

    assert said[0].startswith("12 changes not published: ")
    assert len(said) == 12
    assert said[-1] == "    … and 2 more"


def test_other_notes_are_no_change_of_a_rule() -> None:
    assert unpublished([])[0].startswith("No rule is changed")


def test_a_start_says_how_much_is_not_published_and_what(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(REPOSITORY / "rules", rules)
    service = Serving(tmp_path / "data", free_port(), starts=False)
    service.environment["SULKA_RULES_DIR"] = str(rules)
    service.run("publish")
    bounds = rules / "starter" / "bounds.toml"
    bounds.write_text(bounds.read_text().replace('on = "*"\npoints = 150', 'on = "*"\npoints = 140'))
    mine = '[[rule]]\nid = "talk"\ntitle = { en = "T", fi = "T" }\non = "talk.given"\npoints = 5\n'
    (rules / "starter" / "mine.toml").write_text(mine)

    service.start()
    try:
        said = service.wait_until_printed("Sulka listens")
    finally:
        service.end()

    assert [json.loads(line)["event"] for line in said.splitlines()][:3] == [
        "2 changes not published: sulka check, then sulka publish.",
        "    added: rule talk",
        "    changed: cap * week",
    ]
