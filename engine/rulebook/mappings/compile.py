"""Words of a mapping file to what reads deliveries. Checking and compiling are one, as with rules."""

import re
from typing import Final

from engine.core.rulebook import EventType
from engine.rulebook.did_you_mean import listed, nearest, shown
from engine.rulebook.ground import Ground
from engine.rulebook.mappings.fields import check_complete, read_data
from engine.rulebook.mappings.files import MappingWords, Table
from engine.rulebook.mappings.lines import read_condition, read_lines
from engine.rulebook.mappings.located import read_path, read_template
from engine.rulebook.report import Place, Report
from engine.rulebook.texts import read_title
from engine.rulebook.words.sources import Link as LinkWords
from engine.rulebook.words.sources import Map as MapWords
from engine.sources.mapping.conditions import Condition
from engine.sources.mapping.mapping import Mapping
from engine.sources.mapping.maps import LinkMap, Map, OfContent
from engine.sources.mapping.paths import Path
from engine.sources.mapping.templates import Template
from engine.sources.mapping.values import Source
from engine.sources.signatures.profiles import PROFILES

CONTENT: Final = "content"
_KIND: Final = re.compile(r"[a-z][a-z0-9_-]*:", re.ASCII)


def compile_mapping(file: MappingWords, ground: Ground, report: Report) -> Mapping:
    """The mapping of a file; worth something only where nothing was reported."""
    _check_ids(file, report)
    source = None if file.source is None else file.source.words
    each: Path | None = None
    if file.source is not None and source is not None:
        read_title(source.title, file.source.place.at("title"), ground.languages, report)
        if source.each is not None:
            each = read_path(source.each, file.source.place.at("each"), report)
    signature = None if source is None else source.signature
    has_id = source is None or _has_id(signature, file, report)
    maps = (_map(table, ground, report, has_id=has_id) for table in file.maps)
    links = (_link(table, report) for table in file.links)
    return Mapping(
        name=file.name,
        signature=signature,
        each=each,
        maps=tuple(each for each in maps if each is not None),
        links=tuple(each for each in links if each is not None),
    )


def _has_id(signature: str | None, file: MappingWords, report: Report) -> bool:
    """Whether the messages of a tool that signs so have an id of their own."""
    if signature is None or file.source is None:
        return False
    profile = PROFILES.get(signature)
    if profile is None:
        report.wrong(
            file.source.place.at("signature"),
            "wrong-value",
            f"{shown(signature)} is no way in which tools sign.",
            near=nearest(signature, PROFILES),
            expected=f"Signatures: {listed(sorted(PROFILES))}.",
        )
        return True
    return profile.id_header is not None or profile.id_path is not None


def _check_ids(file: MappingWords, report: Report) -> None:
    seen: dict[str, Place] = {}
    tables: tuple[Table[MapWords] | Table[LinkWords], ...] = (*file.maps, *file.links)
    for table in tables:
        first = seen.setdefault(table.words.id, table.place)
        if first is not table.place:
            report.wrong(
                table.place.at("id"),
                "duplicate-id",
                f"{shown(table.words.id)} is the id of two tables of this file.",
                expected=f"The first one is in line {first.key.line}.",
                cure="Give one of them another, or take one out.",
            )


def _map(table: Table[MapWords], ground: Ground, report: Report, *, has_id: bool) -> Map | None:
    words, place = table.words, table.place
    condition = read_condition(words, place, report)
    makes, event = _makes(words, place, ground, report)
    subject = _alias(words.subject, place.at("subject"), report)
    key = time = None
    if words.key is not None:
        key = read_template(words.key, place.at("key"), report, always="it would name all things alike.")
    if words.time is not None:
        time = read_template(words.time, place.at("time"), report, always="it would always be the same moment.")
    event_id = _event_id(words, place, report, has_id=has_id)
    data: tuple[tuple[str, Source], ...] = ()
    rest: Template | None = None
    if isinstance(words.data, str):
        rest = _rest(words.data, place.at("data"), report)
    else:
        data = read_data(words.data, event, place.at("data"), report)
        if event is not None:
            check_complete(words.data, event, place, report)
    undone = _undone(words, condition, place, report)
    if makes is None or subject is None:
        return None
    return Map(
        id=words.id,
        condition=condition,
        undone=undone,
        makes=makes,
        subject=subject,
        event_id=event_id,
        time=time,
        key=key,
        data=data,
        rest=rest,
        spoken_for=_spoken_for(rest, (makes, subject, event_id, time, key)),
    )


