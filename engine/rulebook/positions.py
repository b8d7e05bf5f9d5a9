"""Where everything stands in a rule file: a path of keys and numbers to a line and column.

Positions come from tree-sitter, because tomllib keeps none; they are looked up only when somebody asks, since a file
without mistakes needs none. Lines and columns count from 1, columns in characters.
"""

from collections.abc import Iterator
from typing import NamedTuple

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Path = tuple[str | int, ...]

DEEPEST = 40
"""Positions inside of more brackets than this are those of the bracket that is so deep."""

_LANGUAGE = Language(tree_sitter_toml.language())
_KEYS = {"bare_key", "quoted_key", "dotted_key"}


class Spot(NamedTuple):
    """A line and a column."""

    line: int
    column: int


class Positions:
    """The positions of one file, which must be free of syntax errors to be complete."""

    def __init__(self, text: str) -> None:
        self._bytes = text.encode("utf-8", "replace")
        self._keys: dict[Path, Node] | None = None
        self._values: dict[Path, Node] = {}
        self._lines: list[bytes] = []

    def key(self, path: Path) -> Spot:
        """Where a name stands; of a path that is not written, where the nearest part of it is."""
        keys = self._read()
        while path and path not in keys:
            if isinstance(path[-1], int) and path in self._values:
                return self._spot(self._values[path])
            path = path[:-1]
        return self._spot(keys[path]) if path else Spot(1, 1)

    def value(self, path: Path) -> Spot:
        """Where a value begins; of a table that is written as several lines, the first one's name."""
        keys = self._read()
        while path and path not in self._values and path not in keys:
            path = path[:-1]
        if not path:
            return Spot(1, 1)
        return self._spot(self._values.get(path) or keys[path])

    def within(self, path: Path, offset: int) -> Spot:
        """Where the character of this number (from 0) of a text value stands."""
        self._read()
        node = self._values.get(path)
        if node is None or node.type != "string":
            return self.value(path)
        raw = self._bytes[node.start_byte : node.end_byte].decode("utf-8", "replace")
        line, column = self._spot(node)
        at = _raw_offset(raw, offset)
        before = raw[:at]
        newlines = before.count("\n")
        if newlines:
            return Spot(line + newlines, len(before) - before.rfind("\n"))
        return Spot(line, column + at)

    def _spot(self, node: Node) -> Spot:
        row, byte_column = node.start_point
        line = self._lines[row] if row < len(self._lines) else b""
        return Spot(row + 1, len(line[:byte_column].decode("utf-8", "replace")) + 1)

    def _read(self) -> dict[Path, Node]:
        if self._keys is None:
            self._keys = {}
            self._lines = self._bytes.split(b"\n")
            self._read_document(Parser(_LANGUAGE).parse(self._bytes).root_node)
        return self._keys

    def _read_document(self, root: Node) -> None:
        counts: dict[Path, int] = {}
        for node in root.children:
            match node.type:
                case "pair":
                    self._read_pair((), node, 0)
                case "table" | "table_array_element":
                    self._read_table(node, counts)
                case _:
                    pass

    def _read_table(self, node: Node, counts: dict[Path, int]) -> None:
        header = next((child for child in node.children if child.type in _KEYS), None)
        if header is None:
            return
        path: Path = ()
        names = list(_names(header))
        for place, (name, _) in enumerate(names):
            path = (*path, name)
            last = place == len(names) - 1
            if last and node.type == "table_array_element":
                counts[path] = counts.get(path, -1) + 1
            if path in counts:
                self._keys_or_new().setdefault(path, node)
                path = (*path, counts[path])
            self._keys_or_new().setdefault(path, node)
        for child in node.children:
            if child.type == "pair":
                self._read_pair(path, child, 0)

    def _keys_or_new(self) -> dict[Path, Node]:
        assert self._keys is not None
        return self._keys

    def _read_pair(self, base: Path, node: Node, depth: int) -> None:
        children = node.children
        if len(children) < 3 or children[0].type not in _KEYS:  # noqa: PLR2004 - key, =, value
            return
        path = base
        for name, key in _names(children[0]):
            path = (*path, name)
            self._keys_or_new().setdefault(path, key)
        self._read_value(path, children[2], depth)

    def _read_value(self, path: Path, node: Node, depth: int) -> None:
        self._values.setdefault(path, node)
        if depth > DEEPEST:
            return
        if node.type == "inline_table":
            for child in node.children:
                if child.type == "pair":
                    self._read_pair(path, child, depth + 1)
        elif node.type == "array":
            items = (child for child in node.children if child.is_named and child.type not in {"comment", "ERROR"})
            for number, item in enumerate(items):
                self._read_value((*path, number), item, depth + 1)


def _names(key: Node) -> Iterator[tuple[str, Node]]:
    """The names of a key with dots, each with its node."""
    todo = [key]
    while todo:
        node = todo.pop()
        if node.type == "dotted_key":
            todo.extend(reversed([child for child in node.children if child.type in _KEYS]))
            continue
        text = (node.text or b"").decode("utf-8", "replace")
        yield (text[1:-1] if node.type == "quoted_key" else text), node


def _raw_offset(raw: str, offset: int) -> int:
    """Where a character of a text stands in its written form, quotes and escapes included."""
    long = raw[:3] in {'"""', "'''"}
    at = 3 if long else 1
    if long and raw[at : at + 2] == "\r\n":
        at += 2
    elif long and raw[at : at + 1] == "\n":
        at += 1
    for _ in range(offset):
        if raw[0] == '"' and raw[at : at + 1] == "\\":
            at += {"u": 6, "U": 10}.get(raw[at + 1 : at + 2], 2)
        else:
            at += 1
    return min(at, len(raw))
