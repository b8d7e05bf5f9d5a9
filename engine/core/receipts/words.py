"""The words of receipts, in English and Finnish.

They are read by the person whom they concern. So they say what counts, why, and from when on the next one counts;
they never blame, and never say that something was refused, capped or lost.
"""

from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "fi"]
LANGUAGES: tuple[Language, ...] = ("en", "fi")

Phrase = Literal[
    "noted",
    "paid",
    "paid_percent",
    "paid_room",
    "currency",
    "by_hand",
    "taken_back",
    "limit_times",
    "limit_points",
    "cap",
    "faded",
    "once",
    "to_oneself",
    "currency_limit",
    "formula",
    "taken_back_before",
    "not_taking_part",
    "too_many",
    "allowance",
    "same_pair",
    "thanked",
    "condition",
    "already_counted",
    "badge",
    "badge_gone",
    "level",
    "recognised",
    "next_from",
    "nothing_wrong",
    "earlier",
    "earlier_latest",
    "late",
    "said_by_member",
    "said_by_tool",
    "counted",
]

PHRASES: Mapping[Language, Mapping[Phrase, str]] = {
    "en": {
        "noted": "Noted. No rule gives points for this one.",
        "paid": "{title}: {amount} points.",
        "paid_percent": "{title}: {base} points, of which this one brings {percent} %: {amount}.",
        "paid_room": "{title}: {amount} points, which is the room that was left ({base} to begin with, {percent} %).",
        "currency": "{title}: {amount}.",
        "by_hand": "Given by hand: {amount} points.",
        "taken_back": "{title}: {amount} points, because the act was taken back.",
        "limit_times": "{title}: {times} {per} {counts}{value}{earlier}.",
        "limit_points": "{title}: up to {points} points {per} count{value}, and you have them.",
        "cap": "{title}: these bring up to {points} points {per} together, and you have them.",
        "faded": "{title}: after so many {per} the next ones bring thanks, not points.",
        "once": "{title}: counts once for the same thing, and it has.",
        "to_oneself": "{title}: it is for somebody else, so it brings you no points.",
        "currency_limit": "{title}: the full amount {per} is yours already.",
        "formula": "{title}: the rule could not be worked out for this event. HR can see why.",
        "taken_back_before": "This was taken back before it came in, so it brings nothing.",
        "not_taking_part": "This lies before you joined or inside a pause, so nothing was counted.",
        "too_many": "There is so much about this already that more of it brings nothing.",
        "allowance": "Your thanks was sent. The points for {times} thanks {per} are given already.",
        "same_pair": "Your thanks was sent. Of thanks to the same person, {times} {per} {counts} for points.",
        "thanked": "A colleague thanked you. This thanks comes without points.",
        "condition": "{title}: not this time; one of its conditions does not fit this act.",
        "already_counted": "The same thing has been counted already.",
        "badge": "Badge: {title}.",
        "badge_gone": "Badge taken back with the act that had brought it: {title}.",
        "level": "Your level is now {title}.",
        "recognised": "{title}, place {place} ({period}).",
        "next_from": "The next one counts from {moment}.",
        "nothing_wrong": "You did nothing wrong.",
        "earlier": "; yours of {moment} was it",
        "earlier_latest": "; the latest was yours of {moment}",
        "late": "It came in after its period had closed: it counts in your totals.",
        "said_by_member": "You said this yourself.",
        "said_by_tool": "Said by {source}.",
        "counted": "Counted.",
    },
    "fi": {
        "noted": "Merkitty. Mikään sääntö ei anna tästä pisteitä.",
        "paid": "{title}: {amount} pistettä.",
        "paid_percent": "{title}: {base} pistettä, josta tämä tuo {percent} %: {amount}.",
        "paid_room": "{title}: {amount} pistettä, eli se mitä oli jäljellä (alun perin {base}, {percent} %).",
        "currency": "{title}: {amount}.",
        "by_hand": "Annettu käsin: {amount} pistettä.",
        "taken_back": "{title}: {amount} pistettä, koska teko peruttiin.",
        "limit_times": "{title}: {per} lasketaan {times}{value}{earlier}.",
        "limit_points": "{title}: {per} lasketaan enintään {points} pistettä{value}, ja ne ovat jo sinulla.",
        "cap": "{title}: nämä tuovat {per} yhteensä enintään {points} pistettä, ja ne ovat jo sinulla.",
        "faded": "{title}: näin monen jälkeen seuraavat tuovat {per} kiitoksen, eivät pisteitä.",
        "once": "{title}: sama asia lasketaan kerran, ja se on jo laskettu.",
        "to_oneself": "{title}: tämä on tarkoitettu jollekulle muulle, joten se ei tuo sinulle pisteitä.",
        "currency_limit": "{title}: {per} täysi määrä on jo sinun.",
        "formula": "{title}: sääntöä ei voitu laskea tälle tapahtumalle. HR näkee syyn.",
        "taken_back_before": "Tämä peruttiin ennen kuin se saapui, joten se ei tuo mitään.",
        "not_taking_part": "Tämä on ajalta ennen liittymistäsi tai tauon ajalta, joten mitään ei laskettu.",
        "too_many": "Tästä on jo niin paljon, että lisää ei enää tuo mitään.",
        "allowance": "Kiitoksesi on lähetetty. Kiitoksistasi {per} {times} tuo pisteitä, ja ne on jo annettu.",
        "same_pair": "Kiitoksesi on lähetetty. Kiitoksista samalle henkilölle {per} {times} tuo pisteitä.",
        "thanked": "Työtoverisi kiitti sinua. Tähän kiitokseen ei kuulu pisteitä.",
        "condition": "{title}: ei tällä kertaa; jokin sen ehdoista ei sovi tähän tekoon.",
        "already_counted": "Sama asia on jo laskettu.",
        "badge": "Merkki: {title}.",
        "badge_gone": "Merkki peruttu sen teon mukana, joka sen toi: {title}.",
        "level": "Tasosi on nyt {title}.",
        "recognised": "{title}, sija {place} ({period}).",
        "next_from": "Seuraava lasketaan alkaen {moment}.",
        "nothing_wrong": "Et tehnyt mitään väärin.",
        "earlier": "; sinun {moment} tehtysi oli se",
        "earlier_latest": "; viimeisin niistä oli sinun {moment} tehtysi",
        "late": "Tämä saapui, kun sen jakso oli jo päättynyt: se lasketaan kokonaismääriisi.",
        "said_by_member": "Kerroit tämän itse.",
        "said_by_tool": "Lähde: {source}.",
        "counted": "Laskettu.",
    },
}

PER: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "day": "a day",
        "week": "a week",
        "month": "a month",
        "quarter": "a quarter",
        "year": "a year",
        "ever": "in all",
        "last_days": "in {n} days",
        "last_weeks": "in {n} weeks",
    },
    "fi": {
        "day": "päivässä",
        "week": "viikossa",
        "month": "kuukaudessa",
        "quarter": "vuosineljänneksessä",
        "year": "vuodessa",
        "ever": "kaikkiaan",
        "last_days": "{n} päivässä",
        "last_weeks": "{n} viikossa",
    },
}

TIMES: Mapping[Language, tuple[str, ...]] = {
    "en": ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    "fi": (
        "ei yhtään",
        "yksi",
        "kaksi",
        "kolme",
        "neljä",
        "viisi",
        "kuusi",
        "seitsemän",
        "kahdeksan",
        "yhdeksän",
        "kymmenen",
    ),
}

WEEKDAYS: Mapping[Language, tuple[str, ...]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "fi": ("ma", "ti", "ke", "to", "pe", "la", "su"),
}

MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def times_in_words(times: int, language: Language) -> str:
    """Small numbers as words."""
    words = TIMES[language]
    return words[times] if 0 <= times < len(words) else str(times)
