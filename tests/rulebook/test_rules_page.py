"""What docs/rules-for-hr.md shows is what the program does: its examples, and what it says of mistakes."""

import re
from pathlib import Path

import pytest

from engine.core.rulebook import FieldType
from engine.rulebook import check, read_folder
from engine.rulebook.examples import run_cases
from engine.rulebook.names import content_facts, member_facts
from engine.rulebook.words.organization import Event
from tests.rulebook.books import mistakes_of, rule

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/rules-for-hr.md").read_text("utf-8")
SHIPPED = read_folder(ROOT / "rules")
EXAMPLES = re.findall(r"(?ms)^```toml\n(.*?)^```$", PAGE)
SHOWN, COMMON = re.findall(r"(?ms)^```text\n(.*?)^```$", PAGE.partition("## What mistakes look like")[2])[:2]
RULE = """[[rule]]
id = "share"
title = { en = "Thanks" }
on = "content.shared"
if.channel = ["linkedin"]
if.own_words = true
points = 10
fade = { per = "week", percent = [100, 50] }
"""


EVENT = re.findall(r"(?ms)^```text\n(\[\[event\]\].*?)^```$", PAGE)[0]
EVENT_WORDS = re.findall(r"(?m)^\| `(\w+)` \|", PAGE.partition("## Events")[2].partition("\n## ")[0])


def beside_the_starter(example: str) -> dict[str, str]:
    """The shipped files, and one more in the starter's folder."""
    return SHIPPED | {"starter/mine.toml": example}


def names(examples: list[str]) -> list[str]:
    return [example.split('"')[1] for example in examples]


THERE_ALREADY = [example for example in EXAMPLES if any(example in text for text in SHIPPED.values())]
TO_PASTE = [example for example in EXAMPLES if example not in THERE_ALREADY]


def test_only_what_there_can_be_one_of_is_shown_as_it_stands_in_the_starter() -> None:
    assert names(THERE_ALREADY) == ["thanks", "content.removed"]
    assert len(TO_PASTE) >= 10


@pytest.mark.parametrize("example", TO_PASTE, ids=names(TO_PASTE))
def test_an_example_of_the_page_works_beside_the_starter(example: str) -> None:
    files = beside_the_starter(example)

    found = check(files)

    assert [each.render() for each in found.mistakes] == []
    assert [each.render() for each in found.notices] == []
    assert [each.render() for each in run_cases(files).mistakes] == []


@pytest.mark.parametrize("line", COMMON.splitlines())
def test_a_common_mistake_gets_the_cure_that_the_page_shows(line: str) -> None:
    wrong, _, right = re.split(r" {2,}", line)
    assert RULE.count(right) == 1
    beside = rule(id_="beside")

    found = mistakes_of(beside + RULE.replace(right, wrong))

    assert len(found) == 1
    assert right in found[0].cure


def test_the_mistakes_that_the_page_shows_read_as_it_shows_them() -> None:
    lines = [""] * 11 + ['if.channel = ["linkedn"]', *[""] * 5, 'fade = {per="week", percent = [1,0, 0,5] }']
    head = ["[[rule]]", 'id = "share"', 'title = "Share"', 'on = "content.shared"', "points = 10"]
    text = "\n".join([*head, *lines[len(head) :]])
    organization = SHIPPED["organization.toml"].replace('packs = ["starter"]', 'packs = ["sharing"]')

    found = check({"organization.toml": organization, "sharing.toml": text}).mistakes

    assert "\n".join(each.render() for each in found) + "\n" == SHOWN


def test_all_that_can_be_asked_of_a_person_or_a_content_is_named() -> None:
    names = [f"member.{name}" for name in member_facts()] + [f"content.{name}" for name in content_facts(())]

    assert [name for name in names if not re.search(rf"\b{re.escape(name)}\b", PAGE)] == []


def test_all_words_of_an_event_are_named_and_the_one_that_is_shown_is_right() -> None:
    files = SHIPPED | {"organization.toml": SHIPPED["organization.toml"] + EVENT}

    assert list(Event.__struct_fields__) == EVENT_WORDS
    assert [kind for kind in FieldType if f"`{kind}`" not in PAGE] == []
    assert check(files).mistakes == ()
