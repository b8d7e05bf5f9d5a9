"""The JSON Schemas of rule files and of mapping files, for editors and linters, made from the types of the words.

`python -m engine.rulebook.schema` writes them to rules/schema. They can't say all that `sulka check` says: conditions
name fields of events, which stand in another file.
"""

import sys
from pathlib import Path
from typing import Final

import msgspec

from engine.rulebook.words.file import RuleFile
from engine.rulebook.words.parts import LINES_SCHEMA, LONGEST_STRING, MOST_POINTS
from engine.rulebook.words.sources import MappingFile

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_FILE: Final = Path("rules/schema/rules.schema.json")
SOURCES_SCHEMA_FILE: Final = Path("rules/schema/sources.schema.json")
Json = dict[str, object]


def json_schema() -> Json:
    """The schema: JSON Schema 2020-12, in words that draft-07 had too."""
    made = msgspec.json.schema(RuleFile)
    definitions = made["$defs"]
    definitions["Calendar"]["properties"]["add"]["items"] = _DAY_OFF
    definitions["Calendar"]["properties"]["take_away"]["items"] = _DAY_OFF
    # A rule names amounts of other currencies by their ids, `coins = 5`: words that no schema can know.
    definitions["Rule"]["additionalProperties"] = {"type": "integer", "minimum": 1, "maximum": MOST_POINTS}
    return _whole(definitions, "RuleFile", "Sulka rule file")


def sources_schema() -> Json:
    """The schema of mapping files, likewise."""
    return _whole(msgspec.json.schema(MappingFile)["$defs"], "MappingFile", "Sulka mapping file")


def _whole(definitions: dict[str, Json], root_name: str, title: str) -> Json:
    root = definitions.pop(root_name)
    cleaned: Json = {name: _without_nothing(definition) for name, definition in sorted(definitions.items())}
    cleaned[LINES_SCHEMA] = _LINES
    cleaned["condition-value"] = _VALUE
    properties = _without_nothing(root)
    assert isinstance(properties, dict)
    # Editors and linters write the address of the schema as a key in other kinds of files; in TOML it is a comment.
    return {"$schema": DIALECT, **properties, "title": title, "$defs": cleaned}


_DAY_OFF: Final[Json] = {"anyOf": [{"type": "string"}, {"type": "string", "format": "date"}]}

_LINES: Final[Json] = {
    "type": "object",
    "description": "Names and what they are compared with: a value means equals, a list means any of.",
    "examples": [{"channel": "linkedin"}, {"content": {"age_days": {"at_most": 30}}}],
    "additionalProperties": {"$ref": "#/$defs/condition-value"},
}

_VALUE: Final[Json] = {
    "anyOf": [
        {"type": "string", "maxLength": LONGEST_STRING},
        {"type": "boolean"},
        {"type": "integer"},
        {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}]}},
        {"type": "object", "additionalProperties": {"$ref": "#/$defs/condition-value"}},
    ]
}


def _without_nothing(value: object) -> object:
    """TOML has no null: what may be left out is just not required."""
    if isinstance(value, list):
        return [_without_nothing(item) for item in value]
    if not isinstance(value, dict):
        return value
    cleaned = {name: _without_nothing(inner) for name, inner in value.items()}
    if cleaned.get("$ref") == f"#/$defs/{LINES_SCHEMA}":
        return {
            name: inner for name, inner in cleaned.items() if name not in {"type", "additionalProperties", "default"}
        }
    if cleaned.get("default", ()) is None:
        del cleaned["default"]
    options = cleaned.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        left = [option for option in options if option != {"type": "null"}]
        del cleaned["anyOf"]
        return {**left[0], **cleaned} if len(left) == 1 else {**cleaned, "anyOf": left}
    return cleaned


def write(folder: Path) -> list[Path]:
    """Write the schemas below a folder; what was there is replaced."""
    return [_written(folder / name, schema) for name, schema in schemas().items()]


def schemas() -> dict[Path, str]:
    """The schemas as they stand in their files."""
    return {SCHEMA_FILE: _text(json_schema()), SOURCES_SCHEMA_FILE: _text(sources_schema())}


def _written(target: Path, schema: str) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(schema, "utf-8")
    return target


def _text(schema: Json) -> str:
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write("".join(f"{path}\n" for path in write(Path.cwd())))
