import pytest

from engine.rulebook.unpublished import changes
from tests.rulebook.books import ORGANIZATION, PACK_OFF, rule, texts

CAP = '[[cap]]\non = "*"\npoints = 60\nper = "week"\n'
DEFAULTS = '[defaults]\non = "content.shared"\nif.own_words = true\n'
BEFORE = texts(rule(id_="stays") + rule(id_="goes") + CAP)


def said(after: dict[str, str]) -> list[str]:
    return [change.render() for change in changes(BEFORE, after)]


def test_what_is_added_changed_and_gone_is_counted_by_its_name() -> None:
    after = texts(rule(id_="stays", points="11") + rule(id_="comes") + CAP)

    assert said(after) == ["added: rule comes", "changed: rule stays", "gone: rule goes"]


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        texts("# why\n" + CAP + rule(id_="goes") + rule(id_="stays")),
        BEFORE | {PACK_OFF: rule(id_="not-in-force")},
        {
            "organization.toml": ORGANIZATION,
            "starter/a.toml": CAP + rule(id_="goes"),
            "starter/b.toml": rule(id_="stays"),
        },
    ],
    ids=["the same", "notes and order", "a pack that is off", "other files"],
)
def test_what_says_the_same_is_no_change(after: dict[str, str]) -> None:
    assert said(after) == []


def test_tables_without_an_id_are_known_by_what_they_are_on() -> None:
    after = texts(rule(id_="stays") + rule(id_="goes") + CAP.replace("60", "50") + CAP.replace('"*"', '"@sharing"'))

    assert said(after) == ["added: cap @sharing week", "changed: cap * week"]


def test_a_change_of_the_defaults_changes_the_rules_of_its_file() -> None:
    after = texts(rule(id_="stays") + CAP) | {"starter/more.toml": DEFAULTS + rule(id_="goes")}

    assert said(after) == ["added: defaults of starter/more.toml", "changed: rule goes"]


def test_the_organization_and_the_packs_in_force_count() -> None:
    after = texts(rule(id_="stays") + rule(id_="goes") + CAP, ORGANIZATION.replace("Hiring", "New colleagues"))
    more = BEFORE["organization.toml"].replace('["starter"]', '["starter", "extras"]')

    assert said(after) == ["changed: topic hiring"]
    assert "changed: organization" in said(BEFORE | {"organization.toml": more})
    assert "added: rule off-rule" in said(BEFORE | {"organization.toml": more})
