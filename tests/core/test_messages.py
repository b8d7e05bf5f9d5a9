"""What others may be told of an entry: each line that is told, once, under its own number, with ids and amounts."""

import msgspec

from engine.core.entries import Act, AnyEntry, Tick
from engine.core.journal import JournalEntry, Person
from engine.core.lines.badges import BadgeGranted, BadgeWithdrawn, LevelChanged
from engine.core.lines.challenges import ChallengeReached
from engine.core.lines.counts import Counted, ThanksNoted
from engine.core.lines.entries import RulebookSet
from engine.core.lines.ledger import CARRIED, Posted
from engine.core.lines.line import Line
from engine.core.lines.periods import Recognised
from engine.core.lines.refusals import Reason, Refused
from engine.core.lines.streaks import StreakWentOn
from engine.core.lines.turning import AnswerSet, ExpiryAnnounced, YearsReached
from engine.core.messages import Message, Named, answered_at, may_tell, messages_of
from engine.core.periods import PeriodKind, parse_period
from engine.core.plan import Plan
from engine.core.rulebook import Name
from engine.core.rules import Text, Thanks
from tests.core.builders import thanks
from tests.core.programme import BADGE, COINS, LEVEL, SHARE, rulebook

ANNA, BELA = Person("anna"), Person("bela")
PLAN = Plan(rulebook())
THANKS = 70


def journal_of(*lines: Line) -> JournalEntry:
    return JournalEntry(b"", b"", b"", people=(ANNA, BELA), lines=lines)  # type: ignore[arg-type]  # of any kind


def told(
    *lines: Line, entry: AnyEntry | None = None, plan: Plan = PLAN, asked: JournalEntry | None = None
) -> list[Message]:
    """What is told of an entry at position 9; `asked` is what stands at position 4."""
    before = {} if asked is None else {4: (asked, PLAN)}
    return list(messages_of(9, 5_000, entry or Tick(), journal_of(*lines), plan, before))


def thanking() -> Plan:
    book = rulebook()
    word = Thanks(code=THANKS, id="thanks", title=Text({"en": "Thanks"}), giver=2, receiver=5)
    return Plan(msgspec.structs.replace(book, thanks=word))


def test_points_and_other_currencies_are_told_with_what_led_to_them() -> None:
    found = told(Posted(0, SHARE, PLAN.points, 10, 20_000), Posted(1, SHARE, COINS, -10, 20_000))

    assert found == [
        Message(
            "points.posted", 9, 0, 5_000, "anna", {"currency": "points", "amount": 10, "cause": "share-in-own-words"}
        ),
        Message(
            "points.posted", 9, 1, 5_000, "bela", {"currency": "coins", "amount": -10, "cause": "share-in-own-words"}
        ),
    ]


def test_badges_are_told_with_tier_and_value_or_with_their_period() -> None:
    (tiered, withdrawn) = told(BadgeGranted(0, BADGE, 1, 20_000, "hiring"), BadgeWithdrawn(0, BADGE, 0))
    book = rulebook()
    monthly = msgspec.structs.replace(book, badges=(_with(book.badges[0], repeats=PeriodKind.MONTH),))
    (repeated,) = told(BadgeGranted(0, BADGE, parse_period("2026-11").index, 20_000), plan=Plan(monthly))

    assert (tiered.kind, tiered.data) == ("badge.granted", {"badge": "expert", "value": "hiring", "tier": 2})
    assert (withdrawn.kind, withdrawn.data) == ("badge.withdrawn", {"badge": "expert", "value": None, "tier": 1})
    assert repeated.data == {"badge": "expert", "value": None, "period": "2026-11"}


def _with(badge: object, **changed: object) -> object:
    fields = {name: getattr(badge, name) for name in badge.__dataclass_fields__}  # type: ignore[attr-defined]
    return type(badge)(**{**fields, **changed})


def test_levels_recognitions_and_rulebooks_are_told() -> None:
    week = parse_period("2026-W48").index

    found = told(LevelChanged(0, LEVEL, up=True), LevelChanged(0, -1, up=False), Recognised(1, 31, week, 2, 40),
                 RulebookSet(b"\x01\x02", (), 45))  # fmt: skip

    assert [(each.kind, each.member, each.data) for each in found] == [
        ("level.changed", "anna", {"level": "voice", "up": True}),
        ("level.changed", "anna", {"level": None, "up": False}),
        ("recognition.named", "bela", {"recognition": "week", "period": "2026-W48", "place": 2, "score": 40}),
        ("rulebook.published", None, {"rulebook": "0102"}),
    ]


