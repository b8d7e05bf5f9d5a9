"""A receipt: one journal entry put into words for one person. Pure; nothing of it is stored."""

from collections.abc import Mapping

import msgspec

from engine.core.entries import (
    Act,
    ActiveSet,
    AnyEntry,
    Awarded,
    ChallengesSettled,
    Corrected,
    HistoryCounted,
    HistoryLooked,
    MemberSet,
    MembershipChanged,
    OpeningBalance,
    RecognitionAnswered,
    Retracted,
    Thanked,
    Turned,
    Verdict,
    VisibilityChosen,
)
from engine.core.journal import AnyLine, JournalEntry
from engine.core.lines.badges import BadgeGranted, BadgeWithdrawn, LevelChanged
from engine.core.lines.challenges import REWARDED, ChallengeCounted, ChallengeStood
from engine.core.lines.ledger import Boosted, Held, Posted
from engine.core.lines.past import is_silent
from engine.core.lines.periods import Recognised
from engine.core.lines.refusals import Refused
from engine.core.lines.streaks import StreakWentOn
from engine.core.lines.turning import AnswerSet, ExpiryAnnounced, YearsReached
from engine.core.periods import period_name
from engine.core.receipts.amounts import Earlier
from engine.core.receipts.conditions import near_rules
from engine.core.receipts.stance import Stance, actor_of, lines_of, stance_of
from engine.core.receipts.streaks import STREAK_PHRASES, length_in_words
from engine.core.receipts.titles import badge_title
from engine.core.receipts.turning import Turnings
from engine.core.receipts.types import NOT_TOLD, PERIOD_CLOSED, type_of
from engine.core.receipts.words import PHRASES, Phrase


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What one entry meant for one person. `time` and `recorded` are milliseconds in UTC.

    Of somebody else's entry that is not told they are the first moment of their day. `who` is the id of who did it or
    gave thanks, where that was somebody else and may be told. `words` are what a person wrote: a reason, a thanks.
    They are kept apart and added by who may read them.
    """

    position: int
    recorded: int
    time: int
    type: str
    title: str
    points: int
    sentences: tuple[str, ...]
    late: bool
    stance: Stance
    who: str | None = None
    words: str | None = None
    is_told: bool = True
    """Whether people hear of it by themselves: not where what happened before is counted silently."""


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What is known beside entry and journal.

    `earlier` are this member's acts that used up limits. `is_shown` says whether people may still see the act itself.
    `names` are those of members by id, of everybody who has one; None names nobody. `now` is when the receipt is read,
    if that is known.
    """

    earlier: tuple[Earlier, ...] = ()
    is_shown: bool = True
    names: Mapping[str, str] | None = None
    now: int = 0


NOTHING_BESIDE = Beside()


