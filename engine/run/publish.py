"""Publishing a rulebook: an entry of the log like any other, with its full text kept for ever."""

from collections.abc import Mapping

import msgspec

from engine.core.entries import RulebookPublished, encode_entry
from engine.core.rulebook import Rulebook
from engine.rulebook.book import Checked, check, compile_rulebook, digest_of, namings
from engine.rulebook.examples import run_cases
from engine.rulebook.mistakes import RulebookRefused
from engine.store.errors import StoreError
from engine.store.log import Append, Log
from engine.store.rulebooks import Rulebooks, Version


class PublicationRefused(StoreError):
    """The rulebook could not be published now; nothing was changed."""

    def __init__(self, *, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The rulebook was not published: {reason} Nothing was changed.")


class Published(msgspec.Struct, frozen=True):
    """A publication. `position` is None where the same rulebook was in force already."""

    version: Version
    position: int | None


class Publisher:
    """Publishes for one organization."""

    def __init__(self, log: Log, rulebooks: Rulebooks) -> None:
        self._log, self._rulebooks = log, rulebooks

    async def publish(self, texts: Mapping[str, str], *, now: int, by: str, said_recorded: bool = False) -> Published:
        """Put these files in force from the next entry on. Publishing what is in force already changes nothing.

        Raises:
            RulebookRefused: The files have mistakes, or a case fails.
            PublicationRefused: Somebody else published at the same time, or the log is full.
        """
        checked = check(texts)
        if checked.mistakes:
            raise RulebookRefused(checked.mistakes)
        examples = run_cases(texts, off=False)
        if examples.mistakes:
            raise RulebookRefused(examples.mistakes)
        digest = digest_of(texts)
        newest = await self._rulebooks.newest()
        if newest is not None and newest.digest == digest:
            return Published(newest, None)
        rulebook = _compiled(texts, checked)
        version = Version((newest.number if newest is not None else 0) + 1, digest, now, by)
        names = tuple((naming.name, naming.formerly or "") for naming in namings(checked))
        entry = RulebookPublished(digest, names, rulebook.zone, rulebook.week_starts, rulebook.days_back)
        (appended,) = await self._log.append(
            [
                Append(
                    mark=None,
                    digest=None,
                    payload=encode_entry(entry),
                    recorded=now,
                    said_recorded=said_recorded,
                    days_back=rulebook.days_back,
                    rows=self._rulebooks.rows(digest, texts, {}, version),
                )
            ]
        )
        if appended.status != "accepted":
            raise PublicationRefused(reason=f"the log answered {appended.status}.")
        return Published(version, appended.position)


def _compiled(texts: Mapping[str, str], checked: Checked) -> Rulebook:
    """The rulebook with codes of its own: for what does not depend on them."""
    names = sorted({naming.name for naming in namings(checked)})
    return compile_rulebook(texts, {name: code for code, name in enumerate(names)})
