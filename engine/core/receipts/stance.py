"""Whose an entry is, seen by somebody whom it concerns: so much of it they may be told, and no more. Pure."""

from collections.abc import Set as AbstractSet
from enum import StrEnum

from engine.core.entries import Act, AnyEntry, ChallengesSettled, HistoryCounted, Thanked, Verdict
from engine.core.journal import AnyLine, JournalEntry
from engine.core.lines.entries import EntryGivenBack, EntryTaken
from engine.core.lines.ledger import Held, Posted
from engine.core.lines.periods import Recognised
from engine.core.lines.refusals import Refused
from engine.core.plan import Plan

NAMED = ("subject", "giver", "receiver", "member")
"""The fields in which an entry names those whose it is."""


class Stance(StrEnum):
    """How much of an entry its reader is told."""

    OWN = "own"
    """All of it: they did it, or it was done for them."""
    OTHERS = "others"
    """Somebody else's act paid them, and its rule says who it was."""
    QUIET = "quiet"
    """Somebody else's, of which nothing is told but what it brought, and the day."""
    PERIOD = "period"
    """A period closed before somebody else's entry: only what the period brought is told."""


def stance_of(
    member: str, entry: AnyEntry, journal: JournalEntry, plan: Plan, taken_from: AbstractSet[str] = frozenset()
) -> Stance:
    """Whose the entry is for this member; `taken_from` are the subjects of the acts that it took or gave back."""
    if member in taken_from or any(getattr(entry, name, None) == member for name in NAMED):
        return Stance.OWN
    if isinstance(entry, ChallengesSettled):
        return Stance.OWN
    lines = lines_of(member, journal)
    if lines and all(isinstance(line, Recognised) for line in lines):
        return Stance.PERIOD
    if isinstance(entry, Verdict | HistoryCounted) and lines:
        return Stance.OWN
    if not isinstance(entry, Act | Thanked) or targets(journal):
        return Stance.QUIET
    says_who = {rule.code for rule in plan.rulebook.rules if rule.pays.who != "subject" and rule.pays.says_who}
    causes = {line.cause for line in lines if isinstance(line, Posted | Refused | Held)}
    return Stance.OTHERS if causes and causes <= says_who else Stance.QUIET


def lines_of(member: str, journal: JournalEntry) -> list[AnyLine]:
    """The lines that are about this member."""
    mine = {who for who, person in enumerate(journal.people) if person.id == member}
    return [line for line in journal.lines if getattr(line, "who", None) in mine]


def targets(journal: JournalEntry) -> list[int]:
    """The positions of the entries that this one took or gave back."""
    return [line.position for line in journal.lines if isinstance(line, EntryTaken | EntryGivenBack)]


def actor_of(member: str, entry: AnyEntry, stance: Stance) -> str | None:
    """Who did it, where the member is told and it was somebody else; None also where they are not in the log."""
    if isinstance(entry, Thanked) and entry.giver != member and stance in {Stance.OWN, Stance.OTHERS}:
        return entry.giver
    return entry.subject if isinstance(entry, Act) and stance is Stance.OTHERS else None
