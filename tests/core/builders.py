"""Rulebooks from plain dicts, entries with good defaults, and a world that judges them over plain dictionaries.

The plain form of a rulebook is read by `tests.oracle` too, which knows nothing of the engine:
rules, caps, currencies, metrics, badges, boards, recognitions and so on are lists of dicts, each with its id.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from engine.core.changes import Input, Top
from engine.core.decide import decide, judge
from engine.core.draft import Draft
from engine.core.entries import (
    Act,
    AnyEntry,
    ChallengesSettled,
    Logged,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    Retracted,
    RulebookPublished,
    Thanked,
    Tick,
    Verdict,
    VisibilityChosen,
    encode_entry,
)
from engine.core.evolve import evolve
from engine.core.genesis import genesis
from engine.core.goals import part_of_member
from engine.core.held import held_badges
from engine.core.journal import AnyLine, Decision, JournalEntry
from engine.core.keys import CODES, goal_key, logged_key, member_key, unit_key
from engine.core.lines.ledger import Posted
from engine.core.lines.refusals import Reason, Refused
from engine.core.needs import needs
from engine.core.numbers import value_in
from engine.core.periods import parse_period, period_bounds_days
from engine.core.plan import KINDS, Plan
from engine.core.recount import Counting
from engine.core.states import CodesState, GoalState, MemberState, OrganizationState, State, UnitState
from engine.core.stored import decode_state, encode_state
from engine.core.windows import Window, parse_window
from tests.core.books import book_from, names_of, past_of

Plain = dict[str, Any]
Line = TypeVar("Line", bound=AnyLine)

HOUR_MS = 3_600_000
NOTHING_FORMERLY: Mapping[str, str] = {}
MONDAY = parse_period("2026-01-05").index
"""The first day of all histories here, a Monday."""


def moment(day: float, hour: float = 12) -> int:
    """So many days after the first Monday, in UTC."""
    return int(((MONDAY + day) * 24 + hour) * HOUR_MS)


def week(number: int = 0) -> int:
    """The number of a week that starts on a Monday, counted from the first one."""
    return MONDAY + 7 * number


def act(who: str | None = "anna", *, day: float = 0, hour: float = 12, key: str | None = None, **data: object) -> Act:
    """A share in own words on LinkedIn, unless the fields say otherwise; `type` is a field here."""
    type_ = str(data.pop("type", "content.shared"))
    fields: Plain = {"channel": "linkedin", "own_words": True} if type_ == "content.shared" else {}
    fields.update({name: value for name, value in data.items() if value is not None})
    return Act(type_, moment(day, hour), "tool", who, fields, key.encode() if key is not None else None)


def retraction(key: str | None = None, *, day: float = 0, hour: float = 12, **more: Any) -> Retracted:  # noqa: ANN401
    """HR takes back a key, or a content and a member."""
    return Retracted(
        by=more.pop("by", "hr"), time=moment(day, hour), key=key.encode() if key is not None else None, **more
    )


def thanks(giver: str = "anna", receiver: str | None = "bela", *, day: float = 0, hour: float = 12) -> Thanked:
    """A thanks; the pair's digest is there whether or not the receiver takes part."""
    return Thanked(giver, receiver, f"pair-of-{giver}-{receiver}", moment(day, hour))


def verdict(position: int, said: str = "approve", *, day: float = 0, **more: Any) -> Verdict:  # noqa: ANN401
    """HR agrees to what an entry has waiting, with a token that gave nothing."""
    agreed = said == "approve"
    return Verdict(position, "approve" if agreed else "decline", moment(day), by=more.pop("by", "hr's token"), **more)


