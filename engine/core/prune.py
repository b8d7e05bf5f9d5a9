"""Pruning: what a member's state no longer needs to decide anything goes, by recorded time, every other week."""

from typing import Final

from engine.core.buckets import add_to, amounts_of, first_of, last_below
from engine.core.days import month_bucket, year_of
from engine.core.goals import prune_parts
from engine.core.keys import place_of_score, since_key
from engine.core.membership import PAIR
from engine.core.numbers import is_forgotten
from engine.core.periods import PeriodKind, period_bounds_days
from engine.core.plan import Plan
from engine.core.rules import Slot
from engine.core.runs import fold, forget
from engine.core.scores import is_over
from engine.core.states import FIRST_DAY, FIRST_YEAR, Buckets, MemberState
from engine.core.uses import drop_uses, forget_use, periods_of, uses_of

PRUNE_EVERY_DAYS: Final = 14

GRACE_DAYS: Final = 8
"""The longest grace is seven days; one more for the zone."""

DAY_MS: Final = 86_400_000


def prune_member(plan: Plan, state: MemberState, today: int, recorded: int, open_from: list[int]) -> None:
    """Fold old days into months or years; forget counts, marks and intervals that nothing can ask for any more."""
    state.pruned_on = today
    horizon = today - plan.rulebook.days_back - GRACE_DAYS
    _fold_days(plan, state, today)
    for streak in dict.fromkeys([*state.streaks, *state.runs]):
        known = plan.streaks.get(streak)
        if known is None:
            forget(state, streak, horizon)
        else:
            fold(plan, known, state, horizon)
    for slot in dict.fromkeys([*state.uses, *state.valued_uses]):
        _drop_spent(plan, state, slot, horizon, today)
    for rule, marks in list(state.once.items()):
        for mark in [mark for mark, day in marks.items() if day and day < today]:
            del marks[mark]
        if not marks:
            del state.once[rule]
    thanks = plan.rulebook.thanks
    kept_ms = ((thanks.mutual_days if thanks is not None else 0) + plan.rulebook.days_back) * DAY_MS
    for giver in [giver for giver, time in state.thanked_by.items() if time < recorded - kept_ms]:
        del state.thanked_by[giver]
    for code in [code for code in state.lots if code not in plan.running_out]:
        del state.lots[code]
    for key in [key for key in state.scores if is_over(place_of_score(key), open_from)]:
        del state.scores[key]
    for place in [place for place in state.unit_sums if is_over(place, open_from)]:
        del state.unit_sums[place]
    if state.challenges:
        prune_parts(plan, state, today, recorded)
    state.has_moved = state.has_moved and bool(state.scores or state.unit_sums)
    oldest_ms = recorded - (plan.rulebook.days_back + GRACE_DAYS + plan.rest_days) * DAY_MS
    while len(state.pauses) >= PAIR and state.pauses[1] < oldest_ms:
        del state.pauses[:PAIR]
    while len(state.away) >= PAIR and state.away[1] < horizon - plan.rest_days:
        del state.away[:PAIR]


def _fold_days(plan: Plan, state: MemberState, today: int) -> None:
    for code, buckets in state.series.items():
        metric = plan.ready_metric(code)
        _fold(buckets, today - plan.keep_days.get(code, 0), keep_months=metric.keep_months)
    for code, values in state.valued.items():
        metric = plan.ready_metric(code)
        for buckets in values.values():
            _fold(buckets, today - plan.keep_days.get(code, 0), keep_months=metric.keep_months)


def _fold(buckets: Buckets, first_kept: int, *, keep_months: bool) -> None:
    last = last_below(buckets, first_kept)
    if last < FIRST_DAY and (keep_months or first_of(buckets) >= FIRST_YEAR):
        return
    amounts = amounts_of(buckets)
    buckets.clear()
    for bucket, amount in amounts:
        add_to(buckets, _bucket_now(bucket, first_kept, keep_months=keep_months), amount)


def _bucket_now(bucket: int, first_kept: int, *, keep_months: bool) -> int:
    if FIRST_DAY <= bucket < first_kept:
        bucket = month_bucket(bucket)
    return bucket if keep_months or bucket >= FIRST_YEAR else year_of(bucket)


def _drop_spent(plan: Plan, state: MemberState, code: int, horizon: int, today: int) -> None:
    """Counts of a slot that nothing can ask for any more; of a slot whose rule is gone for as long, all of them."""
    slot = plan.slots.get(code)
    if slot is None:
        if state.since.setdefault(since_key(code), today) < horizon:
            for value in _values_of(state, code):
                drop_uses(state, code, value)
            del state.since[since_key(code)]
        return
    state.since.pop(since_key(code), None)
    for value in _values_of(state, code):
        if slot.per.kind == "ever":
            if is_forgotten(slot, state.since.get(since_key(code, value), today), today):
                drop_uses(state, code, value)
            continue
        uses = uses_of(state, code, value)
        assert uses is not None
        for period in periods_of(uses):
            if not _is_spent(slot, period, horizon):
                break  # nor is any that follows
            forget_use(uses, period)
        if not uses:
            drop_uses(state, code, value)


def _values_of(state: MemberState, slot: int) -> list[str]:
    return [*([""] if slot in state.uses else []), *state.valued_uses.get(slot, ())]


def _is_spent(slot: Slot, period: int, horizon: int) -> bool:
    match slot.per.kind:
        case "last_days":
            return period + slot.per.n < horizon
        case "last_weeks":
            return period + 7 * slot.per.n < horizon
        case kind:
            return period_bounds_days(PeriodKind(kind), period)[1] < horizon
