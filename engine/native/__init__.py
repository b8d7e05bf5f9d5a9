"""The hot modules of the core, compiled to C where a compiler stands; the same source, quicker.

`make` has mypyc compile them (`build.py`) into a folder that is named by a digest of their sources and of this Python.
`use` has them imported from there. Where no folder has that name, because nothing was compiled or a source was changed
since, Python imports the sources as ever: what is compiled is never older than what can be read.

Does not belong here: anything that decides; a compiled core gives the same bytes as the interpreted one.
"""

import fcntl
import os
import sys
from collections.abc import Mapping
from hashlib import blake2b
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
BUILDS: Final = ROOT / "build" / "core"

ROOMS: Final = ("engine/core", "engine/native", "engine/run", "engine/store")
"""What is compiled is of these, and how: with another byte in one of their files it is another build."""

SWITCH: Final = "SULKA_CORE"
INTERPRETED: Final = "interpreted"
"""With this in `SULKA_CORE` nothing is compiled, and nothing that was compiled is used."""


class CompiledFinder:
    """Finds compiled modules by their full names, before Python looks for their sources."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Where the module is; None for all that were not compiled."""
        file = self._files.get(fullname)
        return None if file is None else spec_from_file_location(fullname, file)


def build_folder() -> Path:
    """Where what was compiled of these very sources for this very Python lies, if it was."""
    digest = blake2b(sys.version.encode(), digest_size=8)
    for room in ROOMS:
        for source in sorted((ROOT / room).glob("*.py")):
            digest.update(f"\0{room}/{source.name}\0".encode() + source.read_bytes())
    return BUILDS / digest.hexdigest()


def use() -> None:
    """From now on modules that have been compiled are imported from where they lie. To be called before any is."""
    if os.environ.get(SWITCH) != INTERPRETED and BUILDS.is_dir():
        use_from(build_folder())


def use_from(folder: Path) -> None:
    """The same for this build, which is not removed while this process lives; without it sources are imported."""
    if not _hold(folder):
        return
    files = {".".join(_parts(file, folder)): file for file in folder.rglob("*.so")}
    if files:
        sys.meta_path.insert(0, CompiledFinder(files))


def is_used() -> bool:
    """Whether the core of this process is the compiled one."""
    return any(isinstance(finder, CompiledFinder) for finder in sys.meta_path)


def kind() -> str:
    """The same as a word: compiled or interpreted."""
    return "compiled" if is_used() else INTERPRETED


def _hold(folder: Path) -> bool:
    """Share a lock on the folder until this process ends; False where it is absent or just being removed."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return False
    return True


def _parts(file: Path, folder: Path) -> tuple[str, ...]:
    """A module's full name: the file's path without the suffixes that say for which Python it is."""
    return (*file.relative_to(folder).parent.parts, file.name.partition(".")[0])
