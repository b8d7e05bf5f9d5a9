"""Applying a decision's lines: the only way in which states change, in judging, in replay and in a retraction."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from engine.core.buckets import add_to, amount_in
from engine.core.days import KINDS, Day
from engine.core.draft import Draft
from engine.core.goals import apply_challenge
from engine.core.held import drop_badge, hold_badge
from engine.core.journal import AnyLine, Decision, Person
from engine.core.keys import about_key, content_key, since_key
from engine.core.lines.badges import BadgeGranted, BadgeWithdrawn, LevelChanged
from engine.core.lines.challenges import ChallengeCounted, ChallengeReached, ChallengeSettled, ChallengeStood
from engine.core.lines.counts import Counted, OnceUsed, PartsRecounted, SlotUse, ThanksNoted, UnitRecounted, Used
from engine.core.lines.entries import (
    AboutNoted,
    EntryGivenBack,
    EntryRetried,
    EntryTaken,
    HistorySet,
    KeyNoted,
    KeyTaken,
    RulebookSet,
)
from engine.core.lines.ledger import Boosted, Held, HoldChanged, Posted
from engine.core.lines.members import ContentSet, Erased, FactsSet, MembershipSet, VisibilitySet
from engine.core.lines.past import PastBegan, PastCounted, PastDone, PastLooked
from engine.core.lines.periods import Closed, EraBegan, Recognised
from engine.core.lines.refusals import Refused
from engine.core.lines.streaks import StreakActed, StreakWentOn
from engine.core.lines.turning import AnswerSet, ExpiryAnnounced, LotBegun, YearsReached
from engine.core.lots import post_to_lots
from engine.core.memory import remember, remember_about
from engine.core.numbers import is_forgotten
from engine.core.past_kept import apply_past
from engine.core.periods import month_of, next_period
from engine.core.plan import Plan
from engine.core.prune import PRUNE_EVERY_DAYS, prune_member
from engine.core.ready import ReadyMetric
from engine.core.runs import add_acts, settle
from engine.core.scores import WEEK, count_on_boards
from engine.core.standing import set_facts, set_standing
from engine.core.states import INDEX_BLOCK, Buckets, ContentState, MemberState, State
from engine.core.tracks import ONLY_KEYS, append_key, drop_track, keys_of, track_for
from engine.core.turned import apply_turning
from engine.core.uses import add_use, drop_uses
from engine.core.weeks import catch_up, set_recounted
from engine.core.workplace import Workplace

Seldom: TypeAlias = (
    AnswerSet
    | ChallengeCounted
    | ChallengeReached
    | ChallengeSettled
    | ChallengeStood
    | Closed
    | ContentSet
    | EraBegan
    | Erased
    | ExpiryAnnounced
    | FactsSet
    | HistorySet
    | LotBegun
    | MembershipSet
    | PartsRecounted
    | PastBegan
    | PastCounted
    | PastDone
    | PastLooked
    | Recognised
    | RulebookSet
    | StreakActed
    | StreakWentOn
    | UnitRecounted
    | VisibilitySet
    | YearsReached
)
"""What few entries have among their lines, or what is looked for last."""


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


class Applier(Workplace):
    """Applies the lines of one entry to a draft."""

    __slots__ = ()

    def add_person(self, person: Person) -> int:
        """A new row of the table; its place."""
        self.people.append(person)
        state = self.draft.change_member(person.id)
        if state.cuts != self.organization.cuts:
            catch_up(self.plan, state, self.organization, self.today)
        self.members.append(state)
        return len(self.people) - 1

    def apply(self, line: AnyLine) -> None:
        """Change the draft as the line says."""
        match line:  # the frequent ones first: each case is tried in turn
            case Counted():
                metrics = tuple([self.plan.ready_metric(code) for code in line.metrics])
                day = self.plan.days[line.day]
                if line.value:
                    self.apply_value(line.who, metrics[0], day, line.amount, line.value)
                else:
                    self.apply_count(line.who, metrics, day, line.amount)
            case Used():
                self.apply_use(line.who, line.points, line.slots, line.day)
            case Posted():
                self.apply_post(line.who, line.cause, line.currency, line.amount, line.day)
            case Refused() | LevelChanged() | Boosted():
                pass
            case AboutNoted():
                about = about_key(self.organization.era, line.content, self.people[line.who].id)
                remember_about(self.draft, about, self.position)
            case OnceUsed():
                self.apply_once(line)
            case BadgeGranted():
                state = self.members[line.who]
                hold_badge(state, line.badge, line.value, line.step, (line.day, self.position))
            case BadgeWithdrawn():
                drop_badge(self.members[line.who], line.badge, line.value, line.step)
            case KeyNoted() | KeyTaken() | EntryTaken() | EntryGivenBack() | EntryRetried() | Held() | HoldChanged():
                remember(self.draft, line, self.position, self.recorded)
            case ThanksNoted():
                self._note_thanks(line)
            case _:
                self._apply_seldom(line)

    def _apply_seldom(self, line: Seldom) -> None:
        match line:
            case Closed():
                self._close(line)
            case FactsSet():
                set_facts(self.plan, self.draft, self.people[line.who].id, self.members[line.who], line)
            case MembershipSet() | Erased() | VisibilitySet():
                member, state = self.people[line.who].id, self.members[line.who]
                set_standing(self.plan, self.draft, member, state, line, self.today)
            case ContentSet() | RulebookSet() | EraBegan() | HistorySet() | UnitRecounted() | PartsRecounted():
                self._apply_to_all(line)
            case Recognised() | YearsReached() | AnswerSet() | LotBegun() | ExpiryAnnounced():
                apply_turning(self.members[line.who], self.position, line)
            case PastBegan() | PastCounted() | PastLooked() | PastDone():
                apply_past(self, line)
            case ChallengeCounted() | ChallengeStood() | ChallengeReached() | ChallengeSettled():
                apply_challenge(self, line)
            case StreakActed() | StreakWentOn():
                self._set_streak(line)

    def _apply_to_all(
        self, line: ContentSet | RulebookSet | EraBegan | HistorySet | UnitRecounted | PartsRecounted
    ) -> None:
        """What is nobody's own: contents, and what concerns everybody."""
        match line:
            case ContentSet():
                self.draft.put(content_key(line.content), ContentState(facts=line.facts))
            case RulebookSet():
                self._set_rulebook(line)
            case EraBegan():
                self.organization.era, self.organization.era_began = line.era, line.day
                self.draft.note_era_gone(line.era - 2)
            case HistorySet():
                self.organization.history = line.open
            case UnitRecounted() | PartsRecounted():
                set_recounted(self.plan, self.draft, line, self.today)

    def apply_end(self) -> None:
        """What follows from any entry: its recorded time, the index of positions, the pruning of who was touched."""
        self.organization.recorded = self.recorded
        if len(self.people) == 1:
            self._end_for(self.people[0].id, self.members[0])
            return
        # A member may be there twice, with other units.
        for member, state in {p.id: state for p, state in zip(self.people, self.members, strict=True)}.items():
            self._end_for(member, state)

    def _end_for(self, member: str, state: MemberState) -> None:
        positions = state.open_positions
        append_key(positions, self.position)
        entries = state.entries = state.entries + 1
        if entries % INDEX_BLOCK == 0:
            self.draft.note_index(member, entries // INDEX_BLOCK - 1, keys_of(positions, ONLY_KEYS))
            state.open_positions = []
        if self.today - state.pruned_on >= PRUNE_EVERY_DAYS and not self.organization.pasts:
            # While what happened long ago is being counted, its limits are still asked for.
            prune_member(self.plan, state, self.today, self.recorded, self.organization.open_from)

    def apply_count(self, who: int, metrics: tuple[ReadyMetric, ...], day: Day, amount: int) -> None:
        """Count for metrics on a day; a number that comes to nothing goes."""
        state, today = self.members[who], self.today
        of = state.series
        for metric in metrics:
            code = metric.code
            buckets = of.get(code)
            if buckets is None:
                buckets = of[code] = []
            keeps_day, keeps_month = day.number >= today - metric.keep_days, metric.keep_months
            if not _count(buckets, day, amount, keeps_day=keeps_day, keeps_month=keeps_month):
                del of[code]
            if metric.boards:
                count_on_boards(self, who, metric, buckets, day, amount)

    def apply_value(self, who: int, metric: ReadyMetric, day: Day, amount: int, value: str) -> None:
        """Count for one value of a metric that is counted by value."""
        state, code = self.members[who], metric.code
        buckets = track_for(state.valued, code, value)
        keeps_day = day.number >= self.today - metric.keep_days
        if not _count(buckets, day, amount, keeps_day=keeps_day, keeps_month=metric.keep_months):
            drop_track(state.valued, code, value)
        if metric.boards:
            count_on_boards(self, who, metric, buckets, day, amount)

    def apply_post(self, who: int, cause: int, currency: int, amount: int, day: int) -> None:
        """Add to a balance; points are a metric, too, and a currency that runs out lies in lots."""
        balances = self.members[who].balances
        balance = balances.get(currency, 0) + amount
        if balance:
            balances[currency] = balance
        else:
            balances.pop(currency, None)
        if currency == self.plan.points:
            self.apply_count(who, self.plan.counts_points, self.plan.days[day], amount)
            return
        state = self.members[who]  # lots of a currency that has no end any more stay right until they are pruned
        if currency in self.plan.running_out or currency in state.lots:
            month, now = month_of(day), month_of(self.today)
            post_to_lots(state, currency, amount, month, of_month=cause >= 0, today_month=now)

    def apply_use(self, who: int, points: int, slots: Sequence[SlotUse], day: int) -> None:
        """Use up slots; a count that comes to nothing goes."""
        state, forgotten = self.members[who], self.plan.forgotten_slots
        uses = state.uses
        for slot, period, times, value in slots:
            if slot in forgotten and not self._is_kept(state, slot, value, day):
                continue
            if value:
                used = track_for(state.valued_uses, slot, value)
            else:
                found = uses.get(slot)
                used = uses.setdefault(slot, []) if found is None else found
            add_use(used, period, times, points)
            if not used:
                drop_uses(state, slot, value)

    def _is_kept(self, state: MemberState, slot: int, value: str, day: int) -> bool:
        """Whether a use of this day belongs to the count that is kept now; one that is forgotten goes first."""
        since = state.since.get(since_key(slot, value))
        if since is not None and is_forgotten(self.plan.slots[slot], since, self.today):
            drop_uses(state, slot, value)
            since = None
        if since is None:
            state.since[since_key(slot, value)] = day
            return True
        return day >= since  # else what is taken back was forgotten, and this count began after it

    def apply_once(self, line: OnceUsed) -> None:
        """Mark that a rule was paid for these values, or take the mark away."""
        once = self.members[line.who].once
        marks = once.get(line.rule)
        if marks is None:
            marks = once[line.rule] = {}
        if not line.undone:
            marks[line.values] = line.forget_day
        elif marks.get(line.values) == line.forget_day:
            del marks[line.values]
        if not marks:
            del once[line.rule]

    def _set_streak(self, line: StreakActed | StreakWentOn) -> None:
        state = self.members[line.who]
        if isinstance(line, StreakActed):
            for streak, first in line.periods:
                add_acts(state, streak, first, line.amount)
            return
        settle(state, line.streak, line.first, 0 if line.undone else line.amount + 1, line.day)
        if line.slots:
            points = -line.amount if line.undone else line.amount
            self.apply_use(line.who, points, [(slot, period, 0, "") for slot, period in line.slots], self.today)

    def _note_thanks(self, line: ThanksNoted) -> None:
        thanked_by = self.members[line.who].thanked_by
        if not line.undone:
            thanked_by[line.giver] = line.time
        elif thanked_by.get(line.giver) == line.time:
            del thanked_by[line.giver]

    def _close(self, line: Closed) -> None:
        organization = self.organization
        organization.open_from[line.kind] = next_period(KINDS[line.kind], line.period)
        if line.kind == WEEK:
            organization.weeks_from = organization.open_from[WEEK]
        self.draft.note_closed(line.kind, line.period)

    def _set_rulebook(self, line: RulebookSet) -> None:
        organization = self.organization
        organization.rulebook = line.digest
        organization.days_back = max(organization.days_back, line.days_back)
        self.draft.change_codes().codes.update(line.codes)
        if not organization.open_from:
            organization.era_began, organization.weeks_from = self.today, line.open_from[WEEK]
        elif line.open_from:
            organization.cuts += 1
        if line.open_from:
            organization.open_from = list(line.open_from)


def _count(buckets: Buckets, day: Day, amount: int, *, keeps_day: bool, keeps_month: bool) -> bool:
    """Add to the day's bucket or, where days are not kept, its month's or year's; whether anything is left.

    Buckets at zero go. What is taken away comes from where it is.
    """
    if amount < 0:
        if not keeps_day:
            keeps_day = amount_in(buckets, day.number) != 0
        keeps_month = amount_in(buckets, day.month) != 0 or (keeps_month and not amount_in(buckets, day.year))
    if keeps_day:
        add_to(buckets, day.number, amount)
    else:
        add_to(buckets, day.month if keeps_month else day.year, amount)
    return bool(buckets)
