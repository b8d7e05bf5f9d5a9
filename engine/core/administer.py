"""Entries that set something: members and what they choose, content, rulebooks, awards and corrections by hand."""

from engine.core.badges import grant_badges
from engine.core.codes import Naming, assign
from engine.core.desk import Desk
from engine.core.entries import (
    Awarded,
    ContentKnown,
    Corrected,
    HistoryEnded,
    HistoryOpened,
    MemberErased,
    MemberSet,
    MembershipChanged,
    RulebookPublished,
    VisibilityChosen,
)
from engine.core.journal import (
    BadgeGranted,
    ContentSet,
    Erased,
    FactsSet,
    HistorySet,
    MembershipSet,
    Posted,
    Reason,
    RulebookSet,
    VisibilitySet,
)
from engine.core.periods import local_day
from engine.core.states import CODES, CodesState

BY_HAND = -1
"""The cause of a posting or badge that a person gave; the log entry says the rest."""

Administration = (
    Awarded
    | ContentKnown
    | Corrected
    | HistoryEnded
    | HistoryOpened
    | MemberErased
    | MembershipChanged
    | MemberSet
    | RulebookPublished
    | VisibilityChosen
)


def judge_administration(desk: Desk, entry: Administration) -> None:
    """Do what the entry says; the door has refused what can't be done."""
    match entry:
        case MemberSet():
            desk.write(FactsSet(desk.who(entry.member), entry.facts))
        case MembershipChanged():
            who = desk.who(entry.member)
            desk.write(MembershipSet(who, entry.change, entry.time, entry.first_day, entry.last_day))
        case VisibilityChosen():
            desk.write(VisibilitySet(desk.who(entry.member), entry.boards, entry.wall, entry.badges))
        case MemberErased():
            desk.write(Erased(desk.who(entry.member)))
        case ContentKnown():
            desk.write(ContentSet(entry.content, entry.facts))
        case RulebookPublished():
            _publish(desk, entry)
        case HistoryOpened() | HistoryEnded():
            desk.write(HistorySet(isinstance(entry, HistoryOpened)))
        case Awarded():
            _award(desk, entry)
        case Corrected():
            _correct(desk, entry)


def _publish(desk: Desk, entry: RulebookPublished) -> None:
    known = desk.draft.get(CODES)
    assert isinstance(known, CodesState)
    fresh = assign(known.codes, (Naming(name, formerly or None) for name, formerly in entry.names))
    desk.write(RulebookSet(entry.digest, tuple(sorted(fresh.items())), entry.days_back))


def _award(desk: Desk, entry: Awarded) -> None:
    who = desk.who(entry.member)
    day = local_day(entry.time, desk.plan.rulebook.zone)
    if entry.points:
        currency = desk.plan.currency(entry.currency)
        desk.post(Posted(who, BY_HAND, currency, entry.points, day, entry.points))
        grant_badges(desk, day, who, [])
    if entry.badge is None:
        return
    code = desk.plan.codes.get(("badge", entry.badge))
    if code is None or (code, entry.value, entry.tier) in desk.member(who).badges:
        desk.refuse(who, BY_HAND if code is None else code, Reason.ONCE)
        return
    desk.write(BadgeGranted(who, code, entry.tier, day, entry.value))


def _correct(desk: Desk, entry: Corrected) -> None:
    day = local_day(entry.time, desk.plan.rulebook.zone)
    currency = desk.plan.currency(entry.currency)
    desk.post(Posted(desk.who(entry.member), BY_HAND, currency, entry.amount, day, entry.amount))
