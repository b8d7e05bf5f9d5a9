"""What an erasing that is under way looks for in the end, noted before it is wiped: so it can be stopped and go on.

The note names the person, so it is private, lies beside the store and not in it, and goes when nothing else remains.
"""

import os
from pathlib import Path

import msgspec

from engine.run.organizations import of_organization
from engine.run.traces import Traces
from engine.settings import Settings

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


def erasing_folder(settings: Settings) -> Path:
    """Where the notes lie."""
    return settings.data_dir / "erasing"


class ErasingNote:
    """The note about one member."""

    def __init__(self, settings: Settings, member: str) -> None:
        self._member = member
        name = of_organization(settings.commands.organization, member)
        self._path = erasing_folder(settings) / f"{name}.note"

    def exists(self) -> bool:
        return self._path.exists()

    def read(self) -> Traces:
        """What was noted; nothing where there is no note."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Traces)
        except FileNotFoundError:
            return Traces(member=self._member)

    def write(self, traces: Traces) -> None:
        """Note it; on disk when this returns."""
        self._path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(traces))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def remove(self) -> None:
        """Nothing else remains, so the note goes, too."""
        self._path.unlink(missing_ok=True)
        self._path.with_suffix(".new").unlink(missing_ok=True)
        if self._path.parent.is_dir() and not any(self._path.parent.iterdir()):
            self._path.parent.rmdir()
