"""States: what must be known of a member, unit, content or organization to decide the next entry.

A state is changed only by applying the lines of the journal (`engine.core.evolve`), lives in memory as plain
dictionaries and is stored as MessagePack with every map as sorted pairs, so that equal states are equal bytes.
Days are counted since 1970 in the organization's zone; amounts are whole and below 2**53.
"""

from typing import Final

import msgspec

from engine.core.entries import ContentFacts, MemberFacts

ORGANIZATION: Final = "o"
UNITS: Final = "n"
CODES: Final = "d"

INDEX_BLOCK: Final = 64
"""So many positions of a member share one row of the index."""

ABOUT_LIMIT: Final = 1_000
"""So many entries about one content and one member can be taken back together; more count for nothing."""

VALUES_LIMIT: Final = 256
"""So many distinct values of one metric are kept per member; further ones are not counted."""


def member_key(member: str) -> str:
    """Where a member's state lives."""
    return f"m:{member}"


def content_key(content: str) -> str:
    """Where a content's facts live."""
    return f"c:{content}"


def unit_key(by: str, unit: str) -> str:
    """Where the sums of a team, department or country live."""
    return f"u:{by}:{unit}"


def thing_key(era: int, key: bytes) -> str:
    """Where an event's key is remembered."""
    return f"{era}/k:{key.hex()}"


def about_key(era: int, content: str, member: str) -> str:
    """Where the entries about a content and a member are remembered."""
    return f"{era}/a:{content}|{member}"


def taken_key(era: int, position: int) -> str:
    """Where it is remembered that an entry was taken back."""
    return f"{era}/x:{position}"


def logged_key(position: int) -> str:
    """How another entry of the log is asked for."""
    return f"e:{position}"


def journal_key(position: int) -> str:
    """How another entry's journal is asked for."""
    return f"j:{position}"


def top_key(board: int, kind: int, period: int) -> str:
    """How the top of a members' board is asked for."""
    return f"t:{board}:{kind}:{period}"


class Series(msgspec.Struct, array_like=True):
    """A number by day, then by month, and in total; `days` and `months` never hold a zero."""

    days: dict[int, int]
    months: dict[int, int]
    total: int = 0


class MemberState(msgspec.Struct):
    """All that decides about a member. Tuple keys are named beside each field."""

    facts: MemberFacts = MemberFacts()
    status: str = ""
    joined_at: int = 0
    pauses: list[int] = []
    away: list[int] = []
    boards_shown: bool = False
    wall_shown: bool = False
    badges_shown: bool = False
    erased: bool = False
    balances: dict[int, int] = {}
    series: dict[tuple[int, str], Series] = {}
    """(metric, value)"""
    uses: dict[tuple[int, int, str], tuple[int, int, int]] = {}
    """(slot, period, value) -> (times, points, the day of the first use)"""
    once: dict[tuple[int, str], int] = {}
    """(rule, values) -> the day when it may be forgotten, 0 for never"""
    badges: dict[tuple[int, str, int], tuple[int, int]] = {}
    """(badge, value, step) -> (day, position)"""
    thanked_by: dict[str, int] = {}
    unit_sums: dict[tuple[int, str, int, int, str], int] = {}
    """(board, by, kind, period, unit) -> what this member brought, in periods that are open"""
    entries: int = 0
    open_positions: list[int] = []
    pruned_on: int = 0

    def takes_part_at(self, time: int) -> bool:
        """Whether an act of this time counts: after joining, and outside of every pause and absence for good."""
        if not self.status or self.erased or time < self.joined_at:
            return False
        starts, ends = self.pauses[::2], self.pauses[1::2]
        return not any(
            start <= time and (number >= len(ends) or time < ends[number]) for number, start in enumerate(starts)
        )


class UnitState(msgspec.Struct):
    """What a unit's members brought together in open periods: (board, kind, period) -> (sum, contributors)."""

    sums: dict[tuple[int, int, int], tuple[int, int]] = {}


class UnitsState(msgspec.Struct):
    """How many members of each (by, unit) have joined."""

    joined: dict[tuple[str, str], int] = {}


class ContentState(msgspec.Struct):
    """What is known of a piece of content."""

    facts: ContentFacts


class ThingState(msgspec.Struct):
    """An event's key: the entry that stands for it now (0: none) and how often it was taken back.

    `waits` says that the retraction came before its event.
    """

    position: int = 0
    taken: int = 0
    waits: bool = False


class AboutState(msgspec.Struct):
    """The entries about a content and a member, in order."""

    positions: list[int]


class TakenState(msgspec.Struct):
    """An entry that was taken back."""

    taken: bool = True


class CodesState(msgspec.Struct):
    """The codes given to all names so far."""

    codes: dict[str, int] = {}


class OrganizationState(msgspec.Struct):
    """What concerns everybody: the rulebook in force, and which periods are open."""

    rulebook: bytes = b""
    recorded: int = 0
    open_from: list[int] = []
    """By place in `KINDS`: the first period that is not closed; empty before the first rulebook."""
    era: int = 0
    era_began: int = 0
    days_back: int = 0
    history: bool = False


State = (
    MemberState
    | UnitState
    | UnitsState
    | ContentState
    | ThingState
    | AboutState
    | TakenState
    | CodesState
    | OrganizationState
)

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder()


