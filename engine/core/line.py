"""The base of all lines of the journal, wherever they are defined."""

import msgspec


class Line(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The base of all lines."""
