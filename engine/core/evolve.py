"""Applying a decision's lines: the only way in which states change, in judging, in replay and in a retraction."""

from collections.abc import Mapping

from engine.core.draft import Draft
from engine.core.entries import MemberFacts
from engine.core.journal import (
    AboutNoted,
    AnyLine,
    BadgeGranted,
    BadgeWithdrawn,
    Closed,
    ContentSet,
    Counted,
    Decision,
    EntryTaken,
    EraBegan,
    Erased,
    FactsSet,
    HistorySet,
    KeyNoted,
    KeyTaken,
    LevelChanged,
    MembershipSet,
    OnceUsed,
    Person,
    Posted,
    Recognised,
    Refused,
    RulebookSet,
    ThanksNoted,
    Used,
    VisibilitySet,
)
from engine.core.membership import change_membership
from engine.core.numbers import is_forgotten, month_of
from engine.core.periods import local_day, next_period, period_of
from engine.core.plan import KINDS, Plan
from engine.core.prune import PRUNE_EVERY_DAYS, prune_member
from engine.core.rulebook import Board, Metric
from engine.core.states import (
    INDEX_BLOCK,
    AboutState,
    ContentState,
    MemberState,
    Series,
    State,
    TakenState,
    ThingState,
    about_key,
    content_key,
    taken_key,
    thing_key,
)

UNIT_FACTS: tuple[tuple[str, str], ...] = (
    ("teams", "team"),
    ("departments", "department"),
    ("countries", "country"),
)
"""Who is ranked together, and the fact that says to whom a member belongs."""


def evolve(
    plan: Plan, states: Mapping[str, State | None], place: tuple[int, int], decision: Decision
) -> dict[str, State | None]:
    """The states after the decision on the entry at `place` (position, recorded); those given stay as they are.

    The plan is needed because every bound that decides (days back, windows in force) is rulebook content.
    """
    draft = Draft(states)
    applier = Applier(plan, draft, *place)
    applier.people.extend(decision.people)
    for line in decision.lines:
        applier.apply(line)
    applier.finish()
    return draft.states()


