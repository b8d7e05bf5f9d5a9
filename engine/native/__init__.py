"""The hot modules of the core, compiled to C where a compiler stands; the same source, quicker.

`make` has mypyc compile them (`python -m engine.native.build`) into a folder that is named by a digest of the core's
sources and of this Python. `use` has them imported from there. Where no folder has that name, because nothing was
compiled or the source was changed since, Python imports the source as ever: what is compiled is never older than what
can be read.

Does not belong here: anything that decides; a compiled core gives the same bytes as the interpreted one.
"""

import os
import sys
from collections.abc import Mapping
from hashlib import blake2b
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
ENGINE: Final = ROOT / "engine"
BUILDS: Final = ROOT / "build" / "core"

MODULES: Final = (
    "core/acts.py",
    "core/badges.py",
    "core/close.py",
    "core/chain.py",
    "core/conditions.py",
    "core/days.py",
    "core/decide.py",
    "core/desk.py",
    "core/draft.py",
    "core/evolve.py",
    "core/facts.py",
    "core/index.py",
    "core/keys.py",
    "core/late.py",
    "core/membership.py",
    "core/memory.py",
    "core/needs.py",
    "core/numbers.py",
    "core/pay.py",
    "core/plan.py",
    "core/prune.py",
    "core/ready.py",
    "core/scores.py",
    "core/stored.py",
    "core/thanks.py",
    "run/asking.py",
    "store/keys.py",
    "store/packing.py",
    "store/rows.py",
    "store/wall_rows.py",
)
"""Those that every event goes through. None of them defines a struct that is stored: mypyc does not know msgspec's."""

GROUP: Final = "sulka_core"
"""mypyc puts the code of all modules into one library of this name; what has a module's name only hands it out."""

SWITCH: Final = "SULKA_CORE"
INTERPRETED: Final = "interpreted"
"""With this in `SULKA_CORE` the sources are used, whatever was compiled."""


class CompiledFinder:
    """Finds compiled modules by their full names, before Python looks for their sources."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Where the module is; None for all that were not compiled."""
        file = self._files.get(fullname)
        return None if file is None else spec_from_file_location(fullname, file)


def build_folder() -> Path:
    """Where what was compiled of these very sources for this Python lies, if it was."""
    digest = blake2b(EXTENSION_SUFFIXES[0].encode(), digest_size=8)  # names the version of Python and the machine
    for source in (
        Path(__file__),
        *sorted(ENGINE.glob("core/*.py")),
        *sorted(ENGINE.glob("run/*.py")),
        *sorted(ENGINE.glob("store/*.py")),
    ):
        digest.update(f"\0{source}\0".encode() + source.read_bytes())
    return BUILDS / digest.hexdigest()


def use() -> None:
    """From now on modules that have been compiled are imported from where they lie. To be called before any is."""
    if os.environ.get(SWITCH) == INTERPRETED or not BUILDS.is_dir():
        return
    folder = build_folder()
    files = {".".join(_parts(file, folder)): file for file in folder.rglob("*.so")}
    if files:
        sys.meta_path.insert(0, CompiledFinder(files))


def is_used() -> bool:
    """Whether the core of this process is the compiled one."""
    return any(isinstance(finder, CompiledFinder) for finder in sys.meta_path)


def _parts(file: Path, folder: Path) -> tuple[str, ...]:
    """A module's full name: the file's path without the suffixes that say for which Python it is."""
    return (*file.relative_to(folder).parent.parts, file.name.partition(".")[0])
