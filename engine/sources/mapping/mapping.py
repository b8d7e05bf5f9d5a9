"""A mapping: all that one file of `rules/sources` says. A delivery in, what was made of it out; never raises.

Does not belong here: how such a file is written and checked (`engine.rulebook.mappings`), and who the people are.
"""

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from typing import Final

import msgspec

from engine.core.faults import shown
from engine.core.rulebook import EventType
from engine.sources.mapping.delivery import Delivery
from engine.sources.mapping.mapped import Event, Link, Mapped, Undone, Unreadable
from engine.sources.mapping.maps import LinkMap, Map
from engine.sources.mapping.paths import Path, View
from engine.sources.mapping.templates import Gap

MOST_EACH: Final = 200
"""Of one delivery; the largest batch that a known sender sends has ten."""

EACH: Final = "each"
"""What stands for the map where the list of a delivery can't be read."""


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """All maps and links of one file. `each` is the list in a payload whose items are read one by one."""

    name: str
    signature: str | None
    each: Path | None
    maps: tuple[Map, ...]
    links: tuple[LinkMap, ...]

    def read(self, delivery: Delivery, event_types: MappingOf[str, EventType]) -> Mapped:
        """What this delivery means, by the types of events that are in force."""
        made: list[Event | Undone | Link] = []
        unreadable: list[Unreadable] = []
        try:
            views = list(self._views(delivery))
        except Gap as gap:
            return Mapped(unreadable=(_unreadable(EACH, gap),))
        all_of: tuple[Map | LinkMap, ...] = (*self.maps, *self.links)
        for view, id_ in views:
            for each in all_of:
                try:
                    found = each.read(view, id_, event_types) if isinstance(each, Map) else each.read(view)
                except Gap as gap:
                    unreadable.append(_unreadable(each.id, gap))
                    continue
                if found is not None:
                    made.append(found)
        return Mapped(made=tuple(made), unreadable=tuple(unreadable))

    def _views(self, delivery: Delivery) -> Iterator[tuple[View, str | None]]:
        """What is read by itself, each with its own id as far as the delivery has one."""
        whole = View(delivery.headers, delivery.body)
        items = None if self.each is None else self.each.find(whole)
        if self.each is None:
            yield whole, delivery.id
        elif items is not None:
            pointer = self.each.pointer(whole)
            if not isinstance(items, list) or len(items) > MOST_EACH:
                raise Gap(pointer, shown(items), f"a list of at most {MOST_EACH}")
            for number, item in enumerate(items):
                id_ = None if delivery.id is None else f"{delivery.id}/{number}"
                yield View(delivery.headers, item, delivery.body, f"{pointer}/{number}"), id_


def _unreadable(map_id: str, gap: Gap) -> Unreadable:
    return Unreadable(map=map_id, pointer=gap.pointer, found=gap.found, expected=gap.expected)
