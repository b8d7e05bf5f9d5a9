"""JSON Schemas of what calls take and give: each named type once, under `components`."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

TEMPLATE: Final = "#/components/schemas/{name}"

VALUES: Final = frozenset({"examples", "default", "enum", "const"})
"""Parts of a schema that are values, not schemas."""

RENAMED: Final = {"ProblemBody": "Problem"}
"""Names that say less outside of the code."""


def schema_of(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - any type that msgspec knows
    """The schema of a type; of a named one, where it is to be found."""
    ((schema,), _) = _components([kind])
    return schema


def named_schemas(kinds: Iterable[Any]) -> dict[str, Any]:
    """The schemas of all named types in these."""
    return dict(sorted(_components(list(kinds))[1].items()))


def _components(kinds: list[Any]) -> tuple[tuple[dict[str, Any], ...], dict[str, Any]]:
    schemas, named = msgspec.json.schema_components(kinds, schema_hook=_any_value, ref_template=TEMPLATE)
    found = tuple(_mended(schema) for schema in schemas)
    return found, {RENAMED.get(name, name): _mended(schema) for name, schema in named.items()}


def _any_value(_: type) -> dict[str, Any]:
    return {"description": "Any JSON value"}


def _mended(node: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """The same with the names of `RENAMED`, and what may be null described above it."""
    match node:
        case {"$ref": str(name), **rest}:
            short = name.rpartition("/")[2]
            return {"$ref": TEMPLATE.format(name=RENAMED.get(short, short)), **rest}
        case {"anyOf": [dict(described), {"type": "null"}]} if "description" in described and "description" not in node:
            return _mended({"description": described.pop("description"), **node})
        case {"properties": {"event": {"enum": [str()]} as event, **others}} if "description" not in event:
            # Its word is written by the library, which has none for what it means.
            told = {"description": "What kind of news this is", **event}
            return _mended({**node, "properties": {"event": told, **others}})
        case dict():
            return {key: value if key in VALUES else _mended(value) for key, value in node.items() if _says(key, value)}
        case list():
            return [_mended(each) for each in node]
        case _:
            return node


def _says(key: str, value: object) -> bool:
    """Titles repeat a name; a default of null is what leaving out means anyway."""
    return not (key == "title" and isinstance(value, str)) and not (key == "default" and value is None)
