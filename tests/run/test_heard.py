"""What waits for a listener: nothing twice, nothing lost, and never too much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.journal import AnyLine, JournalEntry, Person
from engine.core.lines.badges import BadgeGranted
from engine.core.lines.counts import Counted
from engine.core.lines.ledger import Posted
from engine.core.lines.past import PastCounted
from engine.core.lines.periods import Recognised
from engine.core.lines.turning import AnswerSet
from engine.run.live.heard import MOST_HEARD, MOST_ON_WALL, Heard, moves, on_wall
from engine.run.live.listener import Listener

ANNA, BEA = Person("anna"), Person("bea")


def entry(*lines: AnyLine, people: tuple[Person, ...] = (BEA, ANNA)) -> JournalEntry:
    return JournalEntry(rulebook=b"r", log_digest=b"l", previous=b"p", people=people, lines=lines)


def posted(who: int, amount: int) -> Posted:
    return Posted(who, 1, 0, amount, 20_000)


ENTRIES = st.lists(
    st.one_of(
        st.builds(lambda who, amount: entry(posted(who, amount)), st.integers(0, 1), st.integers(-9, 9)),
        st.just(entry(Counted(0, 20_000, 1, (3,)), people=(BEA,))),
        st.just(entry(BadgeGranted(1, 5, 0, 20_000))),
    ),
    max_size=30,
)


def hear(heard: Heard, position: int, entry: JournalEntry) -> None:
    heard.add_own("anna", position, entry)
    heard.add_of_others(on_wall(position, entry), moved=moves(entry))


def of(entries: list[JournalEntry], start: int = 0) -> Heard:
    heard = Heard()
    for position, each in enumerate(entries, start + 1):
        hear(heard, position, each)
    return heard


@given(ENTRIES, st.data())
def test_wherever_it_is_cut_the_same_is_heard(entries: list[JournalEntry], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(entries)))
    whole = of(entries)

    assert of(entries[:cut]).then(of(entries[cut:], cut)) == whole
    assert whole.after(cut).lines == of(entries[cut:], cut).lines
    assert whole.after(cut).receipts == of(entries[cut:], cut).receipts


@given(ENTRIES, st.data())
def test_who_begins_in_the_middle_hears_each_entry_once(entries: list[JournalEntry], data: st.DataObject) -> None:
    """The cursor told some entries before the place at which the state was read."""
    registered = data.draw(st.integers(0, len(entries)))
    stands = data.draw(st.integers(registered, len(entries)))
    listener = Listener("anna")

    for position, each in enumerate(entries[registered:], registered + 1):
        listener.hear(position, each)
        listener.hear_of_others(position, [], moved=False)
    listener.begin(stands, of(entries[:stands]))

    heard = listener.take()
    assert (heard.lines, heard.receipts) == (of(entries).lines, of(entries).receipts)
    assert listener.take().is_empty


def test_nothing_of_a_colleague_is_heard() -> None:
    heard = of([entry(posted(0, 10), people=(BEA,))])

    assert (heard.lines, heard.receipts, heard.moved) == ([], [], True)


def test_more_than_is_held_is_lost_and_said_so() -> None:
    many = of([entry(posted(1, 1)) for _ in range(MOST_HEARD)])
    assert not many.is_lost

    hear(many, MOST_HEARD + 1, entry(posted(1, 1)))

    assert many.is_lost
    assert (many.lines, many.receipts) == ([], [])
    half = of([entry(posted(1, 1)) for _ in range(MOST_HEARD)])
    assert half.then(half).is_lost


def test_of_the_wall_the_newest_positions_wait() -> None:
    heard = of([entry(BadgeGranted(0, 5, 0, 20_000)) for _ in range(MOST_ON_WALL + 2)])

    assert heard.wall == [(position, position) for position in range(3, MOST_ON_WALL + 3)]


def test_what_was_asked_first_is_heard_when_it_may_be_shown() -> None:
    asked = entry(AnswerSet(0, 7, 1, shown=True))
    refused = entry(AnswerSet(0, 8, 1, shown=False))

    assert of([asked, refused]).wall == [(1, 7)]
    assert of([asked]).after(1).wall == []


@pytest.mark.parametrize("is_told", [False, True])
def test_what_is_counted_of_before_is_heard_only_where_it_is_told(*, is_told: bool) -> None:
    counted = entry(PastCounted(7, is_told, 3, 1), posted(1, 5))

    assert bool(of([counted]).receipts) == is_told
    assert bool(of([counted]).lines) == is_told


def test_what_a_period_brought_is_heard_though_a_silent_entry_closed_it() -> None:
    won = Recognised(1, 4, 2_900, 1, 30)

    heard = of([entry(won, PastCounted(7, told=False, position=3, who=1), posted(1, 5))])

    assert [line.said for line in heard.lines] == [won]
    assert heard.receipts == [1]
