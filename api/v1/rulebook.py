"""The rulebook: what is in force, checking other files, publishing them."""

from functools import partial
from typing import Annotated

import msgspec
from litestar import get, post
from msgspec import Meta

from api.calls import allow, body_of, parts_of, principal_of, when_of
from api.examples import rfc3339
from api.problems import Call, Fault, Problem
from api.schema import EXAMPLE, TAKES
from engine.rulebook.book import check
from engine.rulebook.mistakes import Mistake, RulebookRefused
from engine.run.publish import PublicationRefused
from engine.store.rulebooks import Version

MOST_FILES = 100

FileName = Annotated[str, Meta(max_length=200)]
Files = Annotated[dict[FileName, str], Meta(min_length=1, max_length=MOST_FILES, description="Texts by their path")]


class RulebookBody(msgspec.Struct, frozen=True, kw_only=True):
    """All rule files, whole: TOML texts by their path, such as organization.toml and starter/sharing.toml."""

    files: Files


class MistakeView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to mend, and where: lines and columns count from 1."""

    file: str
    line: int
    column: int
    code: str
    found: str
    expected: str
    cure: str
    did_you_mean: str


class CheckAnswer(msgspec.Struct, frozen=True):
    """Every mistake of all files at once; none means that they can be published, if their cases hold."""

    mistakes: tuple[MistakeView, ...]


class VersionView(msgspec.Struct, frozen=True, kw_only=True):
    """A publication: the n-th, by whom, when."""

    number: int
    digest: str
    published_at: str
    by: str


class RulebookView(msgspec.Struct, frozen=True):
    """What is in force, as it was written."""

    version: VersionView
    files: dict[str, str]


class PublishAnswer(msgspec.Struct, frozen=True):
    """What is in force now. `position` is null where the same files were in force already."""

    version: VersionView
    position: int | None


FILES = {"files": {"organization.toml": '[organization]\nname = "Example"\nzone = "Europe/Helsinki"\n'}}


@get("/rulebook", guards=[allow("hr")])
async def rulebook(request: Call) -> RulebookView:
    """The files in force."""
    rulebooks = parts_of(request).rulebooks
    newest = await rulebooks.newest()
    if newest is None:
        raise Problem("not-found", "No rulebook is published yet: POST /v1/rulebook/publish, or sulka publish.")
    return RulebookView(_version(newest), (await rulebooks.get(newest.digest)).texts)


@get("/rulebook/versions", guards=[allow("hr")])
async def versions(request: Call) -> list[VersionView]:
    """All publications, the first one first."""
    return [_version(version) for version in await parts_of(request).rulebooks.versions()]


@post("/rulebook/check", status_code=200, guards=[allow("hr")], opt={TAKES: RulebookBody, EXAMPLE: FILES})
async def check_rulebook(request: Call) -> CheckAnswer:
    """Every mistake with file, line, column and cure. Nothing is published."""
    body = await body_of(request, RulebookBody)
    checked = await parts_of(request).workshop.do(partial(check, body.files))
    return CheckAnswer(tuple(_mistake(mistake) for mistake in checked.mistakes))


@post("/rulebook/publish", status_code=200, guards=[allow("hr")], opt={TAKES: RulebookBody, EXAMPLE: FILES})
async def publish(request: Call) -> PublishAnswer:
    """Put these files in force from the next entry on; what was paid stays as it is."""
    body, when = await body_of(request, RulebookBody), when_of(request)
    try:
        published = await parts_of(request).publisher.publish(
            body.files, now=when.ms, by=principal_of(request).name, said_recorded=when.said
        )
    except RulebookRefused as error:
        faults = tuple(
            Fault(
                f"/files/{each.file}",
                each.code,
                f"{each.line}:{each.column} {each.found}",
                each.expected,
                each.near or None,
                each.cure or None,
            )
            for each in error.mistakes
        )
        raise Problem("does-not-fit", f"{len(faults)} mistake(s); nothing was published.", faults=faults) from None
    except PublicationRefused as error:
        raise Problem("busy" if error.full else "wrong-state", str(error)) from None
    return PublishAnswer(_version(published.version), published.position)


def _version(version: Version) -> VersionView:
    return VersionView(
        number=version.number,
        digest=version.digest.hex(),
        published_at=rfc3339(version.published_at),
        by=version.by,
    )


def _mistake(mistake: Mistake) -> MistakeView:
    return MistakeView(
        file=mistake.file,
        line=mistake.line,
        column=mistake.column,
        code=mistake.code,
        found=mistake.found,
        expected=mistake.expected,
        cure=mistake.cure,
        did_you_mean=mistake.near,
    )
