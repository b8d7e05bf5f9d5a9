"""One organization with boards: rows put on them as the engine would, and ranks from their definition."""

import secrets
from collections.abc import Mapping

from redis.asyncio import Redis

from engine.core.states import State
from engine.store.board_answers import Asking, BoardPage
from engine.store.boards import Boards
from engine.store.commit import Committer, Seat
from engine.store.keys import Keys, Place
from engine.store.pages import PageWriter
from engine.store.ranks import BoardRow
from engine.store.rows import Rows, rows_of
from tests.store.building import EVER_BOARD, batch, changes_of, plan_with_boards, rows_of_scores


def asking(member: str, score: int = 0) -> Asking:
    """The member, and the score that their state gives."""
    return Asking(member, lambda _state, _place: score)


def recomputed(scores: Mapping[str, int]) -> list[BoardRow]:
    """Ranks from their definition: one more than those with a higher score."""
    rows = [
        BoardRow(
            1 + sum(other > score for other in scores.values()),
            member,
            score,
            sum(other == score for other in scores.values()) - 1,
        )
        for member, score in scores.items()
    ]
    return sorted(rows, key=lambda row: (row.score, row.id), reverse=True)


class Setting:
    """One organization with a board of all time."""

    def __init__(self, write: Redis, organization: str | None = None) -> None:
        self.write, self.organization = write, organization or f"org-{secrets.token_hex(8)}"
        self.keys = Keys(self.organization)
        self.boards = Boards(read=write, keys=self.keys)
        self.pages = PageWriter(write=write, keys=self.keys)
        self.committer = Committer(write=write, keys=self.keys)
        self.seat: Seat | None = None
        self.position, self.tail = 0, b""

    async def show(self, scores: Mapping[str, int], *, closed: bool = False, place: Place = EVER_BOARD) -> None:
        """These members on the board, which closes with it if it is to."""
        rows = rows_of_scores(self.organization, scores, place)
        if closed:
            rows.closing.append(place)
        await self.commit(rows)

    async def change(self, states: Mapping[str, State], *, teams: Mapping[tuple[str, str], bool] | None = None) -> None:
        """States as they are from now on, and who is in which team."""
        await self.commit(rows_of(changes_of(states, teams=teams), plan_with_boards(), self.keys))

    async def commit(self, rows: Rows) -> None:
        if self.seat is None:
            self.seat = await self.committer.take_epoch()
            self.tail = self.seat.tail
        made = batch(self.position + 1, self.position + 1, rows=rows, previous=self.tail)
        await self.committer.commit(self.seat, made)
        self.position, self.tail = made.last, made.tail

    async def all_pages(self, limit: int, place: Place = EVER_BOARD) -> list[BoardPage]:
        found = [await self.boards.page(place, limit=limit)]
        while found[-1].following is not None:
            found.append(await self.boards.page(place, limit=limit, after=found[-1].following))
        return found
