"""Counting what happened before, in the states: what is being counted, and which entries counted another afterwards.

Judging it is elsewhere (`engine.core.past`).
"""

from typing import Final

from engine.core.draft import Draft
from engine.core.keys import PAST, afterwards_key
from engine.core.lines.past import PastBegan, PastCounted, PastDone, PastLooked
from engine.core.scores import note_other_units
from engine.core.states import AfterwardsState, PastState, PastWork
from engine.core.workplace import Workplace

MOST_WORKS: Final = 20
"""So many publications may have what happened before them being counted at once; what is told counts apart."""


def apply_past(at: Workplace, line: PastBegan | PastCounted | PastLooked | PastDone) -> None:
    """Change the draft as the line says."""
    draft, position = at.draft, at.position
    match line:
        case PastBegan():
            _works(draft).append(PastWork(position, line.told, list(line.codes)))
            organization = draft.change_organization()
            organization.pasts += 1
            organization.past_before = position
        case PastCounted():
            work = work_for(draft, line.publication, told=line.told)
            if work is not None and work.reached < line.position:
                _change_work(draft, work).reached = line.position
            _note_afterwards(draft, line.position, position)
            if line.who >= 0:
                note_other_units(at.plan, at.members[line.who], at.people[line.who], at.organization.open_from)
        case PastDone():
            works = _works(draft)
            works[:] = [work for work in works if (work.publication, work.told) != (line.publication, line.told)]
            draft.change_organization().pasts = len(works)
        case PastLooked():
            pass


def works_of(draft: Draft) -> list[PastWork]:
    """What is being counted, to look at."""
    state = draft.get(PAST)
    assert isinstance(state, PastState)
    return state.works


def work_for(draft: Draft, publication: int, *, told: bool) -> PastWork | None:
    """What is being counted since this publication; None where that is done, or never was."""
    found = (work for work in works_of(draft) if work.publication == publication and work.told == told)
    return next(found, None)


def counted_afterwards(draft: Draft, position: int, era: int) -> list[int]:
    """The positions of the entries that counted this one afterwards, in order, as far as an era remembers that."""
    found: list[int] = []
    if position < draft.organization().past_before:
        for shelf in (era - 1, era):
            state = draft.get(afterwards_key(shelf, position))
            pairs = state.pairs if isinstance(state, AfterwardsState) else []
            found += [by for at, by in zip(pairs[::2], pairs[1::2], strict=True) if at == position]
    return found


def _works(draft: Draft) -> list[PastWork]:
    state = draft.change(PAST)
    assert isinstance(state, PastState)
    return state.works


def _change_work(draft: Draft, like: PastWork) -> PastWork:
    found = (work for work in _works(draft) if (work.publication, work.told) == (like.publication, like.told))
    return next(found)


def _note_afterwards(draft: Draft, position: int, by: int) -> None:
    key = afterwards_key(draft.organization().era, position)
    state = draft.change(key)
    if isinstance(state, AfterwardsState):
        state.pairs.extend((position, by))
    else:
        draft.put(key, AfterwardsState(pairs=[position, by]))
