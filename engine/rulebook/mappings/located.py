"""Templates and paths of a mapping file, with what is wrong in them at its character."""

from engine.rulebook.report import Place, Report
from engine.sources.mapping.paths import Path
from engine.sources.mapping.templates import Template, TemplateFault, parse, parse_path, path_of


def read_template(text: str, place: Place, report: Report, *, always: str = "") -> Template | None:
    """The template of a text; None where it is reported.

    `always` says what is wrong with a text without any {…}, where there must be one.
    """
    try:
        template = parse(text)
    except TemplateFault as fault:
        report.wrong(place, "template", fault.found, cure=fault.cure, spot=place.character(fault.offset))
        return None
    if always and not template.holes:
        cure = "Write {…} where a value of the message belongs, like {event.user}."
        report.wrong(place, "always-the-same", f"{place.label} has no {{…}}: {always}", cure=cure)
        return None
    return template


def read_path(text: str, place: Place, report: Report) -> Path | None:
    """The path that a text is, like event.links; None where it is reported."""
    try:
        return parse_path(text)
    except TemplateFault as fault:
        report.wrong(place, "template", fault.found, cure=fault.cure, spot=place.character(fault.offset))
        return None


def read_names(names: list[str], place: Place, report: Report) -> Path | None:
    """The path that the names of a condition line are; None where it is reported."""
    try:
        return path_of(names)
    except TemplateFault as fault:
        report.wrong(place, "template", fault.found, cure=fault.cure, spot=place.key)
        return None
