"""Published rulebooks, as the engine and the door may use them: what is stored has to be what was published.

A digest covers the versions of what decides with the rules, too. Where those have changed since, the rules go on
under the digest by which they were published: the log, the journal and the store name no other.
"""

import msgspec
import structlog

from engine.rulebook.book import digest_of
from engine.rulebook.versions import VersionChange, changes_since
from engine.store.rulebooks import PublishedTexts, RulebookDamaged, Rulebooks, Version

log = structlog.get_logger()


class Changed(msgspec.Struct, frozen=True):
    """A publication that was made with other versions than those of today."""

    version: Version
    changes: tuple[VersionChange, ...]

    def __str__(self) -> str:
        said = "; ".join(map(str, self.changes))
        return f"Version {self.version.number} of the rules was published with {said}."


async def published_texts(rulebooks: Rulebooks, digest: bytes) -> PublishedTexts:
    """What was published under this digest.

    Raises:
        RulebookMissing, RulebookDamaged: The data is not whole.
    """
    published = await rulebooks.get(digest)
    check_digest(published, digest)
    return published


def check_digest(published: PublishedTexts, digest: bytes) -> None:
    """See that these texts and versions are what the digest names.

    Raises:
        RulebookDamaged: They are not.
    """
    if digest_of(published.texts, published.versions) != digest:
        raise RulebookDamaged(digest=digest)


async def changed_since(rulebooks: Rulebooks, version: Version) -> Changed | None:
    """What has another version now than when this was published; None where nothing has.

    Raises:
        RulebookMissing, RulebookDamaged: The data is not whole.
    """
    changes = changes_since((await published_texts(rulebooks, version.digest)).versions)
    return Changed(version, changes) if changes else None


async def log_changes(rulebooks: Rulebooks) -> None:
    """Say so in the log where the rulebook in force was published with other versions than those of today.

    Raises:
        RulebookMissing, RulebookDamaged: The data is not whole.
    """
    newest = await rulebooks.newest()
    changed = None if newest is None else await changed_since(rulebooks, newest)
    if changed is not None:
        changes = [str(change) for change in changed.changes]
        log.warning("rules go on with other versions", published=changed.version.number, changes=changes)
