"""What kinds of entries are called where people and programs read of them (DESIGN §4)."""

from collections.abc import Mapping
from typing import Final

from engine.core.entries import (
    Act,
    ActiveSet,
    AnyEntry,
    Awarded,
    Blank,
    ChallengesSettled,
    ContentKnown,
    Corrected,
    HistoryCounted,
    HistoryDone,
    HistoryEnded,
    HistoryLooked,
    HistoryOpened,
    MemberErased,
    MemberSet,
    MembershipChanged,
    OpeningBalance,
    RecognitionAnswered,
    Retracted,
    Retried,
    RulebookPublished,
    Thanked,
    Tick,
    Turned,
    Verdict,
    VisibilityChosen,
)

TYPE_OF: Final[Mapping[type[AnyEntry], str]] = {
    Blank: "sulka.blank",
    Thanked: "sulka.thanks",
    Retracted: "sulka.retracted",
    Awarded: "sulka.award",
    Corrected: "sulka.correction",
    MemberSet: "sulka.member.set",
    VisibilityChosen: "sulka.member.visibility",
    MemberErased: "sulka.member.erased",
    ContentKnown: "sulka.content.known",
    RulebookPublished: "sulka.rulebook.published",
    Tick: "sulka.tick",
    HistoryOpened: "sulka.history.opened",
    HistoryEnded: "sulka.history.ended",
    HistoryCounted: "sulka.history.counted",
    HistoryLooked: "sulka.history.looked",
    HistoryDone: "sulka.history.done",
    Retried: "sulka.retried",
    ChallengesSettled: "sulka.challenge.settled",
    Verdict: "sulka.approval",
    Turned: "sulka.member.turned",
    RecognitionAnswered: "sulka.member.answered",
    ActiveSet: "sulka.member.active",
    OpeningBalance: "sulka.history.balance",
}
"""Every kind of entry but an act, which is called like its event, and a change of membership, which says its change."""

PERIOD_CLOSED: Final = "sulka.closed"
"""The type of a receipt that only says what a period brought when it closed; no entry is called so."""

NOT_TOLD: Final = ""
"""The type of a receipt that does not say what was done: it is somebody else's act, or no longer shown."""


def type_of(entry: AnyEntry) -> str:
    """What kind of entry it is: the event's type, or one of ours."""
    if isinstance(entry, Act):
        return entry.type
    if isinstance(entry, MembershipChanged):
        return f"sulka.member.{entry.change}"
    return TYPE_OF[type(entry)]
