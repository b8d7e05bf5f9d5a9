"""Streaks in words: how many in a row, how many ever, what may stay empty. Pure; nothing is stored.

They say what there is. They never say that something ended, nor that somebody should hurry.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from engine.core.periods import PeriodKind, local_day
from engine.core.plan import Plan
from engine.core.receipts.words import Language
from engine.core.rest import zone_of
from engine.core.runs import GOES_ON, standing_of
from engine.core.states import MemberState

Every = Literal["day", "week", "month"]

StreakPhrase = Literal["in_a_row", "first", "begins", "has_now", "goes_on_one", "goes_on", "longest", "takes"]

STREAK_PHRASES: Final[Mapping[Language, Mapping[StreakPhrase, str]]] = {
    "en": {
        "in_a_row": "{length} in a row.",
        "first": "{length} so far.",
        "begins": "It begins with your next act.",
        "has_now": "This {one} is in it already.",
        "goes_on_one": "It goes on even if one {one} stays empty.",
        "goes_on": "It goes on even if {freezes} {some} stay empty.",
        "longest": "Your longest: {length}.",
        "takes": "It takes {length} in a row: {title}.",
    },
    "fi": {
        "in_a_row": "{length} peräkkäin.",
        "first": "{length} tähän mennessä.",
        "begins": "Se alkaa seuraavasta teostasi.",
        "has_now": "Tämä {one} on jo mukana.",
        "goes_on_one": "Se jatkuu, vaikka yksi {one} olisi tyhjä.",
        "goes_on": "Se jatkuu, vaikka {freezes} {some} olisi tyhjiä.",
        "longest": "Pisimmilläsi: {length}.",
        "takes": "Siihen tarvitaan {length} peräkkäin: {title}.",
    },
}

UNITS: Final[Mapping[Language, Mapping[PeriodKind, tuple[str, str]]]] = {
    "en": {
        PeriodKind.DAY: ("day", "days"),
        PeriodKind.WEEK: ("week", "weeks"),
        PeriodKind.MONTH: ("month", "months"),
    },
    "fi": {
        PeriodKind.DAY: ("päivä", "päivää"),
        PeriodKind.WEEK: ("viikko", "viikkoa"),
        PeriodKind.MONTH: ("kuukausi", "kuukautta"),
    },
}
"""One, and several of them."""


_EVERY: Final[Mapping[PeriodKind, Every]] = {
    PeriodKind.DAY: "day",
    PeriodKind.WEEK: "week",
    PeriodKind.MONTH: "month",
}


class ToldStreak(msgspec.Struct, frozen=True, kw_only=True):
    """A streak as it stands. `freezes` are the periods that may stay empty; `has_now` says that this one is not."""

    id: str
    title: str
    every: Every
    length: int
    best: int
    freezes: int
    has_now: bool
    sentences: tuple[str, ...]


def length_in_words(length: int, every: PeriodKind, language: Language) -> str:
    """So many days, weeks or months: "1 week", "5 weeks"."""
    one, some = UNITS[language][every]
    return f"{length} {one if length == 1 else some}"


def tell_streaks(plan: Plan, state: MemberState, now: int, language: Language) -> list[ToldStreak]:
    """All streaks of the rulebook, by id, as they stand at a moment."""
    phrases = STREAK_PHRASES[language]
    told: list[ToldStreak] = []
    today = local_day(now, zone_of(plan, state))
    for streak in plan.rulebook.streaks:
        standing = standing_of(plan, streak, state, today)
        one, some = UNITS[language][streak.every]
        length = length_in_words(standing.length, streak.every, language)
        begun: StreakPhrase = "in_a_row" if standing.length >= GOES_ON else "first"
        said = [phrases[begun].format(length=length) if standing.length else phrases["begins"]]
        if standing.has_now and standing.length:
            said.append(phrases["has_now"].format(one=one))
        if standing.freezes and standing.length:
            words = phrases["goes_on_one" if standing.freezes == 1 else "goes_on"]
            said.append(words.format(one=one, some=some, freezes=standing.freezes))
        if standing.best > standing.length:
            said.append(phrases["longest"].format(length=length_in_words(standing.best, streak.every, language)))
        told.append(
            ToldStreak(
                id=streak.id,
                title=streak.title.said_in(language),
                every=_EVERY[streak.every],
                length=standing.length,
                best=standing.best,
                freezes=standing.freezes,
                has_now=standing.has_now,
                sentences=tuple(said),
            )
        )
    return told
