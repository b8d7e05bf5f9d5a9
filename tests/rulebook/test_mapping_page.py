"""What docs/mapping.md shows is what the program does."""

import re
from pathlib import Path

import pytest

from engine.core.rulebook import FieldType
from engine.rulebook.book import mappings_of
from engine.rulebook.mappings.files import MOST_MAPS, MOST_PAYLOAD_BYTES
from engine.rulebook.mappings.lines import MOST_LINES, WAYS
from engine.rulebook.words.file import ORGANIZATION_FILE
from engine.rulebook.words.sources import Expected, Map
from engine.sources.events import MAX_ID_LENGTH, MAX_KEY_LENGTH
from engine.sources.mapping.mapping import MOST_EACH
from engine.sources.mapping.reading import NO, YES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/mapping.md").read_text("utf-8")
ORGANIZATION = (ROOT / "rules" / ORGANIZATION_FILE).read_text("utf-8")
EXAMPLES = re.findall(r"(?ms)^```toml\n(.*?)^```$", PAGE)


def rows(heading: str) -> list[str]:
    """The first cells of the table below a heading of the page."""
    below = PAGE.partition(f"\n{heading}")[2].partition("\n## ")[0]
    return re.findall(r"(?m)^\| (`.*?`) \|", below)


@pytest.mark.parametrize("example", EXAMPLES, ids=[str(number) for number, _ in enumerate(EXAMPLES)])
def test_an_example_of_the_page_works_beside_what_is_shipped(example: str) -> None:
    book, event_types = mappings_of({ORGANIZATION_FILE: ORGANIZATION, "sources/mine.toml": example})

    assert book.count > 0
    assert list(book.failures(event_types)) == []


def test_all_words_of_a_map_are_explained_in_their_order() -> None:
    said = re.findall(r"`(\w+)`", " ".join(rows("## Your first mapping")))

    assert said == [name.rstrip("_") for name in Map.__struct_fields__]


def test_all_ways_to_compare_and_all_that_a_case_expects_are_named() -> None:
    assert re.findall(r"\.(\w+)", " ".join(rows("## Conditions"))) == list(WAYS)
    expected = re.findall(r"expect\.(\w+)", " ".join(rows("## Cases")))
    assert sorted(expected) == sorted(Expected.__struct_fields__)


def test_all_types_of_fields_are_named_with_words_that_they_are_read_from() -> None:
    types = re.findall(r"`([\w-]+)`", " ".join(rows("## The fields of the event")))
    words = PAGE.partition("| `yes-no` |")[2].partition("\n")[0]

    assert sorted(types) == sorted(FieldType)
    assert set(re.findall(r"`\"?(\w+)\"?`", words)) <= YES | NO


def test_the_bounds_that_the_page_names_are_those_of_the_program() -> None:
    assert f"longer than {MAX_ID_LENGTH} characters" in PAGE
    assert MAX_ID_LENGTH == MAX_KEY_LENGTH
    assert f"the list, of {MOST_EACH} items at most" in PAGE
    assert (
        f"({MOST_PAYLOAD_BYTES // 1024} KiB each), {MOST_MAPS} maps and links in a file, and {MOST_LINES} lines" in PAGE
    )
