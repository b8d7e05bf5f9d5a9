import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.core.codes import assign
from engine.rulebook import check, compile_rulebook, namings, read_folder
from engine.rulebook.examples import run_cases

RULES = Path(__file__).parents[2] / "rules"
IN_ORGANIZATION = {"organization", "topic", "event", "group", "calendar"}


def test_the_shipped_rules_have_no_mistakes_and_all_words_in_both_languages() -> None:
    found = check(read_folder(RULES))

    assert [m.render() for m in found.mistakes] == []
    assert [n.render() for n in found.notices] == []


def test_the_shipped_rulebook_compiles() -> None:
    files = read_folder(RULES)

    book = compile_rulebook(files, assign({}, namings(check(files))))

    assert book.packs == ("starter",)
    assert len({found.id for found in book.rules}) >= 10
    assert len(book.badges) >= 10
    assert [cap.points for cap in book.caps] == [150, 60]
    assert [most for _, most in book.currencies[0].limits] == [4_800]


def test_every_pack_compiles_beside_the_starter() -> None:
    files = read_folder(RULES)
    packs = [name.removesuffix(".toml") for name in files if name.startswith("extras/")]

    for pack in packs:
        organization = files["organization.toml"].replace('packs = ["starter"]', f'packs = ["starter", "{pack}"]')
        with_pack = files | {"organization.toml": organization}
        assert compile_rulebook(with_pack, assign({}, namings(check(with_pack)))).packs == ("starter", pack)
    assert packs


def rule_files() -> dict[str, str]:
    """The files of packs and organization.toml."""
    return {file: text for file, text in read_folder(RULES).items() if not file.startswith("sources/")}


def test_the_cases_of_all_packs_hold_with_all_of_them_in_force() -> None:
    files = read_folder(RULES)
    packs = ", ".join(f'"{name.removesuffix(".toml")}"' for name in files if name.startswith("extras/"))
    organization = files["organization.toml"].replace('packs = ["starter"]', f'packs = ["starter", {packs}]')

    ran = run_cases(files | {"organization.toml": organization})

    assert [each.render() for each in ran.mistakes] == []
    assert ran.count >= 75


def pack_of(file: str) -> str:
    """`starter` for a file of that folder, `extras/planning` for a file that is a pack by itself."""
    return "starter" if file.startswith("starter/") else file.removesuffix(".toml")


def said_in_packs(word: str) -> list[tuple[str, dict[str, Any]]]:
    """All tables of a word, each with its pack."""
    return [
        (pack_of(file), table)
        for file, text in rule_files().items()
        for table in msgspec.convert(tomllib.loads(text).get(word, []), list[dict[str, Any]])
    ]


CASES = said_in_packs("case")
RULES_SHIPPED = [(pack, rule["id"]) for pack, rule in said_in_packs("rule")]
LONGEST_STORY = 50
"""A case of more rows is none that people read."""
TOGETHER = {each["reward"].get("badge") for _, each in said_in_packs("challenge") if each["goal"] > LONGEST_STORY}
"""Badges of challenges that it takes a crowd to reach."""
BADGES_SHIPPED = [
    (pack, badge["id"])
    for pack, badge in said_in_packs("badge")
    if badge.get("awarded_by") != "hand" and badge["id"] not in TOGETHER
]


@pytest.mark.parametrize(("pack", "rule"), RULES_SHIPPED)
def test_every_rule_is_named_by_a_case_of_its_pack(pack: str, rule: str) -> None:
    assert [case["says"] for of, case in CASES if of == pack and rule in case.get("rules", [])] != []


@pytest.mark.parametrize(("pack", "badge"), BADGES_SHIPPED)
def test_every_badge_that_an_act_can_bring_is_expected_by_a_case_of_its_pack(pack: str, badge: str) -> None:
    expected = [each for of, case in CASES if of == pack for each in case["expect"].get("badges", [])]

    assert badge in {re.split("[:/]", each)[0] for each in expected}


def test_every_pack_has_rules_or_badges_that_are_looked_at() -> None:
    packs = {pack_of(file) for file in rule_files() if file != "organization.toml"}

    assert {pack for pack, _ in (*RULES_SHIPPED, *BADGES_SHIPPED, *said_in_packs("recognition"))} == packs
    assert len(packs) == 10


def tables(text: str) -> list[tuple[str, str]]:
    """Each table with the comments before it, by its word."""
    parts = re.split(r"(?m)^(?=\[{1,2}[a-z]+\]{1,2})", text)
    return [(re.sub(r"\W", "", part.split("]")[0]), part) for part in parts if part.startswith("[")]


def as_rulebook(parts: list[tuple[str, str]]) -> dict[str, str]:
    """organization.toml and one pack, as the words want it."""
    return {
        "organization.toml": "".join(part for word, part in parts if word in IN_ORGANIZATION),
        "starter/twenty.toml": "".join(part for word, part in parts if word not in IN_ORGANIZATION),
    }


@pytest.fixture
def twenty(vectors: Path) -> list[tuple[str, str]]:
    path = vectors.parent / "twenty.toml"
    if not path.is_file():
        pytest.skip("no test vectors: twenty.toml is not beside their folder")
    return tables(path.read_text("utf-8"))


def test_the_reference_compiles_without_a_mistake(twenty: list[tuple[str, str]]) -> None:
    files = as_rulebook(twenty)
    assert check(files).mistakes == ()

    book = compile_rulebook(files, assign({}, namings(check(files))))

    assert [found.id for found in book.rules] == [
        "click",
        "honest-brake",
        "invited-colleague-began",
        "invited-colleague-began",
        "like",
        "proposal-approved",
        "review",
        "share-as-is",
        "share-in-own-words",
    ]
    assert len(book.badges) == 5
    assert [found.id for found in book.challenges] == ["may-together"]
    assert [badge.id for badge in book.badges if badge.stretches] == ["steady-hand"]
    assert [(streak.id, streak.start, streak.earn, streak.most) for streak in book.streaks] == [("weekly", 1, 4, 3)]
    assert list(book.days_off) == ["FI"]
    assert book.thanks is not None
    assert book.removals[0].within_days == 30
    assert [(boost.id, boost.percent) for boost in book.boosts] == [("hiring-week", 200)]
    assert book.approval is not None
    assert (book.approval.over, book.approval.approver) == (100, "hr")
