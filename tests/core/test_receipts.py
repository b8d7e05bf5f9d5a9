import dataclasses
from typing import Any, get_args

import msgspec
import pytest

from engine.core.entries import (
    Act,
    ActiveSet,
    AnyEntry,
    Awarded,
    Corrected,
    MembershipChanged,
    OpeningBalance,
    VisibilityChosen,
)
from engine.core.lines.refusals import Refused
from engine.core.plan import Plan
from engine.core.questions import Condition, Operator, Reading, Scope
from engine.core.questions import Test as Line
from engine.core.receipts.amounts import AMONG_SAID, Earlier
from engine.core.receipts.conditions import NEAR_SAID
from engine.core.receipts.receipt import Beside, Receipt, Speaker
from engine.core.receipts.types import TYPE_OF, type_of
from engine.core.receipts.words import Language
from engine.core.rules import Fade, Limit, Pays, Removal, Use
from tests.core.history import History, at
from tests.core.programme import COINS_YEAR, DAY_BY_CHANNEL, WEEK, rulebook, text

NOON = at("2026-11-23 12:00")
NAMELESS = Beside(names={})


def last_receipt(
    history: History, language: Language = "en", beside: Beside = NAMELESS, *, who: str = "anna"
) -> Receipt:
    logged = history.logged[-1]
    speaker = Speaker(history.plan, language)
    journal = history.journal_of(logged.position)
    return speaker.receipt(who, (logged.position, logged.recorded), logged.entry, journal, beside)


def test_a_receipt_says_what_was_paid_and_who_said_it() -> None:
    history = History()
    history.join("anna")
    history.share(when="2026-11-23 09:12")

    receipt = last_receipt(history)

    assert receipt.points == 10
    assert receipt.title == "Shared company content"
    assert receipt.sentences == ("Share in your own words: 10 points.", "Coins: 10.", "Said by hub.")


@pytest.mark.parametrize(
    ("amount", "language", "sentence"),
    [
        (1, "en", "Given by hand: +1 point."),
        (2, "en", "Given by hand: +2 points."),
        (1, "fi", "Annettu käsin: +1 piste."),
        (2, "fi", "Annettu käsin: +2 pistettä."),
    ],
)
def test_one_point_is_a_point(amount: int, language: Language, sentence: str) -> None:
    history = History()
    history.join("anna")
    history.add(Awarded("anna", NOON, points=amount))

    assert sentence in last_receipt(history, language).sentences


def test_a_receipt_shows_the_fade() -> None:
    history = History()
    history.join("anna")
    for day in (23, 24, 25):
        history.share(when=f"2026-11-{day} 09:12")

    assert "Share in your own words: 10 points, of which this one brings 50 %: 5." in last_receipt(history).sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            (
                "Share in your own words: one a day counts (linkedin); yours of 9:12 was it.",
                "You did nothing wrong.",
                "The next one counts from Tue 24 Nov 00:00 (Helsinki).",
            ),
        ),
        (
            "fi",
            (
                "Jako omin sanoin: päivässä lasketaan yksi (linkedin); sinun kello 9.12 tehtysi oli se.",
                "Et tehnyt mitään väärin.",
                "Seuraava lasketaan alkaen ti 24.11. klo 0.00 (Helsinki).",
            ),
        ),
    ],
)
def test_a_receipt_says_when_the_next_one_counts(language: Language, sentences: tuple[str, ...]) -> None:
    history = History()
    history.join("anna")
    history.share(when="2026-11-23 09:12")
    history.share(when="2026-11-23 15:00")
    day = at("2026-11-23 12:00") // 86_400_000

    receipt = last_receipt(
        history, language, Beside(earlier=(Earlier(DAY_BY_CHANNEL.code, day, at("2026-11-23 09:12")),))
    )

    assert receipt.sentences[:3] == sentences
    assert receipt.points == 0


def test_what_a_removal_takes_back_says_so() -> None:
    book = msgspec.structs.replace(
        rulebook(), removals=(Removal(on="content.removed", within_days=30, badges_stay=False),)
    )
    shared = book.events["content.shared"]
    events = {**book.events, "content.removed": msgspec.structs.replace(shared, type="content.removed")}
    history = History(Plan(msgspec.structs.replace(book, events=events)))
    history.join("anna")
    history.share(when="2026-11-23 09:12", content="post")
    history.add(Act("content.removed", at("2026-11-24 09:00"), "hub", "anna", {"content": "post"}))

    assert "Share in your own words: -10 points, because the act was taken back." in last_receipt(history).sentences


