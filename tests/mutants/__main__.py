"""`python -m tests.mutants`: plants each bug of `planted*.toml` in a copy of the tree and says whether it is caught.

Ends with 1 when a bug was not caught, or when the tests fail without any bug.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mutants.planting import Bug, plant, planted_bugs

ROOT = Path(__file__).parents[2]
COPIED = ("engine", "rules", "tests", "pyproject.toml")
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "--no-header")
SLOW = ("test_bad_data.py", "test_oracle.py", *(f"test_{of}invariants.py" for of in ("", "past_", "turning_")))
"""These search, so they come after the examples."""

LONGEST_SECONDS = 600
"""A bug may keep the tests from ending: that is seen, too."""


def main() -> int:
    """Try all bugs, or those whose number is given."""
    wanted = {int(number) for number in sys.argv[1:]}
    bugs = [(number, bug) for number, bug in enumerate(planted_bugs(), 1) if not wanted or number in wanted]
    if not wanted and _first_failure(None) is not None:
        sys.stdout.write("The tests fail without any bug: mend that first.\n")
        return 1
    survived = 0
    for number, bug in bugs:
        began = time.monotonic()
        sys.stdout.write(f"{number:3} of {len(planted_bugs())}  {bug.says} … ")
        sys.stdout.flush()
        failure = _first_failure(bug)
        survived += failure is None
        verdict = f"caught by {failure}" if failure else "NOT CAUGHT"
        sys.stdout.write(f"{verdict} ({time.monotonic() - began:.0f} s)\n")
    sys.stdout.write(f"{len(bugs) - survived} of {len(bugs)} bugs are caught.\n")
    return 1 if survived else 0


def _first_failure(bug: Bug | None) -> str | None:
    """The first test that fails with this bug, None when all pass."""
    with tempfile.TemporaryDirectory(prefix="sulka-mutants-") as folder:
        copy = Path(folder)
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
            else:
                shutil.copy(ROOT / name, copy / name)
        if bug is not None:
            plant(bug, copy)
        tests = sorted((copy / "tests/core").glob("test_*.py"), key=lambda path: (path.name in SLOW, path.name))
        command = [sys.executable, "-m", "pytest", *OPTIONS, *map(str, tests)]  # our own interpreter, our own tests
        try:
            ran = subprocess.run(
                command, cwd=copy, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS
            )
        except subprocess.TimeoutExpired:
            return f"tests that did not end within {LONGEST_SECONDS} s"
        if ran.returncode == 0:
            return None
        failed = [line.split(" - ")[0] for line in ran.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return failed[0].rpartition("::")[2] if failed else f"pytest itself, which ended with {ran.returncode}"


if __name__ == "__main__":
    sys.exit(main())
