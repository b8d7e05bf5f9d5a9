"""Judging an act: what it counts for, what its rules pay, which badges it brings."""

from typing import Final

from engine.core.badges import grant_badges
from engine.core.challenges import bring_to_challenges
from engine.core.conditions import FORMULA_LINE, HOLDS
from engine.core.desk import Desk, value_key
from engine.core.entries import Act
from engine.core.facts import ActFacts
from engine.core.index import ReadyRule
from engine.core.keys import about_key, thing_keys
from engine.core.late import is_late
from engine.core.lines.refusals import Reason
from engine.core.membership import takes_part_at
from engine.core.memory import thing_on
from engine.core.pay import RulePayment
from engine.core.ready import ReadyMetric
from engine.core.retract import take_back_about
from engine.core.rules import Rule
from engine.core.states import ABOUT_LIMIT, VALUES_LIMIT, AboutState
from engine.core.streaks import act_in_streaks

UNMET_SHOWN: Final = 5
"""When nothing was paid, so many rules that came near say which of their lines did not hold."""

MOST_POINTS: Final = 10**9
TWICE: Final = 2


def judge_act(desk: Desk, act: Act) -> None:
    """Everything that an act leads to."""
    subject, key, time = act.subject, act.key, act.time
    if subject is None:
        _judge_without_subject(desk, act)
        return
    who = desk.who(subject)
    if not takes_part_at(desk.members[who], time):
        desk.refuse(who, -1, Reason.NOT_TAKING_PART)
        return
    if key is not None and not _may_count(desk, who, key):
        return
    facts = ActFacts(desk, act.type, time, act.data, who)
    desk.late = is_late(desk, facts.on)
    content = facts.content_id()
    if content is not None and not _note_about(desk, content, who):
        return
    judge_facts(facts)
    removal = facts.plan.removal
    if removal is not None and content is not None:
        take_back_about(desk, content, subject, badges_stay=removal.badges_stay, within_days=removal.within_days)


def judge_facts(facts: ActFacts) -> None:
    """Count, pay by every rule in order of ids, then look at badges, then at challenges."""
    counted = count_metrics(facts)
    _pay_rules(facts, facts.plan.rules.candidates(facts))
    if facts.plan.streaks:
        act_in_streaks(facts.desk, facts.subject, facts.plan.streaks, facts.time, facts.on)
    grant_badges(facts.desk, facts.day, facts.subject, counted)
    if facts.desk.recorded < facts.plan.challenges_close_ms:
        bring_to_challenges(facts.desk)


def _judge_without_subject(desk: Desk, act: Act) -> None:
    """The subject takes no part, but others whom the event names do: rules may pay those, nothing is counted."""
    if act.key is not None and not _may_count(desk, -1, act.key):
        return
    facts = ActFacts(desk, act.type, act.time, act.data, -1)
    desk.late = is_late(desk, facts.on)
    _pay_rules(facts, facts.plan.rules.candidates(facts))
    if desk.recorded < facts.plan.challenges_close_ms:
        bring_to_challenges(desk)


def count_metrics(facts: ActFacts) -> list[tuple[ReadyMetric, str]]:
    """Count the act in every metric of its type; what badges may read of what was counted, as metric and value."""
    desk, who, day = facts.desk, facts.subject, facts.on
    counts = facts.plan.metrics.counting(facts)
    counted = [(metric, "") for metric in counts.badged]
    if counts.ones:
        desk.count(who, counts.ones, counts.codes, day, 1)
    for metric in counts.others:
        if metric.by_value:
            counted.extend([(metric, value) for value in _count_values(facts, metric)])
            continue
        amount = None if metric.sum_of is None else facts.data.get(metric.sum_of)
        if isinstance(amount, int) and amount:
            desk.count(who, (metric,), (metric.code,), day, amount)
            counted.append((metric, ""))
    return counted


def _count_values(facts: ActFacts, ready: ReadyMetric) -> list[str]:
    """Count the act under each value of the metric's field, as far as there is room; none where it is absent."""
    metric = ready.metric
    assert metric is not None
    found = facts.data.get(metric.of)
    if found is None or found == []:
        return []
    counted: list[str] = []
    for item in dict.fromkeys(found) if isinstance(found, list) else (found,):
        value = value_key(item) if metric.measure == "distinct" else str(item)
        if not value:
            continue
        held = facts.member.valued.get(metric.code)
        if held is not None and value not in held and len(held) >= VALUES_LIMIT:
            facts.desk.refuse(facts.subject, metric.code, Reason.TOO_MANY_VALUES)
            continue
        facts.desk.count_value(facts.subject, ready, facts.on, value)
        counted.append(value)
    return counted