def test_a_thanks_is_told_once_and_does_not_say_by_whom() -> None:
    noted, beyond = ThanksNoted(1, "anna", 5_000), Refused(1, THANKS, Reason.ALLOWANCE)

    paid = told(Posted(0, THANKS, PLAN.points, 2, 20_000), noted, entry=thanks(), plan=thanking())
    unpaid = told(beyond, Refused(0, THANKS, Reason.ALLOWANCE), entry=thanks(), plan=thanking())

    assert [(each.kind, each.effect, each.member, each.data) for each in paid if each.kind != "points.posted"] == [
        ("thanks.received", 1, "bela", {})
    ]
    assert [(each.kind, each.effect, each.member) for each in unpaid] == [("thanks.received", 0, "bela")]


def test_a_thanks_to_nobody_who_takes_part_and_one_that_is_taken_back_are_not_told() -> None:
    undone = ThanksNoted(1, "anna", 5_000, undone=True)

    assert told(undone, entry=thanks(), plan=thanking()) == []
    assert told(ThanksNoted(1, "anna", 5_000), entry=thanks(receiver=None), plan=thanking()) == []
    assert told(ThanksNoted(1, "anna", 5_000)) == []


def test_what_an_entry_did_not_lead_to_is_not_told() -> None:
    act = Act("content.shared", 5_000, "hub", "anna", {})

    assert told(Counted(0, 20_000, 1, (1,)), Refused(0, SHARE, Reason.ONCE), entry=act) == []


def test_what_somebody_had_before_is_no_news() -> None:
    assert told(Posted(0, CARRIED, PLAN.points, 120, 1), Posted(0, CARRIED, COINS, 30, 1)) == []


def test_the_number_of_a_message_is_that_of_its_line() -> None:
    found = told(
        Counted(0, 20_000, 1, (1,)), Posted(0, SHARE, PLAN.points, 10, 20_000), LevelChanged(0, LEVEL, up=True)
    )

    assert [each.effect for each in found] == [1, 2]


def test_most_entries_are_passed_over_by_the_classes_of_their_lines() -> None:
    counted, posted = Counted(0, 20_000, 1, (1,)), Posted(0, SHARE, 0, 1, 20_000)

    assert not may_tell(JournalEntry(b"", b"", b"", people=(ANNA,), lines=(counted,)))
    assert may_tell(JournalEntry(b"", b"", b"", people=(ANNA,), lines=(counted, posted)))


def test_a_code_that_the_rulebook_does_not_know_any_more_is_told_without_a_name() -> None:
    (found,) = told(Posted(0, 999, 998, 10, 20_000))

    assert found.data == {"currency": None, "amount": 10, "cause": None}


def test_years_and_what_runs_out_are_told() -> None:
    found = told(YearsReached(0, 999, 5, 24_000), ExpiryAnnounced(1, COINS, 24_000, 30, 20_780))

    assert [(each.kind, each.member, each.data) for each in found] == [
        ("recognition.named", "anna", {"recognition": None, "years": 5}),
        ("currency.expiring", "bela", {"currency": "coins", "amount": 30, "last_day": "2026-11-23"}),
    ]


def test_a_streak_that_goes_on_and_a_goal_that_is_reached_are_told_and_what_takes_them_back_is_not() -> None:
    book = rulebook()
    named = {**book.names, 50: Name(kind="streak", id="weekly"), 51: Name(kind="challenge", id="may-together")}
    plan = Plan(msgspec.structs.replace(book, names=named))
    found = told(
        StreakWentOn(0, 50, 20_000, 20_003, 4),
        StreakWentOn(1, 50, 20_000, 20_003, 4, undone=True),
        ChallengeReached(51, "red"),
        ChallengeReached(51, ""),
        ChallengeReached(51, "red", undone=True),
        plan=plan,
    )

    assert [(each.kind, each.effect, each.member, each.data) for each in found] == [
        ("streak.continued", 0, "anna", {"streak": "weekly", "length": 4}),
        ("challenge.reached", 2, None, {"challenge": "may-together", "unit": "red"}),
        ("challenge.reached", 3, None, {"challenge": "may-together", "unit": None}),
    ]


def test_a_recognition_that_asks_first_is_told_where_its_member_says_yes() -> None:
    week = parse_period("2026-W48").index
    named = journal_of(
        Counted(0, 1, 1, (1,)), Recognised(0, 31, week, 1, 50, asks=1), Recognised(1, 31, week, 2, 40, asks=2)
    )

    assert told(*named.lines) == []
    assert told(AnswerSet(0, 4, 2, shown=False), asked=named) == []
    (found,) = told(AnswerSet(0, 4, 2, shown=True), asked=named)

    assert (found.kind, found.position, found.effect, found.member) == ("recognition.named", 9, 0, "bela")
    assert (found.data["place"], found.asked, found.place) == (2, Named(4, 2, 2), (4, 2))
    assert list(answered_at(journal_of(AnswerSet(0, 4, 2, shown=True), AnswerSet(0, 5, 1, shown=False)))) == [4]
    assert told(AnswerSet(0, 4, 2, shown=True)) == []