def test_a_faded_share_says_from_when_the_next_one_counts() -> None:
    history = History()
    history.join("anna")
    for day in range(23, 28):
        history.share(when=f"2026-11-{day} 09:12")

    assert last_receipt(history).sentences[2] == "The next one counts from Mon 30 Nov 00:00 (Helsinki)."


@pytest.mark.parametrize(
    ("entry", "title", "sentence"),
    [
        (MembershipChanged("anna", "pause", NOON), "You paused", "Noted."),
        (VisibilityChosen("anna", boards=True, wall=False, badges=False), "Where you are shown", "Noted."),
        (Corrected("anna", NOON, amount=-5), "A correction", "Put right by hand: -5 points."),
        (ActiveSet("anna", active=False, time=NOON), "HR noted that you have left the company", "Noted."),
        (OpeningBalance("anna", NOON, 120, "old"), "What you had before", "Carried over from before: +120 points."),
        (
            OpeningBalance("anna", NOON, 30, "old", "coins"),
            "What you had before",
            "Carried over from before. Coins: +30.",
        ),
        (Awarded("anna", NOON, points=5), "Given by hand", "Given by hand: +5 points."),
        (Awarded("anna", NOON, points=5, currency="coins"), "Given by hand", "Coins: +5."),
    ],
)
def test_a_receipt_is_called_after_what_it_is_about(entry: AnyEntry, title: str, sentence: str) -> None:
    history = History()
    history.join("anna")
    history.add(entry, NOON)

    receipt = last_receipt(history)

    assert (receipt.title, receipt.sentences) == (title, (sentence,))


def sharing(**changes: Any) -> Plan:  # noqa: ANN401
    """The small programme with another share rule: no fade, no limits, not once, unless it says so."""
    book = rulebook()
    plain = dataclasses.replace(book.rules[0], fade=None, limits=(), counts=(), once=None)
    rule = dataclasses.replace(plain, **changes)
    return Plan(msgspec.structs.replace(book, rules=(rule,)))


WEEKLY = Use(slot=WEEK)
DATED = Use(slot=WEEK, dated="proposed_at")


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            (
                "Share in your own words: three a week count.",
                "You did nothing wrong.",
                "The week of 9 Nov was full.",
            ),
        ),
        (
            "fi",
            (
                "Jako omin sanoin: viikossa lasketaan kolme.",
                "Et tehnyt mitään väärin.",
                "9.11. alkanut viikko oli täynnä.",
            ),
        ),
    ],
)
def test_a_limit_of_a_week_that_has_passed_names_the_week_and_no_moment(
    language: Language, sentences: tuple[str, ...]
) -> None:
    history = History(sharing(limits=(Limit(use=DATED, times=3),), counts=(DATED,)), begins="2026-11-25 08:00")
    history.join("anna")
    for day in (11, 12, 13, 14):
        history.share(when="2026-11-25 09:12", proposed_at=at(f"2026-11-{day} 12:00"))

    assert last_receipt(history, language).sentences[:3] == sentences


def test_an_act_that_came_late_names_no_moment_that_had_passed() -> None:
    history = History(begins="2026-11-20 08:00")
    history.join("anna")
    history.share(when="2026-11-23 09:12")
    history.share(when="2026-11-23 15:00", recorded="2026-11-24 10:00")

    assert last_receipt(history).sentences[1:3] == ("You did nothing wrong.", "Mon 23 Nov was full.")


def test_a_receipt_that_is_read_later_names_no_moment_that_has_passed_by_then() -> None:
    history = History()
    history.join("anna")
    history.share(when="2026-11-23 09:12")
    history.share(when="2026-11-23 15:00")

    at_once = last_receipt(history, beside=Beside(now=at("2026-11-23 15:01")))
    next_day = last_receipt(history, beside=Beside(now=at("2026-11-24 00:00")))

    assert at_once.sentences[2] == "The next one counts from Tue 24 Nov 00:00 (Helsinki)."
    assert next_day.sentences[2] == "Mon 23 Nov was full."


