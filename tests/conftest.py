"""What every test may ask for: the official vectors, and how many tests went without them. Where their files lie."""

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

NO_VECTORS = "no test vectors"

# Hypothesis would fail an example after 200 ms, and give up where making examples takes long. Both time a shared
# machine and not the code: how long anything takes is measured by `make bench`, on a quiet one.
settings.register_profile("sulka", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sulka")


MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder in it that is ours alone
ENOUGH_BYTES = 4_000_000_000


def pytest_configure() -> None:
    """Temporary folders lie in memory, where it is large enough and may hold programs.

    On a disk, thousands of appends wait for it one after the other. What tests kill are processes, and what these have
    written outlives them in memory, too. PYTEST_DEBUG_TEMPROOT names another place.
    """
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK) or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return
    if shutil.disk_usage(MEMORY).free >= ENOUGH_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of official vectors: `SULKA_VECTORS`, else ../shared/data. Skips the test where it is absent."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("SULKA_VECTORS") or beside)
    if not folder.is_dir():
        pytest.skip(f"{NO_VECTORS} in {folder}: set SULKA_VECTORS to their folder")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`-m vectors` selects the tests that ask for the fixture."""
    for item in items:
        if isinstance(item, pytest.Function) and "vectors" in item.fixturenames:
            item.add_marker(pytest.mark.vectors)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """Prints the count of skipped vector tests as the very last line; the workers of xdist have no terminal."""
    yield
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if isinstance(terminal, pytest.TerminalReporter):
        skipped = terminal.getreports("skipped")
        count = sum(NO_VECTORS in report.longreprtext for report in skipped)
        terminal.write_line(f"Vector tests skipped: {count}")
