"""MessagePack for the server's Lua: its unpacker knows no *bin*, so bytes travel as *str*."""

import msgspec

Item = str | int | bool | msgspec.Raw
"""What a row may hold: text and whole numbers below 2**53 as they are, bytes by `as_str`."""

_encoder = msgspec.msgpack.Encoder()

FIXSTR_MOST, STR8_MOST, STR16_MOST = 31, 0xFF, 0xFFFF
"""Source: the MessagePack specification, "str format family"."""

_HEADS = tuple(bytes((0xA0 | size,)) if size <= FIXSTR_MOST else bytes((0xD9, size)) for size in range(STR8_MOST + 1))
"""What stands before a text of up to 255 bytes, by its size."""


def as_str(value: bytes) -> msgspec.Raw:
    """Bytes as a MessagePack *str*, whatever they hold."""
    size = len(value)
    if size <= STR8_MOST:
        return msgspec.Raw(_HEADS[size] + value)
    if size <= STR16_MOST:
        return msgspec.Raw(b"\xda" + size.to_bytes(2, "big") + value)
    return msgspec.Raw(b"\xdb" + size.to_bytes(4, "big") + value)


def pack(value: object) -> bytes:
    """Lists of lists of `Item` as one argument of a script."""
    return _encoder.encode(value)
