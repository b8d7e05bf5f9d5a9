"""No sentence that a member reads blames, hurries or shames: every one of them is walked, in both languages."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from engine.core.conditions import FORMULA_LINE
from engine.core.days import Day
from engine.core.entries import (
    Act,
    ActiveSet,
    AnyEntry,
    Awarded,
    ChallengesSettled,
    ContentFacts,
    ContentKnown,
    Corrected,
    HistoryCounted,
    HistoryLooked,
    MemberFacts,
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
from engine.core.held import hold_badge
from engine.core.journal import AnyLine, JournalEntry, Person
from engine.core.lines.badges import BadgeGranted, BadgeWithdrawn, LevelChanged
from engine.core.lines.challenges import REWARDED, ChallengeCounted, ChallengeStood
from engine.core.lines.counts import Counted
from engine.core.lines.ledger import BY_HAND, Boosted, Held, Posted
from engine.core.lines.periods import Recognised
from engine.core.lines.refusals import Reason, Refused
from engine.core.lines.turning import AnswerSet, ExpiryAnnounced, YearsReached
from engine.core.periods import PeriodKind, month_of, period_of
from engine.core.plan import Plan
from engine.core.questions import Condition, Operator, Reading, Scope
from engine.core.questions import Test as ConditionLine
from engine.core.receipts.amounts import Earlier
from engine.core.receipts.badges import BADGE_PHRASES, MOST_VALUES, BadgePhrase, tell_badges
from engine.core.receipts.conditions import FACTS, NEEDS, Need, line_in_words
from engine.core.receipts.receipt import Beside, Receipt, Speaker
from engine.core.receipts.speech import Speech
from engine.core.receipts.stance import Stance
from engine.core.receipts.words import LANGUAGES, NTH, PER, PHRASES, TIMES, WEEKDAYS, Language, Phrase
from engine.core.rulebook import Name
from engine.core.rules import Badge, Cap, Challenge, Fade, Limit, Pays, Slot, Text, Thanks, Tier, Use
from engine.core.states import MemberState
from engine.core.windows import Window, parse_window
from engine.rulebook.book import check, compile_rulebook, namings, read_folder
from tests.core.history import at
from tests.core.programme import BADGE, COINS, DAY_BY_CHANNEL, LEVEL, SHARE, TOPIC_ACTS, WEEK, rulebook, text
from tests.core.tracks import buckets_with

RULES = Path(__file__).parents[2] / "rules"

NEVER: Mapping[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(refus|reject|capped|los[et]|loser|missed|missing|inactive|behind(?! the scenes)|denied|deny|fail|penal"
        r"|forfeit|too late|hurry)",
        re.IGNORECASE,
    ),
    "fi": re.compile(
        r"\b(hylä|hylk|evätt|epää|torjut|leikat|menet|mennyt hukkaan|hävi|myöhäs|jäljessä|jäit|jälkeen jää|passiivi"
        r"|toimeton|epäaktiivi|epäonnist|rangaist|kiire|jäi väliin|unohdit)",
        re.IGNORECASE,
    ),
}
"""Refused, rejected, capped, lost, missed, inactive, behind, and what says the same, in both languages."""


def blaming(words: str) -> list[str]:
    """The words that no member reads, of either language."""
    return [found.group() for pattern in NEVER.values() for found in pattern.finditer(words)]


STEEP, TOLD, QUIET, BOOST = 21, 22, 23, 80
"""A rule with a fade of its own, and two that pay others: one says who acted, one does not."""

TOGETHER, ALONE = 80, 81
"""Two challenges: one of everyone, one of each member."""

DAY = 20_780

LEADS = ConditionLine(reading=Reading(scope=Scope.MEMBER, name="is_leader"), operator=Operator.IS, operand=True)


def plan() -> Plan:
    """The small programme with thanks that are limited, and with two more badges."""
    book = rulebook()
    twice = Limit(use=Use(slot=WEEK), times=2)
    thanks = Thanks(
        code=70, id="thanks", title=text("Thanks", "Kiitos"), giver=2, receiver=5, allowance=twice, same_pair=twice
    )
    together = Challenge(
        code=TOGETHER,
        id="together",
        title=text("Together", "Yhdessä"),
        whose="everyone",
        metric=book.points,
        first_day=DAY,
        last_day=DAY,
        closes_ms=0,
        goal=5,
    )
    alone = dataclasses.replace(together, code=ALONE, id="alone", whose="member")
    given = Badge(code=43, id="given", title=text("Given"), tiers=(Tier(at=1),), challenge=text("Together", "Yhdessä"))
    by_hand = Badge(code=41, id="feather", title=text("Feather", "Sulka"), tiers=(Tier(at=0),))
    monthly = Badge(
        code=42,
        id="month",
        title=text("Month", "Kuukausi"),
        metric=TOPIC_ACTS,
        window=Window("month"),
        tiers=(Tier(at=3),),
        repeats=PeriodKind.MONTH,
        condition=Condition(none_of=(LEADS,)),
    )
    shares = dataclasses.replace(book.rules[0], limits=(*book.rules[0].limits, twice))
    month = Slot(code=16, per=parse_window("month"))
    steep = dataclasses.replace(
        shares,
        code=STEEP,
        id="steep",
        fade=Fade(use=Use(slot=WEEK), percents=(100, 50, 50, 20, 20)),
        limits=(Limit(use=Use(slot=month), points=20),),
        counts=(Use(slot=WEEK), Use(slot=month)),
    )
    told = dataclasses.replace(shares, code=TOLD, id="told", pays=Pays(who="field", field="helper"))
    quiet = dataclasses.replace(told, code=QUIET, id="quiet", pays=Pays(who="invited_by", says_who=False))
    everything = Cap(slot=Slot(code=17, per=parse_window("week")), points=150, on=(), label="*")
    return Plan(
        msgspec.structs.replace(
            book,
            rules=(shares, steep, told, quiet),
            caps=(*book.caps, everything),
            thanks=thanks,
            badges=(*book.badges, by_hand, given, monthly),
            challenges=(together, alone),
            names={**book.names, BOOST: Name(kind="boost", id="week", title=text("Hiring week", "Rekrytointiviikko"))},
        )
    )


SLOTS = tuple(plan().slots[code] for code in (DAY_BY_CHANNEL.code, WEEK.code, 12, 14))
SLOT_OF = {
    Reason.LIMIT_TIMES: SLOTS[0],
    Reason.LIMIT_POINTS: SLOTS[0],
    Reason.CAP: SLOTS[2],
    Reason.FADED: SLOTS[1],
    Reason.CURRENCY_LIMIT: SLOTS[3],
    Reason.ALLOWANCE: SLOTS[1],
    Reason.SAME_PAIR: SLOTS[1],
}
TODAY = Day(DAY, 0)
MONTH = month_of(DAY)
HOUR_MS = 3_600_000
TIME = at("2026-11-23 09:12")
ACT = Act("content.shared", TIME, "hub", "anna", {"channel": "linkedin"})
ENTRIES: tuple[AnyEntry, ...] = (
    ACT,
    msgspec.structs.replace(ACT, said_by_member=True),
    msgspec.structs.replace(ACT, subject="bea"),
    Act("content.liked", TIME, "hub", "anna", {}),
    Thanked("anna", "bea", "p", TIME),
    Thanked("bea", "anna", "p", TIME),
    Retracted("hr", TIME),
    Awarded("anna", TIME, points=5),
    Corrected("anna", TIME, amount=-5),
    MemberSet("anna", MemberFacts()),
    VisibilityChosen("anna", boards=True, wall=True, badges=True),
    MembershipChanged("anna", "join", TIME),
    MembershipChanged("anna", "pause", TIME),
    MembershipChanged("anna", "resume", TIME),
    MembershipChanged("anna", "leave", TIME),
    MembershipChanged("anna", "away", TIME),
    ContentKnown("post", ContentFacts()),
    Awarded("bea", TIME, badge="feather"),
    ChallengesSettled(),
    Verdict(7, "approve", TIME, "token"),
    Verdict(7, "decline", TIME, "token"),
    Turned("anna", DAY),
    HistoryCounted(30, told=False, position=7, codes=(SHARE,)),
    HistoryLooked(30, told=True, member="anna", codes=(BADGE,)),
    RecognitionAnswered("anna", 7, 1, shown=True),
    ActiveSet("anna", active=False, time=TIME),
    ActiveSet("anna", active=True, time=TIME),
    OpeningBalance("anna", TIME, 120, "old"),
)


def lines() -> Iterator[AnyLine]:
    """Every kind of line, and every reason with what holds there."""
    for currency in (0, COINS):
        for held_by, percent in ((-1, 100), (-1, 50), (WEEK.code, 100)):
            yield Posted(0, SHARE, currency, 5, DAY, 10, percent, held_by)
        yield Posted(0, SHARE, currency, -5, DAY)
    for cause, percent, held_by in ((STEEP, 50, -1), (STEEP, 20, -1), (STEEP, 100, 16), (SHARE, 100, 12)):
        yield Posted(0, cause, 0, 5, DAY, 10, percent, held_by)
    for cause in (TOLD, QUIET, 70):
        yield Posted(0, cause, 0, 5, DAY, 10, 50, 17)
    yield Posted(0, SHARE, COINS, 5, DAY, 10, 100, 14)
    yield Refused(0, SHARE, Reason.FADED, WEEK.code, 1, 25, period=TODAY.of(WEEK))
    yield Refused(0, SHARE, Reason.CAP, 17, 10, period=TODAY.of(WEEK) - 700)
    yield Refused(0, SHARE, Reason.FADED, WEEK.code, 10, 0, period=TODAY.of(WEEK))
    for number in (0, 7, FORMULA_LINE):
        yield Refused(0, SHARE, Reason.CONDITION, line=number)
    for badge in (BADGE, 41, 42, 999):
        yield BadgeGranted(0, badge, 0, DAY, "hiring")
        yield BadgeWithdrawn(0, badge, 0, "hiring")
    yield Posted(0, BY_HAND, 0, 5, DAY, 5)
    for cause in (SHARE, BY_HAND):
        for until in (TIME, TIME + HOUR_MS):
            yield Held(0, cause, 150, DAY, 150, 100, until)
    yield LevelChanged(0, LEVEL, up=True)
    for challenge in (TOGETHER, ALONE):
        yield ChallengeCounted(0, challenge, "", 1)
        yield ChallengeStood(0, challenge, "", REWARDED)
    yield Recognised(0, 31, 2966, 1, 20)
    yield Recognised(0, 31, 2966, 1, 20, 1)
    for years in (1, 5, 30):
        yield YearsReached(0, 31, years, MONTH, 1)
    for shown in (True, False):
        yield AnswerSet(0, 7, 1, shown)
    yield ExpiryAnnounced(0, COINS, MONTH, 5, DAY + 60)
    yield Posted(0, COINS, COINS, -5, DAY)
    yield Counted(0, DAY, 1, (TOPIC_ACTS.code,), "hiring")
    for reason, slot in (*((reason, SLOT_OF.get(reason)) for reason in Reason), (Reason.LIMIT_TIMES, SLOTS[1])):
        code, period = (-1, 0) if slot is None else (slot.code, TODAY.of(slot))
        yield Refused(
            0, 70 if reason in {Reason.ALLOWANCE, Reason.SAME_PAIR} else SHARE, reason, code, 10, period=period
        )


def together() -> Iterator[tuple[AnyLine, ...]]:
    """Each by itself, and what a boost says of the posting after it."""
    for line in lines():
        yield (line,)
    for percent, held_by in ((100, -1), (50, -1), (100, 12)):
        yield (Boosted(0, BOOST, 200), Posted(0, SHARE, 0, 5, DAY, 10, percent, held_by))


def receipts() -> Iterator[tuple[Language, Receipt]]:
    """What each of them says of each kind of entry, in each language; late and in time, shown and no longer."""
    for language in LANGUAGES:
        speaker = Speaker(plan(), language)
        earlier = tuple(Earlier(slot.code, TODAY.of(slot), TIME - HOUR_MS) for slot in SLOTS)
        for some in together():
            for names in ({"bea": "Bea"}, {}, None):
                for entry, is_shown in (*((entry, True) for entry in ENTRIES), (ACT, False)):
                    journal = JournalEntry(b"", b"", b"", people=(Person("anna"),), lines=some, late=not is_shown)
                    beside = Beside(earlier=earlier, is_shown=is_shown, names=names)
                    stance = Stance.OWN if isinstance(entry, Retracted) and names else None
                    yield language, speaker.receipt("anna", (7, TIME), entry, journal, beside, stance)


@pytest.mark.parametrize(
    "words",
    [
        "Your share was refused.",
        "You lost three points",
        "You are behind",
        "Jaettu sisältösi hylättiin",
        "Menetit pisteitä",
        "Olet jäljessä muista",
    ],
)
def test_the_walk_would_find_a_word_that_blames(words: str) -> None:
    assert blaming(words)


def test_no_receipt_blames_and_none_has_a_gap() -> None:
    found = {
        (language, sentence)
        for language, receipt in receipts()
        for sentence in (receipt.title, *receipt.sentences)
        if blaming(sentence) or re.search(r"[{}]|\s[.,;:]|\s\s|^$", sentence)
    }

    assert found == set()


def test_every_phrase_of_a_receipt_is_walked() -> None:
    said: dict[Language, str] = {"en": "", "fi": ""}
    for language, receipt in receipts():
        said[language] += " | ".join((receipt.title, *receipt.sentences, ""))

    for language in LANGUAGES:
        for phrase, words in PHRASES[language].items():
            # The pieces between what is filled in, in their order; the first letter may be a capital.
            pieces = [re.escape(piece) for piece in re.split(r"{\w+}", words)]
            assert re.search(".*?".join(pieces), said[language], re.IGNORECASE), f"nobody says {phrase}"


def test_both_languages_have_all_words_and_none_that_blames() -> None:
    for language in LANGUAGES:
        receipts_, badges, per = PHRASES[language], BADGE_PHRASES[language], PER[language]
        assert set(receipts_) == set(get_args(Phrase))
        assert set(badges) == set(get_args(BadgePhrase))
        assert set(per) == set(PER["en"])
        assert set(NEEDS[language]) == set(get_args(Need))
        assert set(FACTS[language]) == set(FACTS["en"])
        assert len(NTH[language]) == len(TIMES[language]) - 1
        assert [words for words in (*receipts_.values(), *badges.values(), *per.values()) if blaming(words)] == []
    assert blaming(" ".join(word for language in LANGUAGES for word in (*TIMES[language], *WEEKDAYS[language]))) == []


def conditions() -> Iterator[Condition]:
    """A line of every kind, as one that must hold, as one that must not, and among others of which one must."""
    for scope, names in (
        (Scope.EVENT, ("useful",)),
        (Scope.CLOCK, ("weekday", "hour")),
        (Scope.MEMBER, MemberFacts.__struct_fields__),
        (Scope.CONTENT, ("present", "age_days", *ContentFacts.__struct_fields__)),
    ):
        for name in names:
            for operator in Operator:
                for operand in (True, 2, "hiring", tuple(str(number) for number in range(9))):
                    reading = Reading(scope=scope, name=name)
                    line = ConditionLine(reading=reading, operator=operator, operand=operand)
                    yield Condition(all_of=(line,))
                    yield Condition(none_of=(line,))
                    yield Condition(choices=(((line, line), (line,)),))
    number = Reading(scope=Scope.METRIC, name="topic_acts", metric=TOPIC_ACTS.code, window=Window("week"))
    yield Condition(all_of=(ConditionLine(reading=number, operator=Operator.AT_LEAST, operand=3),))


def test_every_kind_of_condition_is_said_without_blame_or_gap() -> None:
    for language in LANGUAGES:
        speech = Speech(plan(), language)
        said = [line_in_words(condition, 0, speech) or "" for condition in conditions()]
        said.append(line_in_words(Condition(), FORMULA_LINE, speech) or "")

        assert [words for words in said if blaming(words) or re.search(r"[{}]|\s\s|^$", words)] == []
        for table in (NEEDS[language], FACTS[language]):
            for word in table.values():
                pieces = [re.escape(piece) for piece in re.split(r"{\w+}", word)]
                assert re.search(".*?".join(pieces), " | ".join(said)), f"nobody says {word}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in PeriodKind if kind is not PeriodKind.EVER])
def test_every_kind_of_period_is_said(language: Language, kind: PeriodKind) -> None:
    said = Speech(plan(), language).period(kind, period_of(kind, DAY, 0))

    assert re.search(r"\d", said)
    assert blaming(said) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_badges_take_is_said_without_blame_or_gap(language: Language) -> None:
    state = MemberState(
        valued={TOPIC_ACTS.code: {"hiring": buckets_with([(DAY, 1)])}},
    )
    hold_badge(state, BADGE, "technology", 0, (DAY - 80, 5))

    told = tell_badges(plan(), state, DAY, language)

    said = [sentence for badge in told for step in badge.steps for sentence in (step.title, *step.sentences)]
    assert len(said) > 8
    assert [sentence for sentence in said if blaming(sentence) or re.search(r"[{}]|\s\s", sentence)] == []


def test_the_shipped_programme_and_packs_blame_nobody() -> None:
    texts = read_folder(RULES)
    book = compile_rulebook(texts, {naming.name: code for code, naming in enumerate(namings(check(texts)))})

    said = [
        words
        for item in (*book.rules, *book.badges, *book.recognitions, *book.levels, *book.boards, *book.events.values())
        for each in (getattr(item, "title", None), getattr(item, "text", None))
        if isinstance(each, Text)
        for words in each.by_language.values()
    ]

    assert len(said) > 60
    assert [words for words in said if blaming(words)] == []


def test_the_way_is_told_for_so_many_values_and_no_more() -> None:
    values = {f"value-{number:03}": buckets_with([(DAY, 1)]) for number in range(MOST_VALUES + 10)}

    told = tell_badges(plan(), MemberState(valued={TOPIC_ACTS.code: values}), DAY, "en")

    assert len(told[0].steps) == 1 + MOST_VALUES
