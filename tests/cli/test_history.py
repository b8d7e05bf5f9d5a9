"""`sulka history` as somebody at a terminal meets it."""

from pathlib import Path

from tests.terminal import sulka


def test_balances_are_carried_over_with_every_row_s_fate(tmp_path: Path) -> None:
    data, file, report = tmp_path / "data", tmp_path / "balances.csv", tmp_path / "fates.csv"
    sulka(data, "publish")
    sulka(data, "members", "add", "Aada Esimerkki", "--email", "aada@example.org")
    file.write_text(
        "jäsen;määrä;päivä\naada@example.org;120;31.8.2026\nnobody@example.org;5;31.8.2026\n", encoding="utf-8-sig"
    )
    command = ("history", "import", str(file), "--origin", "the old programme")

    dry = sulka(data, *command, "--dry-run")
    first = sulka(data, *command, "--report", str(report))
    again = sulka(data, *command)

    refused = (
        "balances.csv:3  refused: member is “nobody@example.org”, whom nobody knows; "
        "expected the id or alias of somebody known"
    )
    assert dry.stdout.splitlines()[-1] == "A dry run: nothing was changed."
    assert first.stdout.splitlines()[:3] == [
        "balances.csv:2  new",
        refused,
        "2 rows: 1 new, 0 changed, 0 unchanged, 1 refused.",
    ]
    assert again.stdout.splitlines()[2] == "2 rows: 0 new, 0 changed, 1 unchanged, 1 refused."
    assert [result.returncode for result in (dry, first, again)] == [1, 1, 1]
    assert len(report.read_text(encoding="utf-8-sig").splitlines()) == 3