class World:
    """One organization in memory: the three questions asked as the engine asks them, over plain dictionaries."""

    def __init__(
        self, spec: Plain | None = None, *, zone: str = "UTC", members: Iterable[str] = ("anna", "bela")
    ) -> None:
        self.states: dict[str, State] = {}
        self.log: list[Logged] = []
        self.journal: list[JournalEntry] = []
        self.plan = Plan(genesis())
        self.clock = moment(0, 0)
        self.zone = zone
        self.specs: dict[bytes, Plain] = {}
        if spec is not None:
            self.publish(spec)
        for member in members:
            self.joins(member)

    # What happens

    def post(self, entry: AnyEntry, *, at: int | None = None) -> Decision:
        """Append an entry, recorded at `at` or at its own time but never before the last one, and judge it."""
        return self.judge(self.append(entry, at=at))

    def append(self, entry: AnyEntry, *, at: int | None = None) -> Logged:
        """Append without judging."""
        own = getattr(entry, "time", self.clock)
        self.clock = max(self.clock, own if at is None else at)
        logged = Logged(position=len(self.log) + 1, recorded=self.clock, entry=entry, payload=encode_entry(entry))
        self.log.append(logged)
        return logged

    def judge(self, logged: Logged) -> Decision:
        """Read what is needed, decide, evolve, keep."""
        states: dict[str, State | None] = {}
        inputs: dict[str, Input] = {}
        while missing := needs(self.plan, Draft(states, inputs), logged):
            self.read(missing, states, inputs)
        decision = decide(self.plan, states, inputs, logged)
        after = evolve(self.plan, states, (logged.position, logged.recorded), decision)
        self.keep(after, [decision])
        self.switch(logged)
        return decision

    def set_aside(self, entry: AnyEntry, *, at: int | None = None) -> int:
        """Append an entry that the engine could not judge; its position."""
        logged = self.append(entry, at=at)
        self.journal.append(JournalEntry(b"", b"", b"", aside=True))
        return logged.position

    def judge_batch(self, batch: Iterable[Logged]) -> list[Decision]:
        """The same for many entries on one draft, as the engine does it: a board is read from what is committed, so
        it ends the batch, and so does a new rulebook.
        """
        decisions: list[Decision] = []
        states: dict[str, State | None] = {}
        inputs: dict[str, Input] = {}
        draft, begun = Draft(states, inputs), 0
        for logged in batch:
            while missing := needs(self.plan, draft, logged):
                if begun < len(decisions) and any(key.startswith(("t:", "r:")) for key in missing):
                    self.keep(draft.states(), ())
                    states, inputs = {}, {}
                    draft, begun = Draft(states, inputs), len(decisions)
                    missing = needs(self.plan, draft, logged)
                self.read(missing, states, inputs)
            decisions.append(judge(self.plan, draft, logged))
            self.remember(decisions[-1])
            if isinstance(logged.entry, RulebookPublished):
                self.keep(draft.states(), ())
                self.switch(logged)
                states, inputs = {}, {}
                draft, begun = Draft(states, inputs), len(decisions)
        self.keep(draft.states(), ())
        return decisions

    def read(self, keys: Iterable[str], states: dict[str, State | None], inputs: dict[str, Input]) -> None:
        """Look up what the core asks for, by way of the bytes that a store would hold."""
        for key in keys:
            place = key[2:]
            match key[:2]:
                case "j:":
                    inputs[key] = self.journal[int(place) - 1] if int(place) <= len(self.journal) else None
                case "e:":
                    inputs[key] = self.log[int(place) - 1] if int(place) <= len(self.log) else None
                case "r:":
                    counting = Counting(key)
                    for entry in self.journal:
                        counting.add(entry)
                    inputs[key] = counting.result()
                case "t:":
                    board, kind, period = (int(number) for number in place.split(":"))
                    inputs[key] = Top(tuple(self.board(board, kind, period)))
                case _:
                    known = self.states.get(key)
                    states[key] = decode_state(key, None if known is None else encode_state(known))

    def draft_of_log(self) -> Draft:
        """A draft that knows every entry of the log, to look at."""
        return Draft({}, {logged_key(logged.position): logged for logged in self.log})

    def keep(self, after: Mapping[str, State | None], decisions: Iterable[Decision]) -> None:
        """Commit, and throw away the shelf of the era that is gone."""
        self.states.update({key: state for key, state in after.items() if state is not None})
        for decision in decisions:
            self.remember(decision)
        gone = self.organization().era - 2
        self.states = {key: state for key, state in self.states.items() if not key.startswith(f"{gone}/")}

    def remember(self, decision: Decision) -> None:
        """Write the journal."""
        self.journal.append(
            JournalEntry(b"", b"", b"", people=decision.people, lines=decision.lines, late=decision.late)
        )

    def switch(self, logged: Logged) -> None:
        """Take the plan of a rulebook that was just published."""
        if isinstance(logged.entry, RulebookPublished):
            spec = self.specs[logged.entry.digest]
            self.plan = Plan(book_from(spec, self.codes(), zone=logged.entry.zone))

    # Shorthands

    def publish(
        self, spec: Plain, *, day: float | None = None, formerly: Mapping[str, str] = NOTHING_FORMERLY
    ) -> Decision:
        """Publish a rulebook; it judges from the next entry on. `formerly` says what names were called before."""
        at = None if day is None else moment(day)
        return self.judge(self.append_publication(spec, at=at, formerly=formerly))

    def append_publication(
        self, spec: Plain, *, at: int | None = None, formerly: Mapping[str, str] = NOTHING_FORMERLY
    ) -> Logged:
        """Append a rulebook without judging."""
        digest = b"%d" % len(self.log)
        self.specs[digest] = spec
        names = tuple((name, formerly.get(name, "")) for name in names_of(spec))
        starts, back = spec.get("week_starts", 0), spec.get("days_back", 45)
        zone = spec.get("zone", self.zone)
        return self.append(RulebookPublished(digest, names, zone, starts, back, tuple(past_of(spec))), at=at)

    def joins(self, member: str, *, day: float = 0, shown: bool = True, **facts: object) -> None:
        """A member is known, joins, and is shown."""
        facts.setdefault("team", "red")
        self.post(MemberSet(member, MemberFacts(**facts)))  # type: ignore[arg-type]  # facts by name, as tests say them
        self.post(MembershipChanged(member, "join", moment(day, 0)), at=max(self.clock, moment(day, 0)))
        self.post(VisibilityChosen(member, boards=shown, wall=shown, badges=shown))

    def tick(self, day: float, hour: float = 12) -> Decision:
        """Time passes."""
        return self.post(Tick(), at=moment(day, hour))

    def settle(self) -> list[Decision]:
        """Append what follows from challenges, as the engine does, until nobody is owed a reward."""
        found: list[Decision] = []
        while self.organization().owed:
            found.append(self.post(ChallengesSettled()))
        return found

    # What is asked

    def codes(self) -> dict[str, int]:
        """The codes of all names published so far."""
        state = self.states[CODES]
        assert isinstance(state, CodesState)
        return state.codes

    def code(self, kind: str, id_: str) -> int:
        """The code of one name."""
        return self.codes()[f"{kind}:{id_}"]

    def member(self, member: str = "anna") -> MemberState:
        """A member's state."""
        state = self.states.get(member_key(member), MemberState())
        assert isinstance(state, MemberState)
        return state

    def organization(self) -> OrganizationState:
        """The organization's state."""
        state = self.states["o"]
        assert isinstance(state, OrganizationState)
        return state

    def balance(self, member: str = "anna", currency: str = "points") -> int:
        """A balance."""
        code = self.plan.points if currency == "points" else self.code("currency", currency)
        return self.member(member).balances.get(code, 0)

    def badges(self, member: str = "anna") -> list[tuple[str, str, int]]:
        """A member's badges as (id, value, step)."""
        names = {code: name.partition(":")[2] for name, code in self.codes().items()}
        return sorted((names[held.badge], held.value, held.step) for held in held_badges(self.member(member)))

    def unit(self, unit: str, by: str = "teams") -> UnitState:
        """A unit's sums."""
        state = self.states.get(unit_key(by, unit), UnitState())
        assert isinstance(state, UnitState)
        return state

    def goal(self, challenge: str, unit: str = "") -> GoalState:
        """A challenge of a unit, or of members or everyone."""
        state = self.states.get(goal_key(self.code("challenge", challenge), unit), GoalState())
        assert isinstance(state, GoalState)
        return state

    def part(self, challenge: str, unit: str = "", *, member: str = "anna") -> int:
        """What a member brought to a challenge."""
        return part_of_member(self.member(member), goal_key(self.code("challenge", challenge), unit))

    def board(self, code: int, kind: int, period: int) -> list[tuple[str, int]]:
        """A members' board as shown, best first, worked out from the states."""
        board = next(board for board in self.plan.rulebook.boards if board.code == code)
        window = Window(KINDS[kind].value)
        day = period_bounds_days(KINDS[kind], period)[0]
        rows: list[tuple[str, int]] = []
        for key, state in self.states.items():
            if not isinstance(state, MemberState) or not state.boards_shown or state.erased:
                continue
            score = value_in(state, board.metric, window, day, self.plan.rulebook.week_starts)
            if score > 0 and state.status in {"joined", "paused"}:
                rows.append((key[2:], score))
        return sorted(rows, key=lambda row: (-row[1], row[0]))

    def metric(self, id_: str, window: str, *, day: int, member: str = "anna", value: str = "") -> int:
        """A metric of a member."""
        metric = self.plan.metrics[self.code("metric", id_)]
        return value_in(self.member(member), metric, parse_window(window), MONDAY + day, 0, value)

    def bytes(self) -> dict[str, bytes]:
        """All states as a store would hold them."""
        return {key: encode_state(state) for key, state in sorted(self.states.items())}


def points(decision: Decision) -> list[int]:
    """The amounts posted, in order."""
    return [line.amount for line in decision.lines if isinstance(line, Posted)]


def refusals(decision: Decision) -> list[Reason]:
    """Why something did not happen, in order."""
    return [line.reason for line in decision.lines if isinstance(line, Refused)]


def lines(decision: Decision, kind: type[Line]) -> list[Line]:
    """The lines of one kind."""
    return [line for line in decision.lines if isinstance(line, kind)]
