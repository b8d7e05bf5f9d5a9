import shutil
from pathlib import Path

import pytest

from tests.mutants.planting import Bug, BugDoesNotFit, plant, planted_bugs

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("bug", planted_bugs(), ids=lambda bug: bug.says)
def test_every_planted_bug_still_fits_the_core(bug: Bug, tmp_path: Path) -> None:
    copy = tmp_path / bug.file
    copy.parent.mkdir(parents=True)
    shutil.copy(ROOT / bug.file, copy)

    plant(bug, tmp_path)

    compile(copy.read_text("utf-8"), bug.file, "exec")
    assert copy.read_bytes() != (ROOT / bug.file).read_bytes()


def test_a_bug_that_no_longer_fits_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")

    with pytest.raises(BugDoesNotFit, match="found it 0 times"):
        plant(Bug(says="A bug", file="a.py", find="x = 2", put="x = 3"), tmp_path)


def test_at_least_fifteen_bugs_are_planted() -> None:
    assert len(planted_bugs()) >= 15