class Speaker(Turnings):
    """Puts one entry into words under the rulebook by which it was judged."""

    def receipt(
        self,
        member: str,
        logged: tuple[int, int],
        entry: AnyEntry,
        journal: JournalEntry,
        beside: Beside = NOTHING_BESIDE,
        stance: Stance | None = None,
    ) -> Receipt:
        """The receipt of this member for the entry at (position, recorded); lines about other people are not in it.

        Of what somebody else did it says as much as the `stance` allows, which is worked out from entry and journal
        unless it is given: of a period that closed before their entry, what the period brought.
        """
        position, recorded = logged
        stance = stance_of(member, entry, journal, self.plan) if stance is None else stance
        if stance is Stance.OTHERS and not beside.is_shown:
            stance = Stance.QUIET
        told = entry if beside.is_shown and stance in {Stance.OWN, Stance.OTHERS} else None
        lines, time = lines_of(member, journal), recorded
        if stance is Stance.QUIET:
            time, recorded = self.day_start(_time_of(entry, recorded)), self.day_start(recorded)
        elif told is not None:
            time = _time_of(told, recorded)
        who = actor_of(member, entry, stance)
        return Receipt(
            position=position,
            recorded=recorded,
            time=time,
            type=PERIOD_CLOSED if stance is Stance.PERIOD else NOT_TOLD if told is None else type_of(told),
            title=self._entry_title(told, stance, lines),
            points=sum(line.amount for line in lines if isinstance(line, Posted) and line.currency == self.plan.points),
            sentences=tuple(dict.fromkeys(self._sentences(member, entry, told, journal, stance, beside, logged[1]))),
            late=journal.late,
            stance=stance,
            who=None if beside.names is None else who,
            is_told=not is_silent(journal.lines),
        )

    def badge_title(self, line: BadgeGranted | BadgeWithdrawn) -> str:
        """A badge with its tier, value or period."""
        badge = self.plan.badges.get(line.badge)
        if badge is None:
            return self.title(line.badge)
        return badge_title(self.plan, badge, line.value, line.step, self.language)

    def _sentences(
        self,
        member: str,
        entry: AnyEntry,
        told: AnyEntry | None,
        journal: JournalEntry,
        stance: Stance,
        beside: Beside,
        recorded: int,
    ) -> list[str]:
        now = max(recorded, beside.now)
        said: list[str] = []
        boost: Boosted | None = None
        for line in lines_of(member, journal):
            said += self._line(line, entry, told, boost, beside, now)
            boost = line if isinstance(line, Boosted) else None
        said = said or self._nothing_paid(told)
        said += self._counts_for(member, journal)
        if told is not None:
            said = [*self._by_whom(member, told, stance, beside.names), *said]
        if journal.late and stance is not Stance.PERIOD:
            said.append(self.say("late"))
        if isinstance(told, Act) and stance is Stance.OWN:
            by: Phrase = "said_by_member" if told.said_by_member else "said_by_tool"
            said.append(self.say(by, source=told.source))
        return said

    def _line(
        self, line: AnyLine, entry: AnyEntry, told: AnyEntry | None, boost: Boosted | None, beside: Beside, now: int
    ) -> list[str]:
        match line:
            case Posted():
                return self.paid(line, entry, boost)
            case Held():
                return [self.waiting(line, now)]
            case Refused():
                return self.not_paid(line, told, beside.earlier, now)
            case BadgeGranted():
                return [self.say("badge", title=self.badge_title(line))]
            case StreakWentOn() if not line.undone:
                return self._went_on(line)
            case BadgeWithdrawn():
                return [self.say("badge_gone", title=self.badge_title(line))]
            case LevelChanged() if line.up:
                return [self.say("level", title=self.title(line.level))]
            case Recognised():
                return [self._recognised(line), *([self.say("only_you")] if line.asks else [])]
            case YearsReached():
                return [self.years(line), *([self.say("only_you")] if line.asks else [])]
            case AnswerSet():
                return [self.say("answer_shown" if line.shown else "answer_hidden")]
            case ExpiryAnnounced():
                return [self.usable_until(line)]
            case ChallengeStood() if line.standing == REWARDED:
                found = self.plan.challenges.get(line.challenge)
                alone = found is not None and found.whose == "member"
                return [
                    self.say("challenge_alone" if alone else "challenge_together", title=self.title(line.challenge))
                ]
            case _:
                return []

    def _counts_for(self, member: str, journal: JournalEntry) -> list[str]:
        """The challenges to which the member has brought something."""
        return [
            self.say("challenge_counts", title=self.title(line.challenge))
            for line in lines_of(member, journal)
            if isinstance(line, ChallengeCounted) and line.amount > 0
        ]

    def _went_on(self, line: StreakWentOn) -> list[str]:
        streak = self.plan.streaks.get(line.streak)
        if streak is None:
            return []
        length = length_in_words(line.length, streak.every, self.language)
        said = STREAK_PHRASES[self.language]["in_a_row"].format(length=length)
        sentence = f"{self.text(streak.title)}: {said}"
        return [sentence[:1].upper() + sentence[1:]]

    def _nothing_paid(self, told: AnyEntry | None) -> list[str]:
        """That an entry brought nothing, and for an act which rules come near and what those ask for."""
        if told is None or isinstance(told, _KEPT):
            return [self.say("kept")]
        near = near_rules(told, self) if isinstance(told, Act) else []
        if not near:
            return [self.say("noted")]
        return [self.say("kept"), *(self.say("needs", title=self.text(rule.title), needs=said) for rule, said in near)]

    def _by_whom(self, member: str, told: AnyEntry, stance: Stance, names: Mapping[str, str] | None) -> list[str]:
        """Who gave a thanks, did what paid the member, or agreed to it."""
        if isinstance(told, HistoryCounted | HistoryLooked):
            return [self.say("for_before")]
        if isinstance(told, Verdict):
            return [self.say("agreed")] if told.verdict == "approve" else []
        actor = actor_of(member, told, stance)
        if isinstance(told, Thanked) and stance is Stance.OWN:
            return [] if actor is None else [self.say("thanked", who=self._name(actor, names))]
        if stance is not Stance.OTHERS:
            return []
        return [self.say("done_by", who=self._name(actor, names), act=self._own_title(told))]

    def _name(self, member: str | None, names: Mapping[str, str] | None) -> str:
        """A colleague's name; of those who take no part nobody learns even that, and the erased have none any more."""
        if member is None or names is None:
            return PHRASES[self.language]["colleague"]
        return names.get(member) or PHRASES[self.language]["former_colleague"]

    def _recognised(self, line: Recognised) -> str:
        found = next((r for r in self.plan.rulebook.recognitions if r.code == line.recognition), None)
        period = period_name(found.at_end_of, line.period) if found is not None else ""
        title = self.text(found.title) if found is not None else self.title(line.recognition)
        return self.say("recognised", title=title, place=line.place, period=period)

    def _entry_title(self, told: AnyEntry | None, stance: Stance, lines: list[AnyLine]) -> str:
        match stance:
            case Stance.OWN:
                return self.say("act_before") if told is None else self._own_title(told)
            case Stance.PERIOD:
                return self.say("period_closed")
            case Stance.OTHERS | Stance.QUIET:
                return self._title_of_rule(lines)

    def _title_of_rule(self, lines: list[AnyLine]) -> str:
        """The first rule that spoke: what somebody else did is not called as if it were one's own."""
        causes = (line.cause for line in lines if isinstance(line, Posted | Refused | Held))
        title = next((self.rules[cause].title for cause in causes if cause in self.rules), None)
        return self.say("counted") if title is None else self.text(title)

    def _own_title(self, told: AnyEntry) -> str:
        match told:
            case Act() if told.type in self.plan.rulebook.events:
                return self.text(self.plan.rulebook.events[told.type].title)
            case Thanked() if self.plan.rulebook.thanks is not None:
                return self.text(self.plan.rulebook.thanks.title)
            case MembershipChanged():
                return self.say(told.change)
            case ActiveSet():
                return self.say("activated" if told.active else "deactivated")
            case _:
                return self.say(_TITLE_OF.get(type(told), "counted"))


_TITLE_OF: dict[type[AnyEntry], Phrase] = {
    Awarded: "award",
    Corrected: "correction",
    Retracted: "retraction",
    Verdict: "verdict",
    MemberSet: "facts",
    VisibilityChosen: "shown",
    ChallengesSettled: "challenge",
    Turned: "turned",
    RecognitionAnswered: "answered",
    HistoryCounted: "counted_later",
    HistoryLooked: "counted_later",
    OpeningBalance: "opening",
}

_KEPT = (
    MemberSet,
    ActiveSet,
    MembershipChanged,
    VisibilityChosen,
    Retracted,
    RecognitionAnswered,
    Turned,
    ChallengesSettled,
)
"""Entries of which nobody would expect points."""


def _time_of(entry: AnyEntry, recorded: int) -> int:
    time = getattr(entry, "time", None)
    return time if isinstance(time, int) else recorded
