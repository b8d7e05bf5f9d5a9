"""What one stream tells of what was heard: amounts added up, titles in the reader's language, places that moved."""

from collections.abc import Awaitable, Callable, Iterator
from math import inf
from time import monotonic
from typing import Final, TypeAlias

from api.event_stream import Flush
from api.parts import Parts
from api.problems import Problem
from api.v1.boards import View, board_shown
from api.v1.record_forms import LevelView
from api.v1.stream_forms import (
    BadgeTold,
    LevelTold,
    PointsTold,
    RankTold,
    ReceiptTold,
    RecognitionTold,
    ResetTold,
    StandingTold,
    StreamEvent,
    WallTold,
)
from api.v1.wall import recognition_view
from engine.core.lines.badges import BadgeGranted, BadgeWithdrawn, LevelChanged
from engine.core.lines.ledger import Posted
from engine.core.lines.periods import Recognised
from engine.core.lines.turning import YearsReached
from engine.core.periods import period_name
from engine.core.plan import Plan
from engine.core.receipts.titles import badge_title
from engine.core.receipts.words import Language
from engine.run.live.heard import Heard
from engine.run.live.listener import Listener

MOST_PLACES: Final = 12
"""Of so many boards and periods one's own place is told."""

MOST_ROWS: Final = 10
"""So many rows of the wall are told at once, the newest."""


MayListen: TypeAlias = Callable[[], Awaitable[bool]]