@pytest.mark.parametrize(
    ("percents", "shares", "language", "why"),
    [
        ((100, 100, 50, 0), 3, "en", "the third a week brings 50 %, the first two 100 %."),
        ((100, 100, 50, 0), 3, "fi", "kolmas viikossa tuo 50 %, ensimmäiset kaksi 100 %."),
        ((100, 50, 50, 0), 3, "en", "numbers 2 to 3 a week bring 50 %, the first one 100 %."),
        ((100, 50, 50, 0), 3, "fi", "2.–3. viikossa tuovat 50 %, ensimmäinen 100 %."),
        ((100, 50), 4, "en", "number 2 and later ones a week bring 50 %, the first one 100 %."),
        ((100, 50), 4, "fi", "2. ja sitä seuraavat viikossa tuovat 50 %, ensimmäinen 100 %."),
        ((100, 100, 0), 3, "en", "after two a week the next ones bring thanks, not points."),
        ((100, 100, 0), 3, "fi", "viikossa pisteitä tuo kaksi; seuraavat tuovat kiitoksen."),
        ((100, 4), 2, "en", "number 2 and later ones a week bring 4 %, the first one 100 %."),
        ((100, 4), 2, "en", "4 % of 10 points is less than one point."),
        ((100, 4), 2, "fi", "4 % määrästä 10 pistettä on alle yhden pisteen."),
    ],
)
def test_a_fade_says_which_of_how_many_brings_what(
    percents: tuple[int, ...], shares: int, language: Language, why: str
) -> None:
    history = History(sharing(fade=Fade(use=WEEKLY, percents=percents), counts=(WEEKLY,)))
    history.join("anna")
    for day in range(23, 23 + shares):
        history.share(when=f"2026-11-{day} 09:12")

    assert why in " ".join(last_receipt(history, language).sentences)


@pytest.mark.parametrize(
    ("others", "among"),
    [
        (1, " together with “Rule 1”"),
        (AMONG_SAID + 1, " together with “Rule 1”, “Rule 2”, “Rule 3”, …"),
    ],
)
def test_a_fade_of_a_counter_that_rules_share_names_the_others(others: int, among: str) -> None:
    book = sharing(fade=Fade(use=WEEKLY, percents=(100, 50, 0)), counts=(WEEKLY,)).rulebook
    more = [
        dataclasses.replace(book.rules[0], code=100 + number, on=("content.written",), title=text(f"Rule {number}"))
        for number in range(1, others + 1)
    ]
    history = History(Plan(msgspec.structs.replace(book, rules=(*book.rules, *more))))
    history.join("anna")
    history.share(when="2026-11-23 09:12")
    history.share(when="2026-11-24 09:12")
    faded = last_receipt(history).sentences[1]
    history.share(when="2026-11-25 09:12")

    assert faded == f"Share in your own words: the second a week{among} brings 50 %, the first one 100 %."
    assert f"after two a week{among} the next ones bring thanks" in last_receipt(history).sentences[0]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "5 points, which is what was left of the 15 points that this rule brings a week (10 to begin with, 100 %).",
        ),
        (
            "fi",
            "5 pistettä, eli se mitä oli jäljellä: tämä sääntö tuo viikossa enintään 15 pistettä (alun perin 10,",
        ),
    ],
)
def test_an_amount_that_a_limit_made_smaller_names_the_limit(language: Language, sentence: str) -> None:
    history = History(sharing(limits=(Limit(use=WEEKLY, points=15),), counts=(WEEKLY,)))
    history.join("anna")
    history.share(when="2026-11-23 09:12")
    history.share(when="2026-11-24 09:12")

    assert sentence in last_receipt(history, language).sentences[0]


@pytest.mark.parametrize(
    ("shares", "language", "sentence"),
    [
        (2, "en", "5 points, which is what was left of the 15 points that “sharing” together can bring a week (10 to"),
        (2, "fi", "5 pistettä, eli se mitä oli jäljellä: “sharing” yhteensä tuo viikossa enintään 15 pistettä (alun"),
        (3, "en", "“sharing” together can bring 15 points a week, and you have them."),
        (3, "fi", "“sharing” yhteensä tuo viikossa enintään 15 pistettä, ja ne ovat jo sinulla."),
    ],
)
def test_an_amount_that_a_cap_held_names_the_cap(shares: int, language: Language, sentence: str) -> None:
    plan = sharing()
    cap = dataclasses.replace(plan.rulebook.caps[0], points=15, label="@sharing")
    history = History(Plan(msgspec.structs.replace(plan.rulebook, caps=(cap,))))
    history.join("anna")
    for day in range(23, 23 + shares):
        history.share(when=f"2026-11-{day} 09:12")

    assert sentence in " ".join(last_receipt(history, language).sentences)


