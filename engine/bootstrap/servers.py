"""The server of a store: the one that is set or that runs already, or an embedded one. Nothing else picks one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import quote

import msgspec

from engine.settings import Settings
from engine.store.embedded import EmbeddedServer, Progress, tell_nobody
from engine.store.errors import FolderInUse
from engine.store.folder import clear_folder, socket_of

EMBEDDED = "embedded"
REPLAY_FOLDER = "verify"
"""Below the data folder: what proves that somebody is erased looks there, too."""


class Store(msgspec.Struct, frozen=True):
    """A store to work with. One that is not embedded is watched by those who use it, and always counts as alive."""

    url: str
    alive: Callable[[], bool]


@contextmanager
def store_server(settings: Settings, on_progress: Callable[[Progress], None] = tell_nobody) -> Iterator[Store]:
    """The store: the embedded server, started for as long as this is open, or the one that is set.

    Raises:
        FolderInUse: Another Sulka works in the data folder.
        ServerDidNotStart: With the last lines of its log.
    """
    if settings.store.url != EMBEDDED:
        yield Store(settings.store.url, lambda: True)
        return
    with EmbeddedServer.start(settings.data_dir / "store", on_progress=on_progress) as server:
        yield Store(server.url, server.alive)


@contextmanager
def running_or_own_server(settings: Settings) -> Iterator[str]:
    """For short commands: the store that is running already, else one for the command's own duration."""
    try:
        with store_server(settings) as store:
            yield store.url
    except FolderInUse:
        socket = socket_of(settings.data_dir / "store")
        if socket is None:
            raise
        yield f"unix://{quote(str(socket))}"


@contextmanager
def replay_server(settings: Settings) -> Iterator[str]:
    """An empty server for a replay, for as long as this is open, in a folder beside the store's; nothing stays of it.

    Raises:
        FolderInUse: Another replay is at work.
        ServerDidNotStart: With the last lines of its log.
    """
    folder = settings.data_dir / REPLAY_FOLDER
    clear_folder(folder)
    try:
        with EmbeddedServer.start(folder) as server:
            yield server.url
    finally:
        clear_replay(settings)


def clear_replay(settings: Settings) -> None:
    """Remove what a replay left that was killed; one that is at work keeps its own."""
    folder = settings.data_dir / REPLAY_FOLDER
    if folder.exists():
        with suppress(FolderInUse):
            clear_folder(folder)
