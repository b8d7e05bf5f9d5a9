"""What board reads give, and what the scripts' answers mean. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, cast

import msgspec

from engine.core.keys import member_key
from engine.core.periods import previous_period
from engine.core.plan import KINDS
from engine.core.states import MemberState, OrganizationState, UnitsState
from engine.core.stored import decode_state
from engine.store.bearers import Bearer
from engine.store.errors import StoreDamaged
from engine.store.keys import Place
from engine.store.ranks import BoardRow, own_row, ranked, unit_rows
from engine.store.scripts import Reply, number

PAGE_ROWS: Final = 100

_rows = msgspec.msgpack.Decoder(list[BoardRow])


class Closed(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a closed board: `flagged` until its pages are written, its rows, and who had joined then."""

    state: Literal["flagged", "paged"]
    count: int
    joined: list[tuple[str, str, int]] = []


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The last row that was seen, and how many rows came up to it.

    Whoever goes on from here sees every row that comes after (score, id) now, each once: rows whose score does not
    change meanwhile are neither left out nor shown twice, however the others move, and over the close of the board.
    """

    offset: int
    score: int
    id: str


class Asking(msgspec.Struct, frozen=True):
    """The member whose own place is asked for, and how their state gives their score where a board hides them.

    `bearer` is the token by which they ask, as it was when it was last looked up: it is looked up again together with
    the rows. None where that was done before.
    """

    member: str
    score_on: Callable[[MemberState, Place], int]
    bearer: Bearer | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A member's own place. Hidden (`shown` False): 1 + those above. `to_next` points reach the next higher score."""

    row: BoardRow
    shown: bool
    to_next: int | None


