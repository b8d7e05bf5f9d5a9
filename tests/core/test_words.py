"""No sentence that a member reads blames, hurries or shames: every one of them is walked, in both languages."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from engine.core.days import Day
from engine.core.entries import (
    Act,
    AnyEntry,
    Awarded,
    ContentFacts,
    ContentKnown,
    Corrected,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    Retracted,
    Thanked,
    VisibilityChosen,
)
from engine.core.journal import (
    AnyLine,
    BadgeGranted,
    BadgeWithdrawn,
    Counted,
    JournalEntry,
    LevelChanged,
    Person,
    Posted,
    Reason,
    Recognised,
    Refused,
)
from engine.core.keys import badge_key
from engine.core.periods import PeriodKind, Window
from engine.core.plan import Plan
from engine.core.questions import Condition, Operator, Reading, Scope
from engine.core.questions import Test as ConditionLine
from engine.core.receipts.badges import BADGE_PHRASES, MOST_VALUES, BadgePhrase, tell_badges
from engine.core.receipts.receipt import Earlier, Receipt, Speaker
from engine.core.receipts.words import LANGUAGES, PER, PHRASES, TIMES, WEEKDAYS, Language, Phrase
from engine.core.rulebook import Badge, Limit, Text, Thanks, Tier, Use
from engine.core.states import MemberState
from engine.rulebook.book import check, compile_rulebook, namings, read_folder
from tests.core.history import at
from tests.core.programme import BADGE, COINS, DAY_BY_CHANNEL, LEVEL, SHARE, TOPIC_ACTS, WEEK, rulebook, text

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


LEADS = ConditionLine(reading=Reading(scope=Scope.MEMBER, name="is_leader"), operator=Operator.IS, operand=True)


def plan() -> Plan:
    """The small programme with thanks that are limited, and with two more badges."""
    book = rulebook()
    twice = Limit(use=Use(slot=WEEK), times=2)
    thanks = Thanks(
        code=70, id="thanks", title=text("Thanks", "Kiitos"), giver=2, receiver=5, allowance=twice, same_pair=twice
    )
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
    shares = msgspec.structs.replace(book.rules[0], limits=(*book.rules[0].limits, twice))
    return Plan(msgspec.structs.replace(book, rules=(shares,), thanks=thanks, badges=(*book.badges, by_hand, monthly)))


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
DAY = 20_780
TODAY = Day(DAY, 0)
HOUR_MS = 3_600_000
TIME = at("2026-11-23 09:12")
ACT = Act("content.shared", TIME, "hub", "anna", {"channel": "linkedin"})
ENTRIES: tuple[AnyEntry, ...] = (
    ACT,
    msgspec.structs.replace(ACT, said_by_member=True),
    Thanked("anna", "bea", "p", TIME),
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
)


def lines() -> Iterator[AnyLine]:
    """Every kind of line, and every reason with what holds there."""
    for currency in (0, COINS):
        for held_by, percent in ((-1, 100), (-1, 50), (WEEK.code, 100)):
            yield Posted(0, SHARE, currency, 5, DAY, 10, percent, held_by)
        yield Posted(0, SHARE, currency, -5, DAY)
    for badge in (BADGE, 41, 42, 999):
        yield BadgeGranted(0, badge, 0, DAY, "hiring")
        yield BadgeWithdrawn(0, badge, 0, "hiring")
    yield LevelChanged(0, LEVEL, up=True)
    yield Recognised(0, 31, 2966, 1, 20)
    yield Counted(0, DAY, 1, (TOPIC_ACTS.code,), "hiring")
    for reason, slot in (*((reason, SLOT_OF.get(reason)) for reason in Reason), (Reason.LIMIT_TIMES, SLOTS[1])):
        code, period = (-1, 0) if slot is None else (slot.code, TODAY.of(slot))
        yield Refused(
            0, 70 if reason in {Reason.ALLOWANCE, Reason.SAME_PAIR} else SHARE, reason, code, 10, period=period
        )


def receipts() -> Iterator[tuple[Language, Receipt]]:
    """What each of them says of each kind of entry, in each language; late and in time, shown and no longer."""
    for language in LANGUAGES:
        speaker = Speaker(plan(), language)
        earlier = tuple(Earlier(slot.code, TODAY.of(slot), TIME - HOUR_MS) for slot in SLOTS)
        for line in lines():
            for entry in (*ENTRIES, None):
                journal = JournalEntry(b"", b"", b"", people=(Person("anna"),), lines=(line,), late=entry is None)
                yield language, speaker.receipt("anna", 7, TIME, entry, journal, earlier)


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
        assert [words for words in (*receipts_.values(), *badges.values(), *per.values()) if blaming(words)] == []
    assert blaming(" ".join(word for language in LANGUAGES for word in (*TIMES[language], *WEEKDAYS[language]))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_badges_take_is_said_without_blame_or_gap(language: Language) -> None:
    state = MemberState(
        valued={TOPIC_ACTS.code: {"hiring": {DAY: 1}}},
        badges={badge_key(BADGE, "technology", 0): (DAY - 80, 5)},
    )

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
    values = {f"value-{number:03}": {DAY: 1} for number in range(MOST_VALUES + 10)}

    told = tell_badges(plan(), MemberState(valued={TOPIC_ACTS.code: values}), DAY, "en")

    assert len(told[0].steps) == 1 + MOST_VALUES
