"""Applying a decision's lines: the only way in which states change, in judging, in replay and in a retraction."""

from collections.abc import Mapping

from engine.core.days import KINDS, Day
from engine.core.draft import Draft
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
from engine.core.memory import remember, remember_about
from engine.core.numbers import is_forgotten
from engine.core.periods import month_of, next_period
from engine.core.plan import Plan
from engine.core.prune import PRUNE_EVERY_DAYS, prune_member
from engine.core.ready import ReadyMetric
from engine.core.scores import count_on_boards
from engine.core.standing import set_facts, set_standing
from engine.core.states import (
    INDEX_BLOCK,
    ContentState,
    MemberState,
    Series,
    State,
    badge_key,
    content_key,
    once_key,
    use_key,
)


def evolve(
    plan: Plan, states: Mapping[str, State | None], place: tuple[int, int], decision: Decision
) -> dict[str, State | None]:
    """The states after the decision on the entry at `place` (position, recorded); those given stay as they are.

    The plan is needed because every bound that decides (days back, windows in force) is rulebook content.
    """
    draft = Draft(states)
    applier = Applier(plan, draft, *place)
    for person in decision.people:
        applier.add_person(person)
    for line in decision.lines:
        applier.apply(line)
    applier.apply_end()
    return draft.states()


class Applier:
    """Applies the lines of one entry to a draft; `people` is the entry's table, which may grow between lines.

    `members` are their states, by the same places; what is read there may be looked at, not changed.
    """

    __slots__ = ("draft", "members", "organization", "people", "plan", "position", "recorded", "today")

    def __init__(self, plan: Plan, draft: Draft, position: int, recorded: int) -> None:
        self.plan, self.draft, self.position, self.recorded = plan, draft, position, recorded
        self.people: list[Person] = []
        self.members: list[MemberState] = []
        self.organization = draft.change_organization()
        self.today = plan.local_day(recorded)

    def add_person(self, person: Person) -> int:
        """A new row of the table; its place."""
        self.people.append(person)
        self.members.append(self.draft.change_member(person.id))
        return len(self.people) - 1

    def apply(self, line: AnyLine) -> None:
        """Change the draft as the line says."""
        match line:  # the frequent ones first: each case is tried in turn
            case Counted():
                metric, day = self.plan.ready_metric(line.metric), self.plan.days[line.day]
                self.apply_count(line.who, metric, day, line.amount, line.value)
            case Used():
                self.apply_use(line, use_key(line.slot, line.period, line.value))
            case Posted():
                self.apply_post(line)
            case Refused() | Recognised() | LevelChanged():
                pass
            case AboutNoted():
                remember_about(self.draft, self.organization.era, line.content, self.people[line.who].id, self.position)
            case OnceUsed():
                self._use_once(line)
            case BadgeGranted():
                held = self.members[line.who].badges
                held[badge_key(line.badge, line.value, line.step)] = (line.day, self.position)
            case BadgeWithdrawn():
                self.members[line.who].badges.pop(badge_key(line.badge, line.value, line.step), None)
            case KeyNoted() | KeyTaken() | EntryTaken():
                remember(self.draft, line, self.position)
            case ThanksNoted():
                self._note_thanks(line)
            case Closed():
                self.organization.open_from[line.kind] = next_period(KINDS[line.kind], line.period)
                self.draft.note_closed(line.kind, line.period)
            case FactsSet():
                set_facts(self.plan, self.draft, self.people[line.who].id, self.members[line.who], line)
            case MembershipSet() | Erased() | VisibilitySet():
                member, state = self.people[line.who].id, self.members[line.who]
                set_standing(self.plan, self.draft, member, state, line, self.today)
            case ContentSet():
                self.draft.put(content_key(line.content), ContentState(facts=line.facts))
            case RulebookSet():
                self._set_rulebook(line)
            case EraBegan():
                self.organization.era, self.organization.era_began = line.era, line.day
                self.draft.note_era_gone(line.era - 2)
            case HistorySet():
                self.organization.history = line.open

    def apply_end(self) -> None:
        """What follows from any entry: its recorded time, the index of positions, the pruning of who was touched."""
        self.organization.recorded = self.recorded
        done: set[str] = set()
        for person, state in zip(self.people, self.members, strict=True):
            if person.id in done:
                continue
            done.add(person.id)
            block = state.entries // INDEX_BLOCK
            state.entries += 1
            state.open_positions.append(self.position)
            self.draft.note_index(person.id, block, state.open_positions)
            if state.entries % INDEX_BLOCK == 0:
                state.open_positions = []
            if self.today - state.pruned_on >= PRUNE_EVERY_DAYS:
                prune_member(self.plan, state, self.today, self.recorded, self.organization.open_from)

    def apply_count(self, who: int, metric: ReadyMetric, day: Day, amount: int, value: str = "") -> None:
        """Count for a metric on a day; a number that comes to nothing goes."""
        state, code = self.members[who], metric.code
        if value:
            values = state.valued.get(code)
            if values is None:
                values = state.valued[code] = {}
            series = values.get(value)
            if series is None:
                series = values[value] = Series({}, {}, 0)
        else:
            values = None
            series = state.series.get(code)
            if series is None:
                series = state.series[code] = Series({}, {}, 0)
        series.total += amount
        number, days = day.number, series.days
        keeps_day = number >= self.today - metric.keep_days
        if keeps_day and amount > 0 and number in days and days[number] > 0:
            days[number] += amount
        elif not _add(series, number, amount, keeps_day=keeps_day):
            if values is None:
                del state.series[code]
            else:
                del values[value]
                if not values:
                    del state.valued[code]
        if metric.boards:
            open_from = self.organization.open_from
            count_on_boards(self.plan, self.draft, open_from, self.people[who], state, metric, day, amount)

    def apply_post(self, line: Posted) -> None:
        """Add to a balance; points are a metric, too."""
        balances = self.members[line.who].balances
        balance = balances.get(line.currency, 0) + line.amount
        if balance:
            balances[line.currency] = balance
        else:
            balances.pop(line.currency, None)
        if line.currency == self.plan.points:
            self.apply_count(line.who, self.plan.ready_points, self.plan.days[line.day], line.amount)

    def apply_use(self, line: Used, key: str) -> None:
        """Use up a slot; `key` is the line's `use_key`."""
        uses = self.members[line.who].uses
        known = uses.get(key)
        if known is not None and line.slot in self.plan.forgotten_slots:
            known = None if is_forgotten(self.plan.slots[line.slot], known[2], self.today) else known
        if known is None:
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
        once, key = self.members[line.who].once, once_key(line.rule, line.values)
        if not line.undone:
            once[key] = line.forget_day
        elif once.get(key) == line.forget_day:
            del once[key]

    def _note_thanks(self, line: ThanksNoted) -> None:
        thanked_by = self.members[line.who].thanked_by
        if not line.undone:
            thanked_by[line.giver] = line.time
        elif thanked_by.get(line.giver) == line.time:
            del thanked_by[line.giver]

    def _set_rulebook(self, line: RulebookSet) -> None:
        organization = self.organization
        organization.rulebook, organization.days_back = line.digest, line.days_back
        self.draft.change_codes().codes.update(line.codes)
        if not organization.open_from:
            organization.era_began = self.today
        if line.open_from:
            organization.open_from = list(line.open_from)


def _add(series: Series, day: int, amount: int, *, keeps_day: bool) -> bool:
    """Add to the day's bucket, or to its month's where days are not kept; whether anything is left in the series.

    Buckets at zero go. What is taken away comes from where it is: a bucket that was pruned is left alone, the total
    is not.
    """
    if keeps_day or (amount < 0 and day in series.days):
        holder, key = series.days, day
    else:
        holder, key = series.months, month_of(day)
    left = holder.get(key, 0) + amount
    if left:
        holder[key] = left
        return True
    holder.pop(key, None)
    return bool(series.total or series.days or series.months)
