"""The base of all lines of the journal, for the modules that define some."""

import msgspec


class Line(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The base of all lines."""
