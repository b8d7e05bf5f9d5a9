"""Streaks in words: what there is, and never that something ended or is owed."""

import pytest

from engine.core.entries import MemberFacts, MemberSet
from engine.core.journal import JournalEntry
from engine.core.receipts.badges import tell_badges
from engine.core.receipts.receipt import Speaker
from engine.core.receipts.streaks import STREAK_PHRASES, UNITS, tell_streaks
from engine.core.receipts.words import LANGUAGES, Language
from tests.core.builders import MONDAY, World, act, moment
from tests.core.test_streaks import WEEK, book, shares, world
from tests.core.test_words import blaming


def told(house: World, day: float, language: Language = "en") -> tuple[str, ...]:
    return tell_streaks(house.plan, house.member(), moment(day), language)[0].sentences


def test_a_streak_says_how_many_whether_this_week_counts_and_what_may_stay_empty() -> None:
    house = world(start=1, earn=4, most=3)
    assert told(house, 0) == ("It begins with your next act.",)

    shares(house, 0)
    assert told(house, 3) == (
        "1 week so far.",
        "This week is in it already.",
        "It goes on even if one week stays empty.",
    )

    shares(house, 1, 2, 3)
    assert told(house, 4 * WEEK) == ("4 weeks in a row.", "It goes on even if 2 weeks stay empty.")
    assert told(house, 4 * WEEK, "fi") == ("4 viikkoa peräkkäin.", "Se jatkuu, vaikka 2 viikkoa olisi tyhjiä.")


def test_a_streak_that_has_ended_says_what_was_reached_and_how_the_next_one_begins() -> None:
    house = world()
    shares(house, 0, 1, 2)

    assert told(house, 9 * WEEK) == ("It begins with your next act.", "Your longest: 3 weeks.")
    assert told(house, 9 * WEEK, "fi") == ("Se alkaa seuraavasta teostasi.", "Pisimmilläsi: 3 viikkoa.")


def test_a_streak_is_told_by_the_day_of_the_members_own_zone() -> None:
    house = World(book(), members=())
    house.joins("anna", time_zone="Pacific/Honolulu")
    house.post(act(day=2))

    before = tell_streaks(house.plan, house.member(), moment(2 * WEEK, 5), "en")[0]
    after = tell_streaks(house.plan, house.member(), moment(2 * WEEK, 11), "en")[0]

    assert (before.length, after.length) == (1, 0)
    house.post(MemberSet("anna", MemberFacts(time_zone="UTC")), at=moment(2 * WEEK, 11))
    assert tell_streaks(house.plan, house.member(), moment(2 * WEEK, 5), "en")[0].length == 0


def test_a_receipt_says_how_many_in_a_row_and_what_they_bring() -> None:
    house = world()
    shares(house, 0, 1)

    logged, journal = house.log[-1], house.journal[-1]
    said = {
        language: Speaker(house.plan, language).receipt("anna", (logged.position, 0), logged.entry, journal)
        for language in LANGUAGES
    }

    assert said["en"].points == 5
    assert said["en"].sentences[:2] == ("Weekly: 2 weeks in a row.", "Weekly: 5 points.")
    assert said["fi"].sentences[:2] == ("Weekly: 2 viikkoa peräkkäin.", "Weekly: 5 pistettä.")


def test_a_receipt_of_a_streak_that_the_rulebook_does_not_know_any_more_says_nothing_of_it() -> None:
    house = world()
    shares(house, 0, 1)
    logged, journal = house.log[-1], house.journal[-1]
    house.publish({})

    said = Speaker(house.plan, "en").receipt(
        "anna", (logged.position, 0), logged.entry, JournalEntry(b"", b"", b"", journal.people, journal.lines)
    )

    assert "in a row" not in " ".join(said.sentences)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_badge_of_a_streak_says_what_it_takes(language: Language) -> None:
    house = world(badges=[{"id": "steady", "streak": "weekly", "tiers": (2, 12), "if": {"member.is_leader": False}}])
    shares(house, 0, 1)

    (badge,) = tell_badges(house.plan, house.member(), MONDAY + 2 * WEEK, language)

    assert [(step.at, step.so_far) for step in badge.steps] == [(12, 2)]
    first = {"en": "It takes 12 weeks in a row: weekly.", "fi": "Siihen tarvitaan 12 viikkoa peräkkäin: weekly."}
    assert badge.steps[0].sentences[0] == first[language]
    assert len(badge.held) == 1


def test_no_word_about_streaks_blames_in_either_language() -> None:
    for language in LANGUAGES:
        for words in STREAK_PHRASES[language].values():
            assert blaming(words) == []
            assert not any(word in words.lower() for word in ("end", "broke", "break", "katke", "katkai", "päätty"))
    assert {len(UNITS[language]) for language in LANGUAGES} == {3}