def encode_state(state: State) -> bytes:
    """The bytes that the store holds; equal states give equal bytes."""
    row: object
    match state:
        case MemberState():
            row = _member_row(state)
        case UnitState():
            row = [[*key, *pair] for key, pair in sorted(state.sums.items())]
        case UnitsState():
            row = [[*key, count] for key, count in sorted(state.joined.items())]
        case ContentState():
            row = state.facts
        case ThingState():
            row = [state.position, state.taken, state.waits]
        case AboutState():
            row = state.positions
        case TakenState():
            row = True
        case CodesState():
            row = sorted(state.codes.items())
        case OrganizationState():
            row = [
                state.rulebook,
                state.recorded,
                state.open_from,
                state.era,
                state.era_began,
                state.days_back,
                state.history,
            ]
    return _encoder.encode(row)


def _member_row(state: MemberState) -> list[object]:
    return [
        state.facts,
        state.status,
        state.joined_at,
        state.pauses,
        state.away,
        state.boards_shown + 2 * state.wall_shown + 4 * state.badges_shown + 8 * state.erased,
        _flat(state.balances),
        [
            [metric, value, _flat(series.days), _flat(series.months), series.total]
            for (metric, value), series in sorted(state.series.items())
        ],
        [[slot, period, value, *used] for (slot, period, value), used in sorted(state.uses.items())],
        [[rule, values, day] for (rule, values), day in sorted(state.once.items())],
        [[badge, value, step, *grant] for (badge, value, step), grant in sorted(state.badges.items())],
        sorted(state.thanked_by.items()),
        [[*key, amount] for key, amount in sorted(state.unit_sums.items())],
        state.entries,
        state.open_positions,
        state.pruned_on,
    ]


def _flat(counts: dict[int, int]) -> list[int]:
    return [number for pair in sorted(counts.items()) for number in pair]


def _unflat(flat: list[int]) -> dict[int, int]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def decode_state(key: str, encoded: bytes | None) -> State | None:
    """The state under this key; an absent member, unit or organization is a new one, an absent other state None.

    Raises:
        msgspec.DecodeError, ValueError: The bytes are no such state; the store is damaged.
    """
    # Only what an era remembers has its number before a slash; a content or unit may have slashes in its name.
    kind = (key.partition("/")[2] if key[0] in "-0123456789" else key)[:2]
    if encoded is None:
        return _absent(kind)
    row = _decoder.decode(encoded)
    match kind:
        case "m:":
            return _member(row)
        case "u:":
            return UnitState(sums={(b, k, p): (total, n) for b, k, p, total, n in row})
        case "n":
            return UnitsState(joined={(by, unit): count for by, unit, count in row})
        case "c:":
            return ContentState(facts=msgspec.convert(row, ContentFacts))
        case "k:":
            return ThingState(position=row[0], taken=row[1], waits=row[2])
        case "a:":
            return AboutState(positions=row)
        case "x:":
            return TakenState()
        case "d":
            return CodesState(codes=dict(row))
        case _:
            return _organization(row)


def _absent(kind: str) -> State | None:
    match kind:
        case "m:":
            return MemberState()
        case "u:":
            return UnitState()
        case "n":
            return UnitsState()
        case "o":
            return OrganizationState()
        case "d":
            return CodesState()
        case _:
            return None


def _organization(row: list) -> OrganizationState:  # type: ignore[type-arg]  # decoded bytes, typed by position below
    return OrganizationState(
        rulebook=row[0],
        recorded=row[1],
        open_from=row[2],
        era=row[3],
        era_began=row[4],
        days_back=row[5],
        history=row[6],
    )


def _member(row: list) -> MemberState:  # type: ignore[type-arg]  # decoded bytes, typed by position below
    shown = row[5]
    return MemberState(
        facts=msgspec.convert(row[0], MemberFacts),
        status=row[1],
        joined_at=row[2],
        pauses=row[3],
        away=row[4],
        boards_shown=bool(shown & 1),
        wall_shown=bool(shown & 2),
        badges_shown=bool(shown & 4),
        erased=bool(shown & 8),
        balances=_unflat(row[6]),
        series={(m, v): Series(_unflat(days), _unflat(months), total) for m, v, days, months, total in row[7]},
        uses={(slot, period, value): (times, points, day) for slot, period, value, times, points, day in row[8]},
        once={(rule, values): day for rule, values, day in row[9]},
        badges={(badge, value, step): (day, position) for badge, value, step, day, position in row[10]},
        thanked_by=dict(row[11]),
        unit_sums={(b, by, k, p, unit): amount for b, by, k, p, unit, amount in row[12]},
        entries=row[13],
        open_positions=row[14],
        pruned_on=row[15],
    )


def copy_state(state: State) -> State:
    """A copy that can be changed without changing this one."""
    match state:
        case MemberState():
            return msgspec.structs.replace(
                state,
                pauses=list(state.pauses),
                away=list(state.away),
                balances=dict(state.balances),
                series={key: Series(dict(s.days), dict(s.months), s.total) for key, s in state.series.items()},
                uses=dict(state.uses),
                once=dict(state.once),
                badges=dict(state.badges),
                thanked_by=dict(state.thanked_by),
                unit_sums=dict(state.unit_sums),
                open_positions=list(state.open_positions),
            )
        case UnitState():
            return UnitState(sums=dict(state.sums))
        case UnitsState():
            return UnitsState(joined=dict(state.joined))
        case AboutState():
            return AboutState(positions=list(state.positions))
        case OrganizationState():
            return msgspec.structs.replace(state, open_from=list(state.open_from))
        case CodesState():
            return CodesState(codes=dict(state.codes))
        case ThingState():
            return msgspec.structs.replace(state)
        case ContentState() | TakenState():
            return state
