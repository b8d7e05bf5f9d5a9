from engine.rulebook.book import (
    CaseAt,
    Checked,
    cases_of,
    check,
    compile_mappings,
    compile_rulebook,
    digest_of,
    in_force_packs,
    namings,
    read_folder,
)
from engine.rulebook.collect import Texts
from engine.rulebook.mistakes import Mistake, Notice, RulebookError, RulebookRefused
from engine.rulebook.versions import VersionChange, changes_since, versions_of

__all__ = [
    "CaseAt",
    "Checked",
    "Mistake",
    "Notice",
    "RulebookError",
    "RulebookRefused",
    "Texts",
    "VersionChange",
    "cases_of",
    "changes_since",
    "check",
    "compile_mappings",
    "compile_rulebook",
    "digest_of",
    "in_force_packs",
    "namings",
    "read_folder",
    "versions_of",
]
