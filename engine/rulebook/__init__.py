from engine.rulebook.book import (
    CaseAt,
    Checked,
    cases_of,
    check,
    compile_rulebook,
    digest_of,
    in_force_packs,
    namings,
    read_folder,
    versions_of,
)
from engine.rulebook.collect import Texts
from engine.rulebook.mistakes import Mistake, Notice, RulebookError, RulebookRefused

__all__ = [
    "CaseAt",
    "Checked",
    "Mistake",
    "Notice",
    "RulebookError",
    "RulebookRefused",
    "Texts",
    "cases_of",
    "check",
    "compile_rulebook",
    "digest_of",
    "in_force_packs",
    "namings",
    "read_folder",
    "versions_of",
]
