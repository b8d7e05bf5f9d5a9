"""Publishing a rulebook: an entry of the log like any other, with its full text kept for ever."""

from collections.abc import Mapping
from functools import partial

import msgspec

from engine.core.entries import RulebookPublished, encode_entry
from engine.rulebook.book import check, compile_rulebook, digest_of, namings
from engine.rulebook.examples import run_cases
from engine.rulebook.mistakes import RulebookRefused
from engine.rulebook.versions import versions_of
from engine.run.workshop import Workshop
from engine.store.errors import StoreError
from engine.store.log import Append, Log
from engine.store.rulebooks import Rulebooks, Version


class PublicationRefused(StoreError):
    """The rulebook could not be published now; nothing was changed. `full`: because the log is."""

    def __init__(self, *, reason: str, full: bool = False) -> None:
        self.reason, self.full = reason, full
        super().__init__(f"The rulebook was not published: {reason} Nothing was changed.")


class Published(msgspec.Struct, frozen=True):
    """A publication. `position` is None where the same rulebook was in force already."""

    version: Version
    position: int | None


class Publisher:
    """Publishes for one organization; files are checked in the workshop, beside the event loop."""

    def __init__(
        self,
        log: Log,
        rulebooks: Rulebooks,
        workshop: Workshop | None = None,
        *,
        versions: Mapping[str, str] | None = None,
    ) -> None:
        """`versions` are those of what decides with the rules; today's where they are left out."""
        self._log, self._rulebooks = log, rulebooks
        self._workshop = workshop or Workshop()
        self._versions = versions_of() if versions is None else versions

    async def publish(self, texts: Mapping[str, str], *, now: int, by: str, said_recorded: bool = False) -> Published:
        """Put these files in force from the next entry on. Publishing what is in force already changes nothing.

        Raises:
            RulebookRefused: A file in force has mistakes, or a case in force fails.
            WorkshopFull: Nothing was done.
            PublicationRefused: Somebody else published at the same time, or the log is full.
        """
        whole = await self._workshop.do(partial(_whole, texts, dict(self._versions)))
        newest = await self._rulebooks.newest()
        if newest is not None and newest.digest == whole.digest:
            return Published(newest, None)
        version = Version((newest.number if newest is not None else 0) + 1, whole.digest, now, by)
        (appended,) = await self._log.append(
            [
                Append(
                    mark=None,
                    digest=None,
                    payload=encode_entry(whole),
                    recorded=now,
                    said_recorded=said_recorded,
                    days_back=whole.days_back,
                    rows=self._rulebooks.rows(whole.digest, texts, self._versions, version),
                )
            ]
        )
        if appended.status != "accepted":
            raise PublicationRefused(reason=f"the log answered {appended.status}.", full=appended.status == "full")
        return Published(version, appended.position)


def _whole(texts: Mapping[str, str], versions: Mapping[str, str]) -> RulebookPublished:
    """The entry that puts these files in force, once they are checked, their cases run, and all of it compiled.

    Raises:
        RulebookRefused: A file in force has mistakes, or a case in force fails.
    """
    checked = check(texts)
    if checked.in_the_way:
        raise RulebookRefused(checked.in_the_way)
    examples = run_cases(texts, off=False)
    if examples.mistakes:
        raise RulebookRefused(examples.mistakes)
    names = tuple((naming.name, naming.formerly or "") for naming in namings(checked))
    # With codes of its own: what is taken from it does not depend on them.
    rulebook = compile_rulebook(texts, {name: code for code, (name, _) in enumerate(names)})
    return RulebookPublished(
        digest=digest_of(texts, versions),
        names=names,
        zone=rulebook.zone,
        week_starts=rulebook.week_starts,
        days_back=rulebook.days_back,
        past=tuple((name, word.past == "count-and-tell") for name, word in rulebook.counting_past),
    )