@pytest.mark.parametrize(
    ("shares", "language", "sentence"),
    [
        (2, "en", "Coins: 2, which is what was left of 12 a year (10 to begin with)."),
        (2, "fi", "Kolikot: 2, eli se mitä oli jäljellä: vuodessa enintään 12 (alun perin 10)."),
        (3, "en", "Coins: up to 12 a year count, and you have them."),
        (3, "fi", "Kolikot: vuodessa lasketaan enintään 12, ja ne ovat jo sinulla."),
    ],
)
def test_a_currency_that_its_limit_held_says_by_which(shares: int, language: Language, sentence: str) -> None:
    book = sharing().rulebook
    coins = dataclasses.replace(book.currencies[0], limits=((COINS_YEAR, 12),))
    history = History(Plan(msgspec.structs.replace(book, currencies=(coins,))))
    history.join("anna")
    for day in range(23, 23 + shares):
        history.share(when=f"2026-11-{day} 09:12")

    assert sentence in last_receipt(history, language).sentences


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Share in your own words: not this time; “own_words” would have to be yes."),
        ("fi", "Jako omin sanoin: ei tällä kertaa; kohdan “own_words” pitäisi olla kyllä."),
    ],
)
def test_a_rule_that_was_never_judged_since_an_equality_did_not_hold_is_named(
    language: Language, sentence: str
) -> None:
    history = History()
    history.join("anna")
    decision = history.share(when="2026-11-23 09:12", own_words=False)

    assert not any(isinstance(line, Refused) for line in decision.lines)
    assert last_receipt(history, language).sentences[:2] == ("Noted." if language == "en" else "Merkitty.", sentence)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Share in your own words: not this time; “minutes” would have to be at least 5."),
        ("fi", "Jako omin sanoin: ei tällä kertaa; kohdan “minutes” pitäisi olla vähintään 5."),
    ],
)
def test_a_condition_that_did_not_hold_is_said(language: Language, sentence: str) -> None:
    minutes = Line(reading=Reading(scope=Scope.EVENT, name="minutes"), operator=Operator.AT_LEAST, operand=5)
    history = History(sharing(condition=Condition(all_of=(minutes,))))
    history.join("anna")
    history.share(when="2026-11-23 09:12", minutes=4)

    assert last_receipt(history, language).sentences[0] == sentence


def test_where_no_rule_is_on_an_event_it_says_so() -> None:
    history = History(sharing(on=("content.written",)))
    history.join("anna")
    history.share(when="2026-11-23 09:12")

    assert last_receipt(history).sentences[0] == "Noted. No rule gives you points for this one."


def test_a_rule_that_pays_others_does_not_come_near() -> None:
    history = History(sharing(pays=Pays(who="invited_by")))
    history.join("anna")
    history.share(when="2026-11-23 09:12", own_words=False)

    assert last_receipt(history).sentences[0] == "Noted. No rule gives you points for this one."


def test_of_many_rules_that_came_near_the_nearest_are_named() -> None:
    book = rulebook()
    by_channel = [
        dataclasses.replace(
            book.rules[0],
            code=100 + number,
            id=f"rule-{number}",
            rank=number,
            title=text(f"Rule {number}"),
            condition=Condition(all_of=tuple(equal("channel", "x") if test else own_words() for test in range(number))),
        )
        for number in range(1, NEAR_SAID + 3)
    ]
    history = History(Plan(msgspec.structs.replace(book, rules=tuple(reversed(by_channel)))))
    history.join("anna")
    history.share(when="2026-11-23 09:12", own_words=False)

    said = [sentence.partition(":")[0] for sentence in last_receipt(history).sentences]
    assert said == ["Noted.", *(f"Rule {number}" for number in range(1, NEAR_SAID + 1)), "Said by hub."]


def own_words() -> Line:
    """That a share is in own words."""
    return equal("own_words", operand=True)


def equal(name: str, operand: str | bool) -> Line:  # noqa: FBT001 - what a line compares with
    """That a field has this value."""
    return Line(reading=Reading(scope=Scope.EVENT, name=name), operator=Operator.IS, operand=operand)


def test_every_kind_of_entry_has_a_type_of_its_own_by_the_names_of_the_design() -> None:
    kinds = {*get_args(AnyEntry)} - {Act, MembershipChanged}

    assert set(TYPE_OF) == kinds
    assert len(set(TYPE_OF.values())) == len(kinds)
    assert {type_of(MembershipChanged("anna", change, NOON)) for change in ("join", "away")} == {
        "sulka.member.join",
        "sulka.member.away",
    }
    assert sorted(TYPE_OF.values()) == [
        "sulka.approval",
        "sulka.award",
        "sulka.blank",
        "sulka.challenge.settled",
        "sulka.content.known",
        "sulka.correction",
        "sulka.history.balance",
        "sulka.history.counted",
        "sulka.history.done",
        "sulka.history.ended",
        "sulka.history.looked",
        "sulka.history.opened",
        "sulka.member.active",
        "sulka.member.answered",
        "sulka.member.erased",
        "sulka.member.set",
        "sulka.member.turned",
        "sulka.member.visibility",
        "sulka.retracted",
        "sulka.retried",
        "sulka.rulebook.published",
        "sulka.thanks",
        "sulka.tick",
    ]