class BoardPage(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a board, `count` altogether. `following` is where the next page begins, if there is one.

    `own` is the place of the member who asked, None without a score. `names` has those of the rows' members who have
    a record; whoever has none was erased.
    """

    position: int
    organization: OrganizationState
    is_final: bool
    count: int
    rows: tuple[BoardRow, ...]
    following: Cursor | None = None
    own: Standing | None = None
    names: Mapping[str, str] = {}


class Named(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Of a member's record the name alone, which stands first in it."""

    name: str


_named = msgspec.msgpack.Decoder(Named)


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    """The rows as `board_rows` packs them: members and scores in turn, ranks before (0: none), records."""

    members_and_scores: list[str] = []
    before: list[int | str] = []
    records: list[Named | None] = []


_packed = msgspec.msgpack.Decoder(_Packed)
NO_ROWS: Final = _Packed()


class RowsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of `board_rows`, read."""

    position: int
    closed: Closed | None
    organization: OrganizationState
    count: int
    start: int
    rows: tuple[BoardRow, ...]
    names: Mapping[str, str]
    own: Standing | None
    unknown: MemberState | None
    """The state of a member whose score is needed and not known."""

    @property
    def is_paged(self) -> bool:
        """Whether the rows lie in pages and not here."""
        return self.closed is not None and self.closed.state == "paged"


def rows_answer(answer: Sequence[Reply], asking: Asking | None) -> RowsAnswer:
    """Read the answer of `board_rows`."""
    start = number(answer[4])
    text = cast("bytes", answer[9])
    found = _packed.decode(text) if text else NO_ROWS
    members = found.members_and_scores[::2]
    rows = ranked(
        list(zip(members, map(int, found.members_and_scores[1::2]), strict=True)),
        start=start,
        above_first=number(answer[5]),
        tied_first=number(answer[6]),
        tied_last=number(answer[7]),
        before=numbers_in(members, found.before),
    )
    own, unknown = _own(asking, cast("list[Reply]", answer[8]))
    return RowsAnswer(
        position=number(answer[0]),
        closed=closed_from(answer[1]),
        organization=organization_from(answer[2]),
        count=number(answer[3]),
        start=start,
        rows=tuple(rows),
        names={
            member: record.name for member, record in zip(members, found.records, strict=True) if record is not None
        },
        own=own,
        unknown=unknown,
    )


def _own(asking: Asking | None, own: Sequence[Reply]) -> tuple[Standing | None, MemberState | None]:
    if asking is None or not own:
        return None, None
    score, shown, above, tied, higher, before, state = own
    if score == b"":
        return None, member_from(asking.member, state)
    if number(score) <= 0:
        return None, None
    row = own_row(
        asking.member,
        number(score),
        above=number(above),
        tied=number(tied) + (0 if shown else 1),
        before=None if before == b"" else number(before),
    )
    to_next = None if higher == b"" else number(higher) - number(score)
    return Standing(row=row, shown=bool(shown), to_next=to_next), None


def numbers_in(ids: Sequence[str], numbers: "Sequence[Reply | str]") -> dict[str, int]:
    """The numbers, ranks or scores, of those of these who have one; 0 says none."""
    found = map(int, cast("Sequence[int | bytes | str]", numbers))
    return {id_: value for id_, value in zip(ids, found, strict=True) if value}


def names_in(members: Sequence[str], records: Sequence[bytes | None]) -> dict[str, str]:
    """The names of those of these members who have a record."""
    return {member: _named.decode(record).name for member, record in zip(members, records, strict=True) if record}


def closed_from(value: Reply) -> Closed | None:
    """What `final` says of a board; None while it is open."""
    return msgspec.msgpack.decode(value, type=Closed) if isinstance(value, bytes) and value else None


def organization_from(value: Reply) -> OrganizationState:
    """The state of the organization in an answer."""
    state = decode_state("o", cast("bytes", value) or None)
    assert isinstance(state, OrganizationState)
    return state


def member_from(member: str, value: Reply) -> MemberState:
    """The state of a member in an answer."""
    state = decode_state(member_key(member), cast("bytes", value) or None)
    assert isinstance(state, MemberState)
    return state


def joined_in(by: str, joined_now: Reply, closed: Closed | None) -> dict[str, int]:
    """How many of each unit have joined: now, or when the board closed."""
    if closed is not None:
        return {unit: count for kind, unit, count in closed.joined if kind == by}
    state = decode_state("n", cast("bytes", joined_now) or None)
    assert isinstance(state, UnitsState)
    return {unit: count for (kind, unit), count in state.joined.items() if kind == by}


def rows_of_units(by: str, answer: Sequence[Reply], before: Mapping[str, int]) -> list[BoardRow]:
    """The rows of an answer of `board_units`, from their sums or, of a final board, from its pages."""
    closed = closed_from(answer[1])
    if closed is not None and closed.state == "paged":
        flat = cast("list[bytes]", answer[5])
        pages = dict(zip(map(int, flat[::2]), flat[1::2], strict=True))
        return [moved_from(row, before) for page in sorted(pages) for row in decode_page(pages[page])]
    sums = cast("list[bytes]", answer[4])
    totals = {
        name.decode(): msgspec.msgpack.decode(value, type=tuple[int, int])[0]
        for name, value in zip(sums[::2], sums[1::2], strict=True)
    }
    return unit_rows(totals, joined_in(by, answer[3], closed), before)


def moved_from(row: BoardRow, before: Mapping[str, int]) -> BoardRow:
    """The row with its movement since the period before."""
    last = before.get(row.id)
    return row if last is None else BoardRow(row.rank, row.id, row.score, row.tied, last - row.rank)


def decode_page(page: bytes | None) -> list[BoardRow]:
    """The rows of a page of a final board.

    Raises:
        StoreDamaged: There is no such page, or it can't be read.
    """
    try:
        return _rows.decode(page) if page is not None else _missing()
    except msgspec.DecodeError as error:
        raise StoreDamaged(found=f"a page of a final board can't be read ({error})") from error


def _missing() -> list[BoardRow]:
    raise StoreDamaged(found="a page of a final board is missing")


def sliced(rows: Sequence[BoardRow], limit: int, after: Cursor | None) -> tuple[tuple[BoardRow, ...], Cursor | None]:
    """One page of a board that is known as a whole, and where the next one begins."""
    start = 0
    if after is not None:
        start = sum((row.score, row.id) >= (after.score, after.id) for row in rows)
    page = tuple(rows[start : start + limit])
    return page, cursor_after(page, start + len(page), len(rows))


def cursor_after(page: Sequence[BoardRow], end: int, count: int) -> Cursor | None:
    """Where the next page begins, if there is one; `end` rows came up to this one's last."""
    return Cursor(end, page[-1].score, page[-1].id) if page and end < count else None


def place_before(place: Place) -> Place:
    """The same board in the period before; before `ever` lies one that never has rows."""
    return Place(place.code, place.kind, previous_period(KINDS[place.kind], place.period))