def _makes(words: MapWords, place: Place, ground: Ground, report: Report) -> tuple[Template | None, EventType | None]:
    """The type that is made; no event where the message itself says which."""
    inner = place.at("makes")
    template = read_template(words.makes, inner, report)
    if template is None or template.holes:
        return template, None
    event = ground.events.get(words.makes)
    if event is None:
        report.wrong(
            inner,
            "unknown-event",
            f"{shown(words.makes)} is not an event of organization.toml.",
            near=nearest(words.makes, ground.events),
            expected=f"Events: {listed(ground.events)}.",
        )
    elif "tool" not in event.said_by:
        cure = f'Add "tool" to said_by of {words.makes} in organization.toml, or make another event.'
        report.wrong(inner, "not-said-by", f"No tool may report {words.makes}.", cure=cure)
    return template, event


def _alias(text: str, place: Place, report: Report) -> Template | None:
    template = read_template(text, place, report, always="it would always be the same account.")
    if template is None or not isinstance(template.parts[0], str) or _KIND.match(template.parts[0]):
        return template
    expected = 'An account is a kind, a colon and what the tool calls the person: "slack:{event.user}".'
    report.wrong(place, "wrong-alias", f"{shown(text)} is no account.", expected=expected)
    return None


def _event_id(words: MapWords, place: Place, report: Report, *, has_id: bool) -> Template | OfContent | None:
    if words.event_id == CONTENT:
        return OfContent()
    if words.event_id is not None:
        always = "every message but the first would be taken for a repetition."
        return read_template(words.event_id, place.at("event_id"), report, always=always)
    if not has_id and not place.file.is_torn(place.path):
        found = "Without a signature in [source] that has one, messages have no id of their own."
        cure = 'Add event_id = "{…}", or event_id = "content" where two messages never say the same.'
        report.wrong(place, "missing", found, cure=cure, spot=place.key)
    return None


def _rest(text: str, place: Place, report: Report) -> Template | None:
    template = read_template(text, place, report)
    if template is None or template.whole is not None:
        return template
    cure = 'Write data = "{data}", or a line for each field: data.channel = "{network}"'
    report.wrong(place, "wrong-value", f"data is {shown(text)}.", expected="One {…} with nothing around it.", cure=cure)
    return None


def _undone(words: MapWords, condition: Condition, place: Place, report: Report) -> Condition | None:
    if words.undone_by is None:
        return None
    lines = read_lines(words.undone_by, place.at("undone_by"), report)
    if words.key is None and not place.file.is_torn(place.path):
        found = "Without a key nothing can be taken back by undone_by."
        report.wrong(place.at("undone_by"), "missing", found, cure='Add, for example: key = "like:{…}"')
    return condition.but(lines) if lines else None


def _spoken_for(rest: Template | None, others: tuple[Template | OfContent | None, ...]) -> frozenset[str]:
    """The members of the object of all fields that the map uses as something else."""
    if rest is None or rest.whole is None:
        return frozenset()
    start = rest.whole.paths[0]
    depth = len(start.steps)
    paths = [path for each in others if isinstance(each, Template) for hole in each.holes for path in hole.paths]
    inside = (path for path in paths if path.root == start.root and path.steps[:depth] == start.steps)
    return frozenset(path.steps[depth] for path in inside if len(path.steps) > depth)


def _link(table: Table[LinkWords], report: Report) -> LinkMap | None:
    words, place = table.words, table.place
    condition = read_condition(words, place, report)
    alias = _alias(words.alias, place.at("alias"), report)
    code = read_template(words.code, place.at("code"), report, always="it would always be the same code.")
    if alias is None or code is None:
        return None
    return LinkMap(id=words.id, condition=condition, alias=alias, code=code)
