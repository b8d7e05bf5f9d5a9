"""`[[event]]`: its fields, their choices and defaults."""

from typing import Final

from engine.core.questions import Value
from engine.core.rulebook import THANKS, EventType, Field, FieldType
from engine.rulebook.collect import Entry
from engine.rulebook.did_you_mean import joined, listed, nearest, shown
from engine.rulebook.durations import read_days
from engine.rulebook.report import Place, Report
from engine.rulebook.texts import read_title
from engine.rulebook.words.organization import DataField, Event

RESERVED_PREFIX: Final = "sulka."
RESERVED_FIELDS: Final = frozenset({"day", "at", "type", "who", "member", "metrics", "event", "subject"})
MOST_CHOICES: Final = 500
TOPICS: Final = "topics"
_CLOSED: Final = (FieldType.CHOICE, FieldType.CHOICES)


def event_type(entry: Entry[Event], topics: tuple[str, ...], languages: tuple[str, ...], report: Report) -> EventType:
    """The event as the core knows it; a field that is wrong is left out."""
    words, place = entry.words, entry.place
    if words.type.startswith(RESERVED_PREFIX) or words.type == THANKS:
        found = f"{shown(words.type)} is a name of Sulka's own."
        report.wrong(
            place.at("type"), "reserved-name", found, cure=f"Choose a name that does not begin with {RESERVED_PREFIX}"
        )
    fields: dict[str, Field] = {}
    for name in sorted(words.data):
        field = _field(name, words.data[name], place.at("data", name), topics, report)
        if field is not None:
            fields[name] = field
    contents = [name for name, field in fields.items() if field.type is FieldType.CONTENT]
    if len(contents) > 1:
        second = place.at("data", contents[1])
        found = f"{joined(contents)} are both of the type content."
        report.wrong(second, "wrong-field", found, cure="An act is about one content: take one out.", spot=second.key)
    return EventType(
        type=words.type,
        title=read_title(words.title, place.at("title"), languages, report),
        purpose=words.purpose,
        keep_days=read_days(words.keep, place.at("keep"), report) or 1,
        seen_by=tuple(dict.fromkeys(words.seen_by)),
        said_by=tuple(dict.fromkeys(words.said_by)),
        fields=fields,
    )


def _field(name: str, words: DataField, place: Place, topics: tuple[str, ...], report: Report) -> Field | None:
    type_ = FieldType(words.type)
    if not _name_is_free(name, type_, place, report):
        return None
    choices: tuple[str, ...] = ()
    if type_ in _CLOSED:
        listed_choices = _choices(words.of, place, topics, report)
        if listed_choices is None:
            return None
        choices = listed_choices
    elif words.of is not None:
        found = f"of does not fit {name}, which is a {words.type}."
        report.wrong(
            place.at("of"), "wrong-field", found, expected="Only choice and choices have a list to choose from."
        )
    default = words.default
    if default is not None and not _fits(default, type_, choices):
        _wrong_default(default, type_, choices, place.at("default"), report)
        default = None
    return Field(name=name, type=type_, optional=words.optional, default=default, choices=choices)


def _name_is_free(name: str, type_: FieldType, place: Place, report: Report) -> bool:
    if name in RESERVED_FIELDS:
        expected = f"These mean something else: {listed(sorted(RESERVED_FIELDS))}."
        report.wrong(
            place, "reserved-name", f"{shown(name)} can't be a field's name.", expected=expected, spot=place.key
        )
        return False
    if name == "content" and type_ is not FieldType.CONTENT:
        cure = 'Write type = "content", or choose another name.'
        report.wrong(
            place.at("type"),
            "wrong-field",
            f"content is a {type_}.",
            expected="content is always of the type content.",
            cure=cure,
        )
        return False
    plain = name.replace("_", "a")
    if not (plain.isascii() and plain.isalnum() and name[0].isalpha() and name == name.lower()):
        expected = "Small letters a to z, digits and _, a letter first."
        report.wrong(place, "wrong-id", f"{shown(name)} can't be a field's name.", expected=expected, spot=place.key)
        return False
    return True


def _choices(
    of: str | list[str] | None, place: Place, topics: tuple[str, ...], report: Report
) -> tuple[str, ...] | None:
    if of is None:
        cure = 'Add of = ["one", "another"], or of = "topics".'
        report.wrong(place, "missing", f"{place.path[-1]} has nothing to choose from.", cure=cure)
        return None
    if isinstance(of, str):
        if of == TOPICS:
            return topics
        report.wrong(
            place.at("of"),
            "unknown-value",
            f"{shown(of)} is not a list.",
            near=nearest(of, [TOPICS]),
            expected='A list [ … ], or "topics".',
        )
        return None
    if not of or len(of) > MOST_CHOICES:
        report.wrong(
            place.at("of"),
            "empty" if not of else "too-many",
            f"of has {len(of)} choices.",
            expected=f"1 to {MOST_CHOICES} are possible.",
        )
        return None
    for number, choice in enumerate(of):
        if choice in of[:number]:
            report.wrong(
                place.at("of", number),
                "said-twice",
                f"{shown(choice)} stands in this list twice.",
                cure="Take one out.",
            )
    return tuple(dict.fromkeys(of))


def _fits(default: Value, type_: FieldType, choices: tuple[str, ...]) -> bool:
    match type_:
        case FieldType.YES_NO:
            return isinstance(default, bool)
        case FieldType.NUMBER:
            return isinstance(default, int) and not isinstance(default, bool)
        case FieldType.CHOICE:
            return isinstance(default, str) and default in choices
        case FieldType.CHOICES:
            return isinstance(default, list) and all(value in choices for value in default)
        case _:
            return False


def _wrong_default(default: Value, type_: FieldType, choices: tuple[str, ...], place: Place, report: Report) -> None:
    expected = {
        FieldType.YES_NO: "true or false is expected here.",
        FieldType.NUMBER: "A whole number is expected here.",
        FieldType.CHOICE: f"One of these is expected here: {joined(choices, 'or')}.",
        FieldType.CHOICES: f"A list of these is expected here: {listed(choices)}.",
    }.get(type_, f"A field of the type {type_} has no default: leave it out.")
    near = nearest(default, choices) if isinstance(default, str) else ""
    report.wrong(place, "wrong-default", f"default is {shown(default)}.", near=near, expected=expected)
