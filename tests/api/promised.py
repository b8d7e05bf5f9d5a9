"""Whether an answer is what the served document says: its status, its content type, its body."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import httpx
import jsonschema_rs

from api.app import create_document

NOT_OF_ONE_CALL = frozenset({"not-found", "wrong-method"})
"""Problems of an address that is none; the document's head says so."""

Path = tuple[re.Pattern[str], str]


class NotAsPromised(AssertionError):
    """An answer that the document doesn't speak of."""

    def __init__(self, where: str, found: str) -> None:
        super().__init__(f"{where}: {found}")


class Promises:
    """A document, ready to be held against answers."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        # The path with the most letters of its own comes first: /v1/me/badges before /v1/members/{member}.
        by_letters = sorted(document["paths"], key=lambda path: len(re.sub(r"\{.*?\}", "", path)), reverse=True)
        self._paths: list[Path] = [(_pattern(path), path) for path in by_letters]
        self._strict = _closed({"components": document["components"]})
        self._validators: dict[tuple[str, str, str, str], jsonschema_rs.Draft202012Validator] = {}

    def check(self, method: str, path: str, answer: httpx.Response) -> None:
        """Raise what differs from the document."""
        template = next((template for pattern, template in self._paths if pattern.fullmatch(path)), None)
        operation = self.document["paths"].get(template, {}).get(method.lower())
        if operation is None:
            if answer.headers["content-type"] == "application/problem+json":
                assert answer.json()["type"].partition("#")[2] in NOT_OF_ONE_CALL
            return
        where = f"{method} {template} {answer.status_code}"
        promised = operation["responses"].get(str(answer.status_code))
        if promised is None:
            raise NotAsPromised(where, f"is not listed; it said {answer.text[:500]}")
        headers = promised.get("headers", {}).items()
        missing = [name for name, header in headers if header["required"] and name not in answer.headers]
        if missing:
            raise NotAsPromised(where, f"comes without {missing}")
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            is_busy = answer.json()["type"].endswith("#busy")
            if is_busy != ("retry-after" in answer.headers):
                raise NotAsPromised(where, "says when to come again exactly where waiting helps: of busy")
        media_type = answer.headers["content-type"]
        if media_type not in promised["content"]:
            raise NotAsPromised(where, f"{media_type} is not listed")
        if "json" in media_type:
            validator = self._validator(str(template), method.lower(), str(answer.status_code), media_type)
            faults = [f"{error.instance_path} {error.message}" for error in validator.iter_errors(answer.json())]
            if faults:
                raise NotAsPromised(where, f"{faults[:5]}; it said {answer.text[:500]}")

    def _validator(self, *where: str) -> jsonschema_rs.Draft202012Validator:
        found = self._validators.get(where)  # type: ignore[arg-type]  # four words
        if found is None:
            path, method, status, media_type = where
            content = self.document["paths"][path][method]["responses"][status]["content"][media_type]
            schema = {**_closed(content["schema"]), **self._strict}
            found = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
            self._validators[path, method, status, media_type] = found
        return found


@lru_cache(maxsize=1)
def promises() -> Promises:
    """Those of the API."""
    return Promises(create_document().content)


async def keep(answer: httpx.Response) -> None:
    """A hook of a client: every answer is what the document says."""
    await answer.aread()
    promises().check(answer.request.method, answer.request.url.path, answer)


def _pattern(path: str) -> re.Pattern[str]:
    """Only an event's id may hold slashes."""
    parts = re.split(r"\{(\w+)\}", path)
    words = [re.escape(each) if not n % 2 else ".+" if each == "event_id" else "[^/]+" for n, each in enumerate(parts)]
    return re.compile("".join(words))


def _closed(node: Any) -> Any:  # noqa: ANN401 - any part of a document
    """The same, but what is not described is wrong."""
    match node:
        case {"type": "object", "properties": dict(fields), **rest}:
            return {**rest, "type": "object", "properties": _closed(fields), "additionalProperties": False}
        case dict():
            return {key: _closed(value) for key, value in node.items()}
        case list():
            return [_closed(each) for each in node]
        case _:
            return node
