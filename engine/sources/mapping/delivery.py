"""One delivery of a sender in the sender's own format, once it is known to be authentic."""

from collections.abc import Mapping

import msgspec

from engine.sources.events import JsonValue


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What a mapping reads. Names of headers are in lower case.

    `body` is decoded: JSON, or a form as an object of texts. `id` is what the sender's signature profile says is the
    delivery's own id, None where it has none.
    """

    headers: Mapping[str, str]
    body: JsonValue
    is_form: bool
    id: str | None
    received_ms: int
