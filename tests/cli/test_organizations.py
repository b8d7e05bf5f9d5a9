"""Many organizations in one installation, as somebody at a terminal makes and keeps them."""

from pathlib import Path

from tests.terminal import sulka


def test_an_organization_gets_its_rules_and_its_first_token_and_commands_are_about_it(tmp_path: Path) -> None:
    token = sulka(tmp_path, "organization", "add", "acme", "--title", "Acme Limited").stdout.splitlines()[-1]
    again = sulka(tmp_path, "organization", "add", "acme")
    listed = sulka(tmp_path, "organization", "list").stdout
    closed = sulka(tmp_path, "organization", "close", "acme")
    versions = sulka(tmp_path, "versions", "--organization", "acme").stdout
    of_main = sulka(tmp_path, "versions").stdout
    tokens = sulka(tmp_path, "token", "list", "--organization", "acme").stdout

    assert token.startswith("acme~")
    assert len(token) == len("acme~") + 43
    assert again.returncode == 1
    assert "already" in again.stderr
    assert "Acme Limited" in listed
    assert "closed" in closed.stdout
    assert "command line" in versions
    assert "No rulebook has been published yet" in of_main
    assert "admin" in tokens


def test_what_can_not_be_an_organization_or_is_none_is_said_and_nothing_is_changed(tmp_path: Path) -> None:
    refused = [
        sulka(tmp_path, "organization", "add", "main"),
        sulka(tmp_path, "organization", "add", "Acme"),
        sulka(tmp_path, "members", "add", "Aada Esimerkki", "--organization", "acme"),
        sulka(tmp_path, "publish", "--organization", "acme"),
        sulka(tmp_path, "organization", "close", "main"),
    ]

    assert [each.returncode for each in refused] == [1] * 5
    assert all("Nothing was changed." in " ".join(each.stderr.replace("│", " ").split()) for each in refused)
    assert "there are main." in refused[2].stderr
    assert "FOLDER" in refused[3].stderr


def test_who_is_erased_in_one_organization_stays_in_the_other_under_the_same_address(tmp_path: Path) -> None:
    sulka(tmp_path, "publish")
    sulka(tmp_path, "organization", "add", "acme")
    person = ("members", "add", "Aada Esimerkki", "--email", "aada@example.org")
    here = sulka(tmp_path, *person).stdout.splitlines()[-1]
    there = sulka(tmp_path, *person, "--organization", "acme").stdout.splitlines()[-1]

    nobody = sulka(tmp_path, "members", "erase", here, "--yes", "--organization", "acme")
    erased = sulka(tmp_path, "members", "erase", there, "--yes", "--organization", "acme")
    kept = sulka(tmp_path, "members", "export", here, "-", "--reason", "She asked what we hold")
    verified = sulka(tmp_path, "verify", "--organization", "acme")

    assert nobody.returncode == 1
    assert erased.returncode == 0, erased.stdout + erased.stderr
    assert "another organization has as well" in " ".join(erased.stdout.split())
    assert "aada@example.org" in kept.stdout
    assert verified.returncode == 0, verified.stdout + verified.stderr
