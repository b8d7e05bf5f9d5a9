"""Somebody opens one person's record: why, in words that the person reads, and on disk before anything is shown."""

from hashlib import blake2b
from typing import Final

from engine.run.errors import RunError
from engine.store.directory import Role, TextRecord
from engine.store.looks import Look, Looks, Opened

LEAST_REASON: Final = 10
MOST_REASON: Final = 500
DAY_MS: Final = 86_400_000


class ReasonUnfit(RunError):
    """A reason is missing, or says too little or too much; `length` in characters. Nothing was opened."""

    def __init__(self, *, length: int) -> None:
        self.length = length
        found = f"The reason has {length} characters; it takes {LEAST_REASON} to {MOST_REASON}."
        super().__init__(found if length else "There is no reason.")


def written_reason(said: str | None) -> str:
    """The reason as it is kept.

    Raises:
        ReasonUnfit: It can't be kept so.
    """
    written = " ".join((said or "").split())
    if not LEAST_REASON <= len(written) <= MOST_REASON:
        raise ReasonUnfit(length=len(written))
    return written


async def note_look(
    looks: Looks, member: str, opened: Opened, written: str, *, role: Role, name: str, now: int, secret: bytes
) -> None:
    """Keep that somebody of this role and name opens it; the same look is kept once a day.

    Raises:
        TooManyLooks: Nothing was changed, and nothing may be shown.
    """
    day = now // DAY_MS
    said = f"{member}\0{role}\0{name}\0{day}\0{written}".encode()
    key = blake2b(said, digest_size=16, key=secret, person=b"sulka.look").hexdigest()
    look = Look(opened=opened, role=role, name=name, reason=key, day=day)
    await looks.note(member, look, at=now, reason=TextRecord(text=written, member=member, created=now))