class Teller:
    """See the module. `may_listen` says whether the token by which the stream was opened still lets its member in."""

    def __init__(
        self,
        parts: Parts,
        listener: Listener,
        language: Language,
        may_listen: MayListen,
        *,
        after: int | None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`after` is what the client says it was told last; None where it comes for the first time."""
        self._parts, self._listener, self._language, self._may_listen = parts, listener, language, may_listen
        self._member, self._after, self._clock = listener.member, after, clock
        self._told, self._balance = 0, 0
        self._stands, self._moved = False, True
        self._places: dict[tuple[str, str], RankTold] = {}
        self._looked_at = -inf

    async def tell(self) -> Flush | None:
        """What is new; None where there is nobody any more to tell it to.

        Raises:
            StoreError: The stream ends.
        """
        if not await self._may_listen():
            return None
        events: list[StreamEvent] = []
        heard = self._listener.take()
        while not self._stands or heard.is_lost:
            heard = await self._stand(events, heard)
        if heard.is_erased:
            return None
        events.extend(await self._own(heard))
        events.extend(await self._own_places(heard))
        events.extend(await self._on_wall(heard))
        if heard.receipts:
            events.append(ReceiptTold(position=heard.receipts[-1], count=len(heard.receipts)))
        before, self._told = self._told, max(self._told, heard.position)
        named = [(str(type(event).__struct_config__.tag), event) for event in events]
        pace = self._parts.seats.pace
        return Flush(before, self._told, named, pace.rank if self._moved else pace.keep_alive)

    async def _stand(self, events: list[StreamEvent], heard: Heard) -> Heard:
        """Say where the member stands; what they missed since they were here, and what came meanwhile."""
        parts = self._parts
        state, position = await parts.reader.member_now(self._member)
        plan = await parts.plans.in_force({})
        after = position if self._stands or self._after is None else self._after
        missed = await parts.missed.between(self._member, state, after, position)
        if heard.is_lost or missed.is_lost:
            events.append(ResetTold(position=position))
            missed = Heard(position=position)
            after = position
        self._moved = True
        self._balance, self._told = state.balances.get(plan.points, 0), after
        self._stands, self._stood_at = True, position
        events.append(StandingTold(points=self._balance, level=self._level_at(plan, self._balance), position=position))
        self._listener.begin(position, missed)
        return self._listener.take()

    def _level_at(self, plan: Plan, points: int) -> LevelView | None:
        reached = [level for level in plan.levels if level.at <= points]
        return self._level(plan, reached[-1].code) if reached else None

    def _level(self, plan: Plan, code: int) -> LevelView | None:
        found = next((level for level in plan.levels if level.code == code), None)
        return None if found is None else LevelView(found.id, found.title.said_in(self._language), found.at)

    async def _own(self, heard: Heard) -> list[StreamEvent]:
        """Points added up, each badge and recognition, the newest level; in the words of the rules that gave them."""
        digests = dict.fromkeys(line.rulebook for line in heard.lines)
        plans = {digest: await self._parts.plans.of(digest) for digest in digests}
        change, events, level = 0, list[StreamEvent](), list[StreamEvent]()
        for line in heard.lines:
            plan = plans[line.rulebook]
            match line.said:
                case Posted() as said if said.currency == plan.points:
                    change += said.amount
                    self._balance += said.amount if line.position > self._stood_at else 0
                case BadgeGranted() | BadgeWithdrawn() as said:
                    events.extend(self._badge(plan, line.position, said))
                case Recognised() as said:
                    events.extend(self._recognition(plan, line.position, said))
                case YearsReached() as said:
                    events.extend(self._anniversary(plan, line.position, said))
                case LevelChanged() as said:
                    now = self._level(plan, said.level)
                    level = [LevelTold(level=now, up=said.up, position=line.position)]
                case _:
                    pass
        points = [PointsTold(balance=self._balance, change=change, position=heard.position)] if change else []
        return [*points, *level, *events]

    def _badge(self, plan: Plan, position: int, said: BadgeGranted | BadgeWithdrawn) -> Iterator[StreamEvent]:
        badge = plan.badges.get(said.badge)
        if badge is not None:
            title = badge_title(plan, badge, said.value, said.step, self._language)
            held = isinstance(said, BadgeGranted)
            yield BadgeTold(id=badge.id, title=title, value=said.value, held=held, position=position)

    def _recognition(self, plan: Plan, position: int, said: Recognised) -> Iterator[StreamEvent]:
        for each in plan.rulebook.recognitions:
            if each.code == said.recognition:
                yield RecognitionTold(
                    id=each.id,
                    title=each.title.said_in(self._language),
                    period=period_name(each.at_end_of, said.period),
                    place=said.place,
                    years=None,
                    asked=said.asks > 0,
                    position=position,
                )

    def _anniversary(self, plan: Plan, position: int, said: YearsReached) -> Iterator[StreamEvent]:
        for each in plan.rulebook.anniversaries:
            if each.code == said.recognition:
                yield RecognitionTold(
                    id=each.id,
                    title=each.title.said_in(self._language),
                    period=None,
                    place=None,
                    years=said.years,
                    asked=said.asks > 0,
                    position=position,
                )

    async def _own_places(self, heard: Heard) -> list[StreamEvent]:
        """The places that are others than were told: looked at when own points moved, else less often."""
        self._moved = self._moved or heard.moved
        own = any(isinstance(line.said, Posted) for line in heard.lines)
        is_time = self._clock() - self._looked_at >= self._parts.seats.pace.rank
        if not own and not (self._moved and is_time):
            return []
        self._moved, self._looked_at = False, self._clock()
        book = await self._parts.remembered.rulebook()
        asked = [(board.id, kind.value) for board in book.boards if "members" in board.by for kind in board.periods]
        events: list[StreamEvent] = []
        for board, kind in asked[:MOST_PLACES]:
            event = await self._place(board, kind)
            if event is not None:
                events.append(event)
        return events

    async def _place(self, board: str, kind: str) -> RankTold | None:
        """The own place on a board, where it is another than was told."""
        view = View(around="me", member=self._member, limit=1, after=None)
        try:
            shown = await board_shown(self._parts, (board, kind, "members"), view)
        except Problem:
            return None  # the rules have changed at this moment; the next look asks by the new ones
        told = self._places.get((board, kind))
        if told is not None and (told.period, told.own) == (shown.period, shown.own):
            return None
        event = RankTold(board=board, title=shown.title, period=shown.period, own=shown.own, position=shown.position)
        self._places[board, kind] = event
        return event

    async def _on_wall(self, heard: Heard) -> list[StreamEvent]:
        now = self._parts.now_ms()
        rows = [row for _, at in heard.wall for row in await self._parts.wall_once.at(at, self._language, now)]
        if not rows:
            return []
        views = tuple(recognition_view(row) for row in rows[-MOST_ROWS:])
        return [WallTold(recognitions=views, position=heard.position)]
