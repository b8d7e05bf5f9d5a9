"""Words that are read and understood, but not yet kept: refused, with what to do without them."""

from collections.abc import Mapping
from typing import Final

from engine.rulebook.collect import FileWords
from engine.rulebook.report import Place, Report
from engine.rulebook.words.later import Reward
from engine.rulebook.words.parts import Said

_WHOLE_WORDS: Final[Mapping[type[Said], tuple[str, str]]] = {
    Reward: ("Rewards", "Say in the currency's worth what it buys, outside of Sulka."),
}


def refuse_later_words(file: FileWords, report: Report) -> None:
    """Report every word of a file that comes later."""
    for type_, (name, cure) in _WHOLE_WORDS.items():
        for entry in file.of(type_):
            not_yet(f"{name} do", entry.place, cure, report)


def not_yet_past(past: str, place: Place, report: Report) -> None:
    """Report a `past` that asks for what happened before."""
    if past != "ignore":
        cure = 'Leave it out, or write past = "ignore".'
        not_yet("Counting what happened before does", place.at("past"), cure, report)


def not_yet(what: str, place: Place, cure: str, report: Report) -> None:
    """One such mistake."""
    report.wrong(place, "not-yet", f"{what} not work yet.", cure=cure, spot=place.key)
