"""The data folder of the embedded server: private, used by one server at a time, with a place for its socket.

The lock is the kernel's (`flock`), so a crash never leaves it behind. It belongs to an open file, not to a process:
a server that inherits the open file keeps the folder until it is gone itself, whoever started it.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from pathlib import Path

from engine.store.errors import FolderInUse, FolderUnusable

LOCK_FILE = "lock"
SOCKET_FILE = "valkey.sock"
SHORT_FOLDER_FILE = "socket-folder"
"""Names the short folder in use, so that the one that a crash left behind is found again."""

SOCKET_PATH_BYTES = 100
"""Longest path of a socket. The kernel's bound is 107; the server names the socket by a few bytes more at times."""

SHORT_FOLDER_ROOT = "/tmp"  # noqa: S108 – the folder made in it is private, and its path must be short
SHORT_FOLDER_PREFIX = "sulka-"

PRIVATE = 0o700
LONGEST_PID = 20


class DataFolder:
    """A folder whose lock this process holds until `let_go`, or longer in a child that inherits `lock`."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path, self.lock = path, lock

    @classmethod
    def take(cls, folder: Path) -> "DataFolder":
        """Make the folder if it is missing, make it private and lock it.

        Raises:
            FolderInUse: A server, or another start, holds the lock.
            FolderUnusable: It belongs to somebody else, or can't be made.
        """
        path = folder.resolve()
        _make_private(path)
        lock = os.open(path / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            written = os.pread(lock, LONGEST_PID, 0).strip()
            os.close(lock)
            raise FolderInUse(folder=path, pid=int(written) if written.isdigit() else None) from None
        os.ftruncate(lock, 0)
        return cls(path, lock)

    def name_owner(self, pid: int) -> None:
        """Tell later comers whose the folder is."""
        os.pwrite(self.lock, b"%d\n" % pid, 0)

    def let_go(self) -> None:
        os.close(self.lock)

    def socket_path(self) -> Path:
        """Where the server is to listen: in the folder, or in a short private one if that path is too long."""
        here = self.path / SOCKET_FILE
        if len(os.fsencode(here)) <= SOCKET_PATH_BYTES:
            return here
        short = self._recorded_short_folder()
        if short is None:
            short = Path(tempfile.mkdtemp(prefix=SHORT_FOLDER_PREFIX, dir=SHORT_FOLDER_ROOT))
            (self.path / SHORT_FOLDER_FILE).write_text(str(short), encoding="utf-8")
        return short / SOCKET_FILE

    def remove_short_folder(self) -> None:
        """Only for the holder of the lock: a server may be listening in it."""
        short = self._recorded_short_folder()
        if short is not None:
            shutil.rmtree(short)
        (self.path / SHORT_FOLDER_FILE).unlink(missing_ok=True)

    def _recorded_short_folder(self) -> Path | None:
        """The short folder of an earlier run, if it is there and still nobody's but ours."""
        try:
            short = Path((self.path / SHORT_FOLDER_FILE).read_text(encoding="utf-8"))
            facts = short.lstat()
        except FileNotFoundError:
            return None
        in_place = str(short.parent) == SHORT_FOLDER_ROOT and short.name.startswith(SHORT_FOLDER_PREFIX)
        private = stat.S_ISDIR(facts.st_mode) and stat.S_IMODE(facts.st_mode) == PRIVATE
        return short if in_place and private and facts.st_uid == os.geteuid() else None


def clear_folder(folder: Path) -> None:
    """Remove all that a server left in this folder. The folder and its lock stay: somebody may be waiting for it.

    Raises:
        FolderInUse, FolderUnusable: Nothing was removed.
    """
    held = DataFolder.take(folder)
    try:
        held.remove_short_folder()
        for path in held.path.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != LOCK_FILE:
                path.unlink()
    finally:
        held.let_go()


def socket_of(folder: Path) -> Path | None:
    """Where the server that works in this folder listens; None where none has left a socket."""
    here = folder.resolve() / SOCKET_FILE
    if len(os.fsencode(here)) > SOCKET_PATH_BYTES:
        recorded = folder.resolve() / SHORT_FOLDER_FILE
        if not recorded.exists():
            return None
        here = Path(recorded.read_text(encoding="utf-8")) / SOCKET_FILE
    return here if here.is_socket() else None


def _make_private(path: Path) -> None:
    try:
        path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        owner = path.stat().st_uid
        if owner != os.geteuid():
            raise FolderUnusable(folder=path, reason=f"found a folder of user {owner}")
        path.chmod(PRIVATE)
    except OSError as error:
        raise FolderUnusable(folder=path, reason=error.strerror or str(error)) from error
