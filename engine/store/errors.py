"""What can go wrong between Sulka and its store, as facts.

Every error of this folder is a `StoreError`. Which HTTP status one becomes is decided elsewhere.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

Outcome: TypeAlias = Literal["unknown", "nothing-done"]
"""What became of a command that was sent: `unknown` means that it may have been done or not."""


FATES: Mapping[Outcome, str] = {
    "unknown": "Whether the last command was carried out is unknown; send it again.",
    "nothing-done": "Nothing was changed; send it again later.",
}


class StoreError(Exception):
    """Base of everything that `engine.store` raises on purpose."""


class StoreUnavailable(StoreError):
    """The store gave no usable answer.

    With the outcome `unknown` the command may have been carried out. Every write is idempotent in the store,
    so asking again is safe; concluding that nothing happened is not.
    """

    def __init__(self, *, reason: str, outcome: Outcome = "unknown") -> None:
        self.reason, self.outcome = reason, outcome
        super().__init__(f"The store does not answer as it should: {reason} {FATES[outcome]}")


class StoreDamaged(StoreError):
    """The store holds something that Sulka never writes there. Nothing was changed.

    Somebody else writes into this database, or its files were damaged: restore it, then run `sulka verify`.
    """

    def __init__(self, *, found: str) -> None:
        self.found = found
        super().__init__(
            f"The store is damaged: {found}. Nothing was changed. Restore it from a backup, then run `sulka verify`."
        )


class StoreAddressInvalid(StoreError):
    """The setting `store.url` is no address that Sulka can use.

    Never repeats the address: it may hold a password.
    """

    def __init__(self, *, found: str, expected: str) -> None:
        self.found, self.expected = found, expected
        super().__init__(f"store.url: found {found}; expected {expected}.")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One reason why a server can't keep the promise. `subject` is the server's name of what was seen."""

    subject: str
    found: str
    expected: str
    cure: str

    def __str__(self) -> str:
        return f"{self.subject}: found {self.found}, expected {self.expected}. {self.cure}"


class StoreRefused(StoreError):
    """The server works, but can't keep the promise that Sulka gives to those who send events."""

    def __init__(self, *, server: str, findings: tuple[Finding, ...]) -> None:
        self.server, self.findings = server, findings
        lines = "\n".join(f"  {finding}" for finding in findings)
        super().__init__(f"{server} can't keep what Sulka promises:\n{lines}")


class FolderInUse(StoreError):
    """Another Valkey server works in this data folder. `pid` is that server's process, where it is known."""

    def __init__(self, *, folder: Path, pid: int | None) -> None:
        self.folder, self.pid = folder, pid
        owner = "another Sulka" if pid is None else f"another Sulka, whose store is process {pid},"
        cure = "Stop it first, or choose another folder (SULKA_DATA_DIR)."
        super().__init__(f"{folder}: {owner} is using this data folder. {cure}")


class FolderUnusable(StoreError):
    """The data folder can't be made, or can't be made private."""

    def __init__(self, *, folder: Path, reason: str) -> None:
        self.folder, self.reason = folder, reason
        cure = "Expected a folder that belongs to the user who runs Sulka; choose one (SULKA_DATA_DIR)."
        super().__init__(f"{folder}: {reason}. {cure}")


class ServerDidNotStart(StoreError):
    """The embedded server ended, or never answered, before it could be used.

    `exit_code` is None where it never ran or had to be ended. `last_lines` are the newest lines of its log.
    """

    def __init__(self, *, reason: str, exit_code: int | None = None, last_lines: tuple[str, ...] = ()) -> None:
        self.reason, self.exit_code, self.last_lines = reason, exit_code, last_lines
        said = "\nIts last words:\n" + "\n".join(f"  {line}" for line in last_lines) if last_lines else ""
        super().__init__(f"The embedded server did not start: {reason}{said}")


class StartedOffMainThread(StoreError):
    """A server tied to a thread that may end before the process does would end with that thread."""

    def __init__(self, *, thread: str) -> None:
        self.thread = thread
        super().__init__(f"EmbeddedServer.start was called from thread {thread}; call it from the main thread.")


class StoreFull(StoreError):
    """More waits to be written than is healthy. Nothing was done."""

    def __init__(self, *, waiting: int) -> None:
        self.waiting = waiting
        super().__init__(f"{waiting} entries wait to be written. Nothing was done; send it again in a moment.")


class StaleEpoch(StoreError):
    """A newer engine has taken over this log. This one must end; it has changed nothing."""

    def __init__(self, *, epoch: int) -> None:
        self.epoch = epoch
        super().__init__(f"a newer engine than epoch {epoch} works this log")


class StalePosition(StoreError):
    """The journal does not end where this batch begins. What is in memory is wrong; read it anew."""

    def __init__(self, *, position: int) -> None:
        self.position = position
        super().__init__(f"the journal does not end at {position}")


class UnknownOrganization(StoreError):
    """No organization is called so."""

    MOST_TOLD = 20

    def __init__(self, *, name: str, known: tuple[str, ...]) -> None:
        self.name, self.known = name, known
        told = ", ".join(known[: self.MOST_TOLD]) + (", …" if len(known) > self.MOST_TOLD else "")
        super().__init__(
            f'No organization is called "{name[:100]}"; there are {told}. Nothing was changed. '
            "A new one: sulka organization add NAME."
        )
