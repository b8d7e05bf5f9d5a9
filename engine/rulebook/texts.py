"""Titles and texts: what people read, in one language or several."""

from engine.core.rules import Text
from engine.rulebook.did_you_mean import listed, nearest, shown
from engine.rulebook.report import Place, Report


def read_title(words: str | dict[str, str], place: Place, languages: tuple[str, ...], report: Report) -> Text:
    """A text by language; a plain string is in the first language of the organization."""
    if isinstance(words, str):
        return Text({languages[0] if languages else "en": words})
    if not words:
        report.wrong(place, "empty", f"{place.label} is empty.", cure='Write, for example: { en = "Click" }')
    for language in words:
        if languages and language not in languages:
            report.wrong(
                place,
                "unknown-language",
                f"{shown(language)} is not a language of organization.toml.",
                near=nearest(language, languages),
                expected=f"Languages: {listed(languages)}.",
                spot=place.at(language).key,
            )
    missing = [language for language in languages if language not in words]
    if words and missing:
        report.note(place, "not-translated", f"{place.label} is missing in: {listed(missing)}.")
    return Text(dict(sorted(words.items())))


def read_text(
    words: str | dict[str, str] | None, place: Place, languages: tuple[str, ...], report: Report
) -> Text | None:
    """The same for a text that may be left out."""
    return None if words is None else read_title(words, place, languages, report)
