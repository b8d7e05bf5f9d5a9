"""The body of an authentic delivery -> JSON values: JSON, or a form as an object of texts. Pure."""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from engine.sources.events import MAX_BODY_BYTES, BodyTooLarge, JsonValue, WrongContentType
from engine.sources.forms import read_form
from engine.sources.json_guard import decode
from engine.sources.signatures.profiles import Profile

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MOST_ID_CHARACTERS: Final = 200

_SECRET: Final = (
    *("authorization", "cookie", "secret", "signature", "token"),
    *("api-key", "apikey", "credential", "jwt", "password", "x-auth-"),
)
"""A header with one of these in its name is nobody's business but that of `engine.sources.signatures`."""

_OF_THE_WAY: Final = re.compile(r"forwarded|via|x-forwarded-.*|x-original-.*|(?:.*-)?(?:client|connecting|real)-ip")
"""They say through which machines a delivery came, and nothing of what it means."""


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """What a mapping reads; a form whose JSON stands in one field is that JSON."""

    body: JsonValue
    is_form: bool


def read_payload(profile: Profile, headers: Mapping[str, str], body: bytes) -> Payload:
    """The payload of a delivery; names of headers are in lower case.

    Raises:
        WrongContentType: Neither JSON nor a form.
        BodyTooLarge: More than `MAX_BODY_BYTES`.
        NotUnderstood: No JSON, no UTF-8, a key twice and so on.
    """
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLarge(found_bytes=len(body))
    content_type = headers.get("content-type")
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type == JSON or media_type.endswith("+json"):
        return Payload(body=decode(body), is_form=False)
    if media_type != FORM:
        raise WrongContentType(found=content_type, expected=(JSON, FORM))
    form = read_form(body)
    inside = form.get(profile.form_field or "")
    if inside is not None:
        return Payload(body=decode(inside.encode()), is_form=False)
    fields: dict[str, JsonValue] = {**form}
    return Payload(body=fields, is_form=True)


def open_headers(profile: Profile, headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that a mapping may ask for: none that holds a secret, a signature or the way that it came."""
    return {
        name: value
        for name, value in headers.items()
        if name != profile.header and _OF_THE_WAY.fullmatch(name) is None and not any(word in name for word in _SECRET)
    }


def value_at(body: JsonValue, pointer: str | None) -> str | None:
    """The text or whole number at a JSON pointer, short and printable; None where there is none."""
    if pointer is None:
        return None
    found = body
    for step in pointer.split("/")[1:]:
        if not isinstance(found, dict):
            return None
        found = found.get(step)
    return short(str(found)) if isinstance(found, (str, int)) and not isinstance(found, bool) else None


def short(text: str | None) -> str | None:
    """The text, where it is one that can be shown in a list."""
    return text if text and len(text) <= MOST_ID_CHARACTERS and text.isprintable() else None
