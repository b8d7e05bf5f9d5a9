"""All mapping files of a rulebook together: checked, compiled, their cases run."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import msgspec

from engine.core.rulebook import EventType
from engine.rulebook.ground import Ground
from engine.rulebook.mappings.cases import Example, read_case, run_example
from engine.rulebook.mappings.compile import compile_mapping
from engine.rulebook.mappings.files import (
    MappingWords,
    Payload,
    collect_mappings,
    is_mapping,
    is_of_sources,
    is_payload,
    read_payload,
)
from engine.rulebook.mistakes import Mistake
from engine.rulebook.positions import Spot
from engine.rulebook.report import Place, Report, SourceFile
from engine.rulebook.syntax import read_toml
from engine.sources.mapping.mapping import Mapping as SourceMapping

MOST_FILES: Final = 200
"""Below sources, payloads included."""

Texts = Mapping[str, str]
ReadSource = Callable[[str, str, Report], SourceFile]


class MappingBook(msgspec.Struct, frozen=True):
    """The mappings by the names of their files, and the cases of each."""

    mappings: dict[str, SourceMapping]
    examples: dict[str, tuple[Example, ...]]

    @property
    def count(self) -> int:
        """How many cases there are."""
        return sum(map(len, self.examples.values()))

    def failures(self, event_types: Mapping[str, EventType]) -> Iterator[Mistake]:
        """The cases that come out otherwise."""
        for name, examples in self.examples.items():
            for example in examples:
                failure = run_example(example, self.mappings[name], event_types)
                if failure is not None:
                    found = f'The case "{example.case.says}" gives {failure.key} {failure.found}, '
                    yield Mistake(
                        file=example.place.file.name,
                        line=example.place.key.line,
                        column=1,
                        code="case-fails",
                        found=f"{found}not {failure.expected}.",
                        cure="Mend the map, or what the case expects.",
                    )


def read_mappings(texts: Texts, ground: Ground, report: Report, read_source: ReadSource) -> MappingBook:
    """All mapping files among these texts; worth something only where nothing was reported of them."""
    mine = {name: text for name, text in sorted(texts.items()) if is_of_sources(name)}
    if len(mine) > MOST_FILES:
        place = Place(SourceFile(sorted(mine)[MOST_FILES], read_toml("")), ())
        found, expected = f"There are {len(mine)} files below sources.", f"At most {MOST_FILES} are possible."
        report.wrong(place, "too-many", found, expected=expected, spot=Spot(1, 1))
        return MappingBook({}, {})
    files = {name: text for name, text in mine.items() if is_mapping(name, report)}
    payloads = {name: read_payload(name, text, report) for name, text in mine.items() if is_payload(name)}
    collected = collect_mappings({name: read_source(name, text, report) for name, text in files.items()}, report)
    return MappingBook(
        {file.name: compile_mapping(file, ground, report) for file in collected},
        {file.name: tuple(_examples(file, payloads, report)) for file in collected},
    )


def _examples(file: MappingWords, payloads: Mapping[str, Payload | None], report: Report) -> Iterator[Example]:
    for table in file.cases:
        example = read_case(table, payloads, report)
        if example is not None:
            yield example
