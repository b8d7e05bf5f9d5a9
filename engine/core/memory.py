"""What is remembered of entries: their keys, what they are about, which were taken back, which were retried.

All but the last lies on two shelves, this era's and the one before; the shelf before those is thrown away. What went
aside is never thrown away, so neither is that it was retried.
"""

from engine.core.draft import Draft
from engine.core.journal import EntryRetried, EntryTaken, KeyNoted, KeyTaken
from engine.core.states import (
    AboutState,
    RetriedState,
    TakenState,
    ThingState,
    about_key,
    retried_key,
    taken_key,
    thing_key,
)


def remember(draft: Draft, line: KeyNoted | KeyTaken | EntryTaken | EntryRetried, position: int) -> None:
    """Note what a line says of a key or an entry; `position` is that of the entry whose line it is."""
    era = draft.organization().era
    match line:
        case KeyNoted():
            remember_key(draft, era, line.key, position, _times_taken(draft, line.key))
        case KeyTaken():
            taken = ThingState(position=0, taken=_times_taken(draft, line.key) + 1, waits=line.target == 0)
            draft.put(thing_key(era, line.key), taken)
        case EntryTaken():
            draft.put(taken_key(era, line.position), TakenState())
        case EntryRetried():
            draft.put(retried_key(line.position), RetriedState(position=position))


def remember_key(draft: Draft, era: int, key: bytes, position: int, taken: int) -> None:
    """Note that the entry at `position` stands for this key, which was taken back so often before."""
    draft.put(thing_key(era, key), ThingState(position=position, taken=taken))


def remember_about(draft: Draft, era: int, content: str, member: str, position: int) -> None:
    """Note that the entry at `position` is about a content and this member."""
    key = about_key(era, content, member)
    about = draft.change(key)
    if isinstance(about, AboutState):
        about.positions.append(position)
    else:
        draft.put(key, AboutState(positions=[position]))


def known_thing(draft: Draft, key: bytes) -> ThingState | None:
    """What is remembered of an event's key, in this era or the one before."""
    era = draft.organization().era
    for shelf in (era, era - 1):
        thing = draft.get(thing_key(shelf, key))
        if isinstance(thing, ThingState):
            return thing
    return None


def _times_taken(draft: Draft, key: bytes) -> int:
    thing = known_thing(draft, key)
    return thing.taken if thing is not None else 0
