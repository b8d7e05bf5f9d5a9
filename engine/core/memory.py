"""What is remembered of entries: their keys, what they are about, which were taken back, retried, or wait.

The first three lie on two shelves, this era's and the one before; the shelf before those is thrown away. What went
aside is never thrown away, so neither is that it was retried.
"""

from engine.core.draft import Draft
from engine.core.holds import change_holds
from engine.core.keys import retried_key, taken_key, thing_key, thing_keys
from engine.core.lines.entries import EntryGivenBack, EntryRetried, EntryTaken, KeyNoted, KeyTaken
from engine.core.lines.ledger import Held, HoldChanged
from engine.core.states import AboutState, RetriedState, TakenState, ThingState

Remembered = KeyNoted | KeyTaken | EntryTaken | EntryGivenBack | EntryRetried | Held | HoldChanged


def remember(draft: Draft, line: Remembered, position: int, recorded: int) -> None:
    """Note what a line says of a key or an entry; `position` and `recorded` are those of the entry whose line it is."""
    era = draft.organization().era
    match line:
        case KeyNoted():
            remember_key(draft, thing_key(era, line.key), position, _times_taken(draft, line.key))
        case KeyTaken():
            thing = ThingState(position=0, taken=_times_taken(draft, line.key) + 1, waits=line.target == 0)
            draft.put(thing_key(era, line.key), thing)
        case EntryTaken() | EntryGivenBack():
            times = times_taken(draft, line.position) + (1 if isinstance(line, EntryTaken) else -1)
            draft.put(taken_key(era, line.position), TakenState(taken=times > 0, times=times))
        case EntryRetried():
            draft.put(retried_key(line.position), RetriedState(position=position))
        case Held() | HoldChanged():
            change_holds(draft, line, position, recorded)


def remember_key(draft: Draft, key: str, position: int, taken: int) -> None:
    """Note that the entry at `position` stands for this `thing_key`, which was taken back so often before."""
    draft.put(key, ThingState(position, taken))


def remember_about(draft: Draft, key: str, position: int) -> None:
    """Note that the entry at `position` is about the content and the member of an `about_key`."""
    about = draft.change(key)
    if isinstance(about, AboutState):
        about.positions.append(position)
    else:
        draft.put(key, AboutState(positions=[position]))


def known_thing(draft: Draft, key: bytes) -> ThingState | None:
    """What is remembered of an event's key, in this era or the one before."""
    return thing_on(draft, thing_keys(draft.organization().era, key))


def thing_on(draft: Draft, shelves: tuple[str, str]) -> ThingState | None:
    """The same by its `thing_keys`."""
    thing = draft.get(shelves[0])
    if thing is None:
        thing = draft.get(shelves[1])
    return thing if isinstance(thing, ThingState) else None


def times_taken(draft: Draft, position: int) -> int:
    """By how many an entry is taken back, as far as that is remembered."""
    era = draft.organization().era
    for shelf in (era, era - 1):
        taken = draft.get(taken_key(shelf, position))
        if isinstance(taken, TakenState):
            return taken.times
    return 0


def _times_taken(draft: Draft, key: bytes) -> int:
    thing = known_thing(draft, key)
    return thing.taken if thing is not None else 0