class Applier:
    """Applies the lines of one entry to a draft; `people` is the entry's table, which may grow between lines."""

    def __init__(self, plan: Plan, draft: Draft, position: int, recorded: int) -> None:
        self.plan, self.draft, self.position, self.recorded = plan, draft, position, recorded
        self.people: list[Person] = []
        self.today = local_day(recorded, plan.rulebook.zone)

    def apply(self, line: AnyLine) -> None:
        """Change the draft as the line says."""
        match line:
            case Counted():
                self._count(self.people[line.who], line.metric, line.value, line.day, line.amount)
            case Posted():
                self._post(line)
            case Used():
                self._use(line)
            case OnceUsed():
                self._use_once(line)
            case BadgeGranted():
                badges = self._change(line.who).badges
                badges[line.badge, line.value, line.step] = (line.day, self.position)
            case BadgeWithdrawn():
                self._change(line.who).badges.pop((line.badge, line.value, line.step), None)
            case ThanksNoted():
                self._note_thanks(line)
            case Closed():
                self._close(line)
            case FactsSet():
                self._set_facts(line)
            case MembershipSet() | Erased() | VisibilitySet():
                self._set_standing(line)
            case ContentSet():
                self.draft.put(content_key(line.content), ContentState(facts=line.facts))
            case RulebookSet():
                self._set_rulebook(line)
            case EraBegan():
                organization = self.draft.change_organization()
                organization.era, organization.era_began = line.era, line.day
                self.draft.note_era_gone(line.era - 2)
            case KeyNoted() | KeyTaken() | AboutNoted() | EntryTaken():
                self._remember(line)
            case HistorySet():
                self.draft.change_organization().history = line.open
            case Recognised() | LevelChanged() | Refused():
                pass

    def finish(self) -> None:
        """What follows from any entry: its recorded time, the index of positions, the pruning of who was touched."""
        self.draft.change_organization().recorded = self.recorded
        for member in dict.fromkeys(person.id for person in self.people):
            state = self.draft.change_member(member)
            block = state.entries // INDEX_BLOCK
            state.entries += 1
            state.open_positions.append(self.position)
            self.draft.note_index(member, block, state.open_positions)
            if state.entries % INDEX_BLOCK == 0:
                state.open_positions = []
            if self.today - state.pruned_on >= PRUNE_EVERY_DAYS:
                prune_member(self.plan, state, self.today, self.recorded, self.draft.organization().open_from)

    def _change(self, who: int) -> MemberState:
        return self.draft.change_member(self.people[who].id)

    def _post(self, line: Posted) -> None:
        state = self._change(line.who)
        balance = state.balances.get(line.currency, 0) + line.amount
        if balance:
            state.balances[line.currency] = balance
        else:
            state.balances.pop(line.currency, None)
        if line.currency == self.plan.points:
            self._count(self.people[line.who], line.currency, "", line.day, line.amount)

    def _count(self, person: Person, code: int, value: str, day: int, amount: int) -> None:
        state = self.draft.change_member(person.id)
        series = state.series.get((code, value))
        if series is None:
            series = state.series[code, value] = Series({}, {}, 0)
        add_to(series, day, amount, keeps_day=day >= self.today - self._keep_days(code))
        if not series.total and not series.days and not series.months:
            del state.series[code, value]
        for board in self.plan.boards_of.get(code, ()):
            self._count_on_board(person, state, board, day, amount)

    def _keep_days(self, code: int) -> int:
        metric: Metric | None = self.plan.metrics.get(code)
        return metric.keep_days if metric is not None else 0

    def _count_on_board(self, person: Person, state: MemberState, board: Board, day: int, amount: int) -> None:
        week_starts = self.plan.rulebook.week_starts
        for kind in board.periods:
            number = KINDS.index(kind)
            period = period_of(kind, day, week_starts)
            open_from = self.draft.organization().open_from
            if not open_from or period < open_from[number]:
                continue
            self.draft.touch_board(person.id, board.code, number, period)
            for by, fact in UNIT_FACTS:
                unit = getattr(person, fact)
                if unit is not None and by in board.by:
                    self._count_for_unit(state, (board.code, by, number, period, unit), amount)

    def _count_for_unit(self, state: MemberState, place: tuple[int, str, int, int, str], amount: int) -> None:
        board, by, kind, period, unit = place
        before = state.unit_sums.get(place, 0)
        after = before + amount
        if after:
            state.unit_sums[place] = after
        else:
            state.unit_sums.pop(place, None)
        sums = self.draft.change_unit(by, unit).sums
        total, contributors = sums.get((board, kind, period), (0, 0))
        contributors += (after != 0) - (before != 0)
        if contributors or total + amount:
            sums[board, kind, period] = (total + amount, contributors)
        else:
            sums.pop((board, kind, period), None)
        open_from = self.draft.organization().open_from
        for key in [key for key in sums if key[2] < open_from[key[1]]]:
            del sums[key]
        self.draft.touch_unit(board, by, kind, period, unit)

    def _use(self, line: Used) -> None:
        uses = self._change(line.who).uses
        key = (line.slot, line.period, line.value)
        known = uses.get(key)
        slot = self.plan.slots.get(line.slot)
        if known is None or (slot is not None and is_forgotten(slot, known[2], self.today)):
            if line.times > 0 or line.points > 0:
                uses[key] = (line.times, line.points, line.day)
            return
        if line.day < known[2]:
            return  # what is taken back was forgotten, and this count began after it
        times, points = known[0] + line.times, known[1] + line.points
        if times > 0 or points > 0:
            uses[key] = (times, points, known[2])
        else:
            del uses[key]

    def _use_once(self, line: OnceUsed) -> None:
        once = self._change(line.who).once
        if not line.undone:
            once[line.rule, line.values] = line.forget_day
        elif once.get((line.rule, line.values)) == line.forget_day:
            del once[line.rule, line.values]

    def _note_thanks(self, line: ThanksNoted) -> None:
        thanked_by = self._change(line.who).thanked_by
        if not line.undone:
            thanked_by[line.giver] = line.time
        elif thanked_by.get(line.giver) == line.time:
            del thanked_by[line.giver]

    def _close(self, line: Closed) -> None:
        kind = KINDS[line.kind]
        self.draft.change_organization().open_from[line.kind] = next_period(kind, line.period)
        self.draft.note_closed(line.kind, line.period)

    def _set_facts(self, line: FactsSet) -> None:
        state = self._change(line.who)
        if state.status in {"joined", "paused"} and not state.erased:
            self._count_joined(state.facts, -1)
            self._count_joined(line.facts, 1)
        if not state.erased and state.facts.team != line.facts.team:
            member = self.people[line.who].id
            self.draft.note_team(state.facts.team, member, is_in=False)
            self.draft.note_team(line.facts.team, member, is_in=True)
        state.facts = line.facts

    def _set_standing(self, line: MembershipSet | Erased | VisibilitySet) -> None:
        state = self._change(line.who)
        was_counted = state.status in {"joined", "paused"} and not state.erased
        match line:
            case MembershipSet():
                change_membership(state, line)
            case Erased():
                state.erased = True
                self.draft.note_team(state.facts.team, self.people[line.who].id, is_in=False)
            case VisibilitySet():
                state.boards_shown, state.wall_shown, state.badges_shown = line.boards, line.wall, line.badges
        is_counted = state.status in {"joined", "paused"} and not state.erased
        if is_counted != was_counted:
            self._count_joined(state.facts, 1 if is_counted else -1)
        self._touch_open_boards(self.people[line.who].id)

    def _count_joined(self, facts: MemberFacts, change: int) -> None:
        joined = self.draft.change_units().joined
        for by, fact in UNIT_FACTS:
            unit = getattr(facts, fact)
            if unit is None:
                continue
            count = joined.get((by, unit), 0) + change
            if count:
                joined[by, unit] = count
            else:
                joined.pop((by, unit), None)

    def _touch_open_boards(self, member: str) -> None:
        open_from = self.draft.organization().open_from
        if not open_from:
            return
        for boards in self.plan.boards_of.values():
            for board in boards:
                for kind in board.periods:
                    number = KINDS.index(kind)
                    period = open_from[number]
                    last = period_of(kind, self.today + 1, self.plan.rulebook.week_starts)
                    while period <= last:
                        self.draft.touch_board(member, board.code, number, period)
                        if kind == "ever":
                            break
                        period = next_period(kind, period)

    def _set_rulebook(self, line: RulebookSet) -> None:
        organization = self.draft.change_organization()
        organization.rulebook, organization.days_back = line.digest, line.days_back
        self.draft.change_codes().codes.update(line.codes)
        if not organization.open_from:
            organization.era_began = self.today
        if line.open_from:
            organization.open_from = list(line.open_from)

    def _remember(self, line: KeyNoted | KeyTaken | AboutNoted | EntryTaken) -> None:
        era = self.draft.organization().era
        match line:
            case KeyNoted():
                self.draft.put(
                    thing_key(era, line.key), ThingState(position=self.position, taken=self._taken(line.key))
                )
            case KeyTaken():
                taken = ThingState(position=0, taken=self._taken(line.key) + 1, waits=line.target == 0)
                self.draft.put(thing_key(era, line.key), taken)
            case AboutNoted():
                key = about_key(era, line.content, self.people[line.who].id)
                about = self.draft.change(key)
                if isinstance(about, AboutState):
                    about.positions.append(self.position)
                else:
                    self.draft.put(key, AboutState(positions=[self.position]))
            case EntryTaken():
                self.draft.put(taken_key(era, line.position), TakenState())

    def _taken(self, key: bytes) -> int:
        thing = known_thing(self.draft, key)
        return thing.taken if thing is not None else 0


def known_thing(draft: Draft, key: bytes) -> ThingState | None:
    """What is remembered of an event's key, in this era or the one before."""
    era = draft.organization().era
    for shelf in (era, era - 1):
        thing = draft.get(thing_key(shelf, key))
        if isinstance(thing, ThingState):
            return thing
    return None


def add_to(series: Series, day: int, amount: int, *, keeps_day: bool) -> None:
    """Add to the day's bucket, or to its month's where days are not kept; buckets at zero go.

    What is taken away comes from where it is: a bucket that was pruned is left alone, the total is not.
    """
    series.total += amount
    if amount < 0:
        holder, key = (series.days, day) if day in series.days or keeps_day else (series.months, month_of(day))
    elif keeps_day:
        holder, key = series.days, day
    else:
        holder, key = series.months, month_of(day)
    left = holder.get(key, 0) + amount
    if left:
        holder[key] = left
    else:
        holder.pop(key, None)