def _may_count(desk: Desk, who: int, key: bytes) -> bool:
    """Remember the event's key; whether it may count: not before it was taken back, and not a third time."""
    shelves = thing_keys(desk.organization.era, key)
    thing = thing_on(desk.draft, shelves)
    if thing is None:
        desk.note_key(key, shelves[0], 0)
        return True
    if thing.position:
        desk.refuse(who, -1, Reason.KEY_AGAIN)
        return False
    desk.note_key(key, shelves[0], thing.taken)
    if thing.taken >= TWICE or thing.waits:
        desk.refuse(who, -1, Reason.TAKEN_BACK_BEFORE)
        return False
    return True


def _note_about(desk: Desk, content: str, who: int) -> bool:
    key = about_key(desk.organization.era, content, desk.people[who].id)
    about = desk.draft.get(key)
    if isinstance(about, AboutState) and len(about.positions) >= ABOUT_LIMIT:
        desk.refuse(who, -1, Reason.TOO_MANY_ABOUT)
        return False
    desk.note_about(content, who, key)
    return True


def _pay_rules(facts: ActFacts, candidates: list[ReadyRule]) -> None:
    desk = facts.desk
    unmet: list[tuple[ReadyRule, int]] = []
    said_anything = False
    for ready in candidates:
        line = HOLDS if ready.condition is None else ready.condition.failing_line(facts)
        if line != HOLDS:
            if ready.rule.pays.who == "subject":  # what would have paid others is no news to whoever acted
                unmet.append((ready, line))
            continue
        said_anything = pay_rule(facts, ready.rule) or said_anything
    if said_anything or facts.subject < 0:
        return
    for ready, line in unmet[:UNMET_SHOWN]:
        reason = Reason.FORMULA_FAULT if line == FORMULA_LINE and facts.faults else Reason.CONDITION
        desk.refuse(facts.subject, ready.rule.code, reason, line=line)


def pay_rule(facts: ActFacts, rule: Rule) -> bool:
    """Pay everyone whom a rule pays; whether anything was written."""
    base = rule.points
    if not isinstance(base, int):
        worked_out = facts.formula(base)
        if isinstance(worked_out, bool) or not isinstance(worked_out, int) or not 0 <= worked_out <= MOST_POINTS:
            return _say_to_payees(facts, rule, Reason.FORMULA_FAULT)
        base = worked_out
    if base == 0 and not rule.also:
        return False
    if rule.pays.who == "subject":  # who takes part, or nothing would be judged
        if facts.subject < 0:
            return False
        if RulePayment(facts, rule, facts.subject).pay(base):
            facts.forget_bound()
        return True
    paid_or_said = False
    for member in _payees(facts, rule):
        payee = facts.desk.who_takes_part(member, facts.time)
        if payee is None:
            continue
        paid_or_said = True
        if payee == facts.subject and not rule.pays.self_ok:
            facts.desk.refuse(payee, rule.code, Reason.TO_ONESELF)
            continue
        if RulePayment(facts, rule, payee).pay(base):
            facts.forget_bound()
            if payee != facts.subject:
                grant_badges(facts.desk, facts.day, payee, [])
    return paid_or_said


def _say_to_payees(facts: ActFacts, rule: Rule, reason: Reason) -> bool:
    """Remark to those who would have been paid why nothing was; whether there are any."""
    payees = [facts.desk.who_takes_part(member, facts.time) for member in _payees(facts, rule)]
    for payee in payees:
        if payee is not None:
            facts.desk.refuse(payee, rule.code, reason)
    return any(payee is not None for payee in payees)


def _payees(facts: ActFacts, rule: Rule) -> list[str]:
    match rule.pays.who:
        case "subject":
            return [facts.desk.people[facts.subject].id] if facts.subject >= 0 else []
        case "field":
            return list(dict.fromkeys(facts.people_of(rule.pays.field)))
        case "invited_by":
            inviter = facts.member.facts.invited_by
            return [inviter] if inviter is not None else []
