"""Ranks, ties and the scores of units. Pure.

Rank is competition ranking (1, 2, 2, 4). Rows go by score, within a tie by member id, the highest first, which is the
order of the server's sorted sets read backwards.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

LEAST_JOINED: Final = 5
"""A unit with fewer joined members is not shown. As many average members are mixed into every unit's score."""

HUNDREDTHS: Final = 100


class BoardRow(msgspec.Struct, frozen=True, array_like=True):
    """A row of a board. `tied` is how many others share the rank; a unit's score is in hundredths.

    `moved` is places won since the period before; None for who had none then.
    """

    rank: int
    id: str
    score: int
    tied: int
    moved: int | None = None


def ranked(
    rows: Sequence[tuple[str, int]],
    *,
    start: int,
    above_first: int,
    tied_first: int,
    tied_last: int,
    before: Mapping[str, int],
) -> list[BoardRow]:
    """Rows that follow each other on a board, with their ranks; the one place where ranks come from.

    `start` rows lie before the first one, `above_first` have a higher score, `tied_first` and `tied_last` have the
    same score as the first and the last one (themselves included). `before` are ranks in the period before.
    """
    if not rows:
        return []
    inside = Counter([score for _, score in rows])
    inside[rows[0][1]] = tied_first
    inside[rows[-1][1]] = tied_last
    found: list[BoardRow] = []
    rank, tied, last_score = above_first + 1, tied_first - 1, rows[0][1]
    for at, (id_, score) in enumerate(rows):
        if score != last_score:
            rank, tied, last_score = start + at + 1, inside[score] - 1, score
        last = before.get(id_)
        found.append(BoardRow(rank, id_, score, tied, None if last is None else last - rank))
    return found


def own_row(member: str, score: int, *, above: int, tied: int, before: int | None) -> BoardRow:
    """One member's own row: `above` have a higher score, `tied` the same one (the member included, hidden or not)."""
    known = {} if before is None else {member: before}
    alone = [(member, score)]
    return ranked(alone, start=above, above_first=above, tied_first=tied, tied_last=tied, before=known)[0]


def ranked_whole(scores: Mapping[str, int], before: Mapping[str, int]) -> list[BoardRow]:
    """All rows of a board that is known as a whole."""
    rows = sorted(scores.items(), key=lambda row: (row[1], row[0]), reverse=True)
    count = Counter(scores.values())
    first, last = (count[rows[0][1]], count[rows[-1][1]]) if rows else (0, 0)
    return ranked(rows, start=0, above_first=0, tied_first=first, tied_last=last, before=before)


def unit_rows(
    sums: Mapping[str, int], joined: Mapping[str, int], before: Mapping[str, int] | None = None
) -> list[BoardRow]:
    """The rows of teams, departments or countries: (sum + 5 × overall mean) / (joined + 5), in hundredths.

    The overall mean is what all units brought, by all who have joined. None under five is shown, and not the one
    next in size either where what is hidden could be worked out from the rest.
    """
    everyone, total = sum(joined.values()), sum(sums.values())
    if not everyone:
        return []
    shown = _shown({*sums, *joined}, joined)
    return ranked_whole(
        {
            unit: _rounded(sums[unit] * everyone + LEAST_JOINED * total, everyone * (joined[unit] + LEAST_JOINED))
            for unit in shown
            if sums.get(unit, 0) > 0
        },
        before or {},
    )


def _shown(units: set[str], joined: Mapping[str, int]) -> list[str]:
    by_size = sorted(units, key=lambda unit: (joined.get(unit, 0), unit))
    hidden = 0
    while by_size and (joined.get(by_size[0], 0) < LEAST_JOINED or 0 < hidden < LEAST_JOINED):
        hidden += joined.get(by_size.pop(0), 0)
    return by_size


def _rounded(numerator: int, denominator: int) -> int:
    """Hundredths of a fraction, half up."""
    return (2 * HUNDREDTHS * numerator + denominator) // (2 * denominator)
