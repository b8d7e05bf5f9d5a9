"""What the job that counts the past appends, told to a world: the same entries in the same order."""

from collections import Counter
from collections.abc import Iterator

from engine.core.entries import AnyEntry, HistoryCounted, HistoryDone, HistoryLooked
from engine.core.journal import Decision
from engine.core.keys import PAST
from engine.core.lines.entries import EntryGivenBack, EntryTaken
from engine.core.past import act_of_before
from engine.core.past_badges import reached_steps
from engine.core.states import MemberState, PastState, PastWork
from tests.core.builders import World


def works(world: World) -> list[PastWork]:
    """What is being counted."""
    state = world.states.get(PAST)
    return state.works if isinstance(state, PastState) else []


def count_past(world: World, *, day: float | None = None) -> list[Decision]:
    """Count all that is to be counted, on this day or now; what each entry led to."""
    if day is not None:
        world.tick(day)
    return [world.post(entry) for entry in entries_of_past(world)]


def entries_of_past(world: World) -> Iterator[AnyEntry]:
    """One entry after the other, each worked out when the one before is judged."""
    for work in list(works(world)):
        codes = tuple(work.codes)
        for position in wanted(world, work):
            yield HistoryCounted(work.publication, work.told, position, codes)
    for work in list(works(world)):
        codes = tuple(work.codes)
        for key, state in list(world.states.items()):
            if isinstance(state, MemberState) and reached_steps(
                world.plan, state, codes, world.plan.local_day(world.clock)
            ):
                yield HistoryLooked(work.publication, work.told, key[2:], codes)
        yield HistoryDone(work.publication, work.told)


def wanted(world: World, work: PastWork) -> list[int]:
    """The positions that are to be counted: acts that nobody had taken back before the publication."""
    taken = Counter[int]()
    for entry in world.journal[: work.publication]:
        taken.update(line.position for line in entry.lines if isinstance(line, EntryTaken))
        taken.subtract(line.position for line in entry.lines if isinstance(line, EntryGivenBack))
    draft = world.draft_of_log()
    acts = [n for n in range(work.reached + 1, work.publication) if act_of_before(draft, n) is not None]
    return [position for position in acts if taken[position] <= 0]
