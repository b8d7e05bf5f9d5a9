"""Countries, as rule files name them."""

from engine.rulebook.closed_lists import COUNTRIES
from engine.rulebook.did_you_mean import shown
from engine.rulebook.report import Place, Report


def check_country(code: str, place: Place, report: Report) -> bool:
    """Whether a country exists; reported where it doesn't."""
    if code in COUNTRIES:
        return True
    upper = code.strip().upper()
    report.wrong(
        place,
        "unknown-country",
        f"{shown(code)} is not a country.",
        near=upper if upper in COUNTRIES else "",
        expected='Two capital letters (ISO 3166), like "FI" or "SE".',
    )
    return False
