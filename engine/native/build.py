"""Compile the hot modules of the core: `python -m engine.native.build`, which `make` calls.

Needs a C compiler and Python's headers (Debian: gcc and python3-dev). Where they are missing it says so, and nothing is
compiled. What was compiled before and does not fit any more is removed.
"""

import contextlib
import io
import os
import sys
from pathlib import Path
from shutil import rmtree, which
from sysconfig import get_config_var, get_path
from tempfile import TemporaryDirectory
from time import monotonic

from mypyc.build import mypycify
from setuptools import Distribution, Extension

from engine.native import BUILDS, ENGINE, GROUP, MODULES, ROOT, build_folder


def what_is_missing() -> str | None:
    """What this machine lacks for compiling; None where it lacks nothing."""
    compiler = str(get_config_var("CC") or "cc").split()[0]
    if which(compiler) is None:
        return f"a C compiler ({compiler})"
    if not Path(get_path("include"), "Python.h").is_file():
        return "Python's headers"
    return None


def compile_core() -> Path:
    """Compile, unless that is done; where it lies.

    Raises:
        SystemExit: mypyc does not take the sources; it has said why.
        setuptools.errors.BaseError: The C compiler failed; it has said why.
    """
    folder = build_folder()
    if folder.is_dir():
        return folder
    BUILDS.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=BUILDS, prefix=".") as scratch, contextlib.chdir(ROOT):
        sources = [f"{ENGINE.name}/{module}" for module in MODULES]
        built = Path(scratch, "built")
        work = Distribution({"name": GROUP, "ext_modules": _to_c(sources, scratch), "packages": []})
        work.script_args = ["--quiet", "build_ext", "--build-lib", str(built), "--build-temp", scratch]
        work.parse_command_line()
        work.run_commands()
        for outdated in BUILDS.iterdir():
            if outdated.name[0] != ".":
                rmtree(outdated)
        with contextlib.suppress(OSError):  # another build of the same sources was quicker
            built.rename(folder)
    return folder


def _to_c(sources: list[str], folder: str) -> list[Extension]:
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            return mypycify(sources, group_name=GROUP, target_dir=folder)
    except SystemExit:
        print(said.getvalue(), file=sys.stderr)
        raise


def main() -> None:
    """Compile the core, or say what is missing for it."""
    missing = what_is_missing()
    if missing is not None:
        print(f"The core is not compiled, for this machine lacks {missing}: it judges a fifth fewer events a second.")
        print("On Debian: apt install gcc python3-dev, then make again.")
        return
    began = monotonic()
    folder = compile_core()
    print(f"The core is compiled, into {os.path.relpath(folder)} ({monotonic() - began:.0f} s)")


if __name__ == "__main__":
    main()
