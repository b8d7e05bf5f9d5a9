"""Compile the hot modules of the core: `python -m engine.native.build`, which every `make` that runs Sulka calls.

Needs a C compiler and Python's headers. Where they are missing, or refuse, it says so, and the sources are used. One
process builds at a time; what it makes gets its name when it is whole and was seen to work, so a build that was
stopped anywhere is none. What nobody can use any more is removed.
"""

import contextlib
import fcntl
import io
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import which
from sysconfig import get_config_var, get_path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

from engine.native import BUILDS, INTERPRETED, ROOT, SWITCH, build_folder

MODULES: Final = (
    "engine/core/acts.py",
    "engine/core/badges.py",
    "engine/core/boosts.py",
    "engine/core/buckets.py",
    "engine/core/chain.py",
    "engine/core/challenges.py",
    "engine/core/close.py",
    "engine/core/conditions.py",
    "engine/core/days.py",
    "engine/core/days_off.py",
    "engine/core/decide.py",
    "engine/core/desk.py",
    "engine/core/draft.py",
    "engine/core/evolve.py",
    "engine/core/facts.py",
    "engine/core/goals.py",
    "engine/core/held.py",
    "engine/core/holds.py",
    "engine/core/index.py",
    "engine/core/keys.py",
    "engine/core/late.py",
    "engine/core/membership.py",
    "engine/core/memory.py",
    "engine/core/needs.py",
    "engine/core/numbers.py",
    "engine/core/pay.py",
    "engine/core/plan.py",
    "engine/core/prune.py",
    "engine/core/ready.py",
    "engine/core/rest.py",
    "engine/core/rules.py",
    "engine/core/runs.py",
    "engine/core/scores.py",
    "engine/core/stored.py",
    "engine/core/streak.py",
    "engine/core/streaks.py",
    "engine/core/thanks.py",
    "engine/core/tracks.py",
    "engine/core/uses.py",
    "engine/core/windows.py",
    "engine/core/workplace.py",
    "engine/run/asking.py",
    "engine/run/judging.py",
    "engine/store/decoding.py",
    "engine/store/keys.py",
    "engine/store/packing.py",
    "engine/store/rows.py",
    "engine/store/wall_rows.py",
)
"""Those that every event goes through. None of them defines a struct that is stored: mypyc does not know msgspec's."""

GROUP: Final = "sulka_core"
"""mypyc puts the code of all modules into one library of this name; what has a module's name only hands it out."""

OPTIMIZED: Final = "1"
"""gcc's -O1: measured as quick as -O3, since the work is in Python's own functions, and compiled in two thirds."""

TRIAL: Final = """
import sys; from importlib import import_module; from pathlib import Path; from engine import native
native.use_from(Path(sys.argv[1]))
for name in sys.argv[2:]: assert import_module(name).__file__.endswith(".so"), name
"""

DEBIAN: Final = "apt install gcc python3-dev"


class NotCompiled(Exception):
    """The core could not be compiled; the sources are used."""

    def __init__(self, because: str, said: object) -> None:
        super().__init__(f"{because}: {said}")


def what_is_missing(*, path: str | None = None, headers: Path | None = None) -> str | None:
    """What is lacking for compiling, on this machine or one with this `PATH` and these headers; None if nothing is."""
    if which(_compiler(), path=path) is None:
        return f"a C compiler ({_compiler()})"
    if not Path(headers or get_path("include"), "Python.h").is_file():
        return "Python's headers (Python.h)"
    return None


def _compiler() -> str:
    """What setuptools calls: `CC`, else the one by which this Python was made."""
    return (os.environ.get("CC") or str(get_config_var("CC") or "cc")).split()[0]


def compile_core(modules: Sequence[str] = MODULES) -> Path:
    """Compile these sources, unless that is done; where the build lies.

    Raises:
        NotCompiled: It says why, or the compiler has, on stderr.
    """
    folder = build_folder()
    try:
        BUILDS.mkdir(parents=True, exist_ok=True)
        with _alone():
            if not folder.is_dir():
                _remove_useless()
                with TemporaryDirectory(dir=BUILDS, prefix=".") as scratch:
                    built = Path(scratch, "built")
                    _compile(modules, scratch, built)
                    _try(modules, built)
                    _keep(built, folder)
    except OSError as error:
        raise NotCompiled(f"{error.filename or BUILDS} can't be used", error.strerror or error) from error
    return folder


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Nobody else builds in this folder meanwhile."""
    with Path(BUILDS, ".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another make compiles the core: waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _remove_useless() -> None:
    """Builds of other sources that no process has imported from, and what builds left that were stopped half-way."""
    for folder in [each for each in BUILDS.iterdir() if each.is_dir()]:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with TemporaryDirectory(dir=BUILDS, prefix=".") as gone:
                folder.rename(Path(gone, folder.name))
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)


def _compile(modules: Sequence[str], scratch: str, built: Path) -> None:
    # Only here, since they take a second to import, and most calls find everything compiled.
    from mypyc.build import mypycify
    from setuptools import Distribution
    from setuptools.errors import BaseError, CompileError, LinkError

    said = io.StringIO()
    with contextlib.chdir(ROOT):
        try:
            with contextlib.redirect_stdout(said):
                extensions = mypycify(
                    list(modules), group_name=GROUP, target_dir=scratch, opt_level=OPTIMIZED, debug_level="0"
                )
        except SystemExit:
            raise NotCompiled("mypyc does not take the sources", said.getvalue().rstrip()) from None
        work = Distribution({"name": GROUP, "ext_modules": extensions, "packages": []})
        work.script_args = ["--quiet", "build_ext", "--parallel", str(os.cpu_count() or 1)]
        work.script_args += ["--build-lib", str(built), "--build-temp", scratch]
        work.parse_command_line()
        try:
            work.run_commands()
        except (BaseError, CompileError, LinkError) as error:
            raise NotCompiled("the C compiler fails", f"what {_compiler()} has said stands above") from error


def _try(modules: Sequence[str], built: Path) -> None:
    """Import all of it in a process of its own."""
    names = [module.removesuffix(".py").replace("/", ".") for module in modules]
    ran = subprocess.run(  # noqa: S603 - our own interpreter, our own sources
        [sys.executable, "-c", TRIAL, built, *names],
        cwd=ROOT,
        env={**os.environ, SWITCH: INTERPRETED},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        last = (ran.stderr.strip().splitlines() or [f"Python ended with {ran.returncode}"])[-1]
        raise NotCompiled("what was compiled can't be imported", last)


def _keep(built: Path, folder: Path) -> None:
    """Give it its name, after all of it is on disk."""
    for file in built.rglob("*.so"):
        with file.open("rb") as written:
            os.fsync(written.fileno())
    built.rename(folder)


def main() -> None:
    """Compile the core if that is to be done, or say why not."""
    if os.environ.get(SWITCH) == INTERPRETED or build_folder().is_dir():
        return
    missing = what_is_missing()
    if missing is not None:
        print(f"The core is not compiled, so events take longer: {missing} is missing. On Debian: {DEBIAN}")
        return
    print("Compiling the core: half a minute, and again when its sources have changed", flush=True)
    began = monotonic()
    try:
        folder = compile_core()
    except NotCompiled as error:
        sys.exit(f"The core is not compiled, so events take longer: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    print(f"The core is compiled, in {folder.relative_to(ROOT)} ({monotonic() - began:.0f} s)")


if __name__ == "__main__":
    main()
