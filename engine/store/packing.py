"""MessagePack for the server's Lua: its unpacker knows no *bin*, so bytes travel as *str*."""

from typing import Final

import msgspec
from msgspec import Raw

Item = str | int | bool | Raw
"""What a row may hold: text and whole numbers below 2**53 as they are, bytes by `as_str`."""

_encoder: Final = msgspec.msgpack.Encoder()

FIXSTR_MOST: Final = 31
STR8_MOST: Final = 0xFF
STR16_MOST: Final = 0xFFFF
"""Source: the MessagePack specification, "str format family"."""

_HEADS: Final = tuple(
    bytes((0xA0 | size,)) if size <= FIXSTR_MOST else bytes((0xD9, size)) for size in range(STR8_MOST + 1)
)
"""What stands before a text of up to 255 bytes, by its size."""


def as_str(value: bytes) -> Raw:
    """Bytes as a MessagePack *str*, whatever they hold."""
    size = len(value)
    if size <= STR8_MOST:
        return Raw(_HEADS[size] + value)
    if size <= STR16_MOST:
        return Raw(b"\xda" + size.to_bytes(2, "big") + value)
    return Raw(b"\xdb" + size.to_bytes(4, "big") + value)


def pack(value: object) -> bytes:
    """Lists of lists of `Item` as one argument of a script."""
    return _encoder.encode(value)
