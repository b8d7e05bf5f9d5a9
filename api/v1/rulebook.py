"""The rulebook: what is in force, checking other files, publishing them."""

from functools import partial
from typing import Annotated

import msgspec
from litestar import get, post
from msgspec import Meta

from api.calls import allow, body_of, parts_of, principal_of, when_of
from api.documented import DOCUMENTED, RULES, Answer, Documented, json_body
from api.examples import ORGANIZATION, SHARING, rfc3339
from api.fields import MOST_EXACT, Count, LogPosition, Moment
from api.problems import Call, Fault, Problem
from engine.core.keys import PAST
from engine.core.states import PastState, PastWork
from engine.rulebook.book import check
from engine.rulebook.collect import MOST_FILES as MOST_RULE_FILES
from engine.rulebook.mappings.book import MOST_FILES as MOST_MAPPING_FILES
from engine.rulebook.mistakes import Mistake, RulebookRefused
from engine.run.publish import PublicationRefused
from engine.sources.events import MAX_BODY_BYTES
from engine.store.rulebooks import Version

MOST_FILES = MOST_RULE_FILES + MOST_MAPPING_FILES

FileName = Annotated[str, Meta(max_length=200)]
Files = Annotated[
    dict[FileName, Annotated[str, Meta(max_length=MAX_BODY_BYTES)]],
    Meta(
        min_length=1,
        max_length=MOST_FILES,
        description="The texts by their path, such as organization.toml, starter/sharing.toml and sources/slack.toml",
    ),
]


class RulebookBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All rule files, whole."""

    files: Files


class MistakeView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to mend, and where."""

    file: Annotated[str, Meta(description="The path of the file")]
    line: Annotated[Count, Meta(description="Counted from 1")]
    column: Annotated[Count, Meta(description="Counted from 1")]
    code: Annotated[str, Meta(description="What kind of mistake, in a word that stays the same")]
    found: Annotated[str, Meta(description="What stands there")]
    expected: Annotated[str, Meta(description="What may stand there")]
    cure: Annotated[str, Meta(description="What to write instead; empty where that is plain")]
    did_you_mean: Annotated[str, Meta(description="What was probably meant; empty where nothing is near")]
    off: Annotated[bool, Meta(description="Whether it is in a pack that is off: then it stops no publication")]


class CheckAnswer(msgspec.Struct, frozen=True):
    """Every mistake of all files at once."""

    mistakes: Annotated[
        tuple[MistakeView, ...],
        Meta(description="None that is not off: the files can be published, if their cases hold"),
    ]


class VersionView(msgspec.Struct, frozen=True, kw_only=True):
    """A publication."""

    number: Annotated[int, Meta(ge=1, le=MOST_EXACT, description="The first one is 1")]
    digest: Annotated[
        str,
        Meta(
            pattern="^[0-9a-f]{32}$", description="What names the rulebook: a hash of its texts and of what reads them"
        ),
    ]
    published_at: Annotated[Moment, Meta(description="Since when it is in force, until the next one")]
    by: Annotated[str, Meta(description="What the token is called that published it")]


class PastView(msgspec.Struct, frozen=True, kw_only=True):
    """What happened before a publication, being counted by what was new with it."""

    publication: Annotated[LogPosition, Meta(description="The place of the publication in the log")]
    told: Annotated[bool, Meta(description="Whether people are told of it, as past = count-and-tell says")]
    reached: Annotated[Count, Meta(description="The place of the last act that is counted; 0 before the first")]


class RulebookView(msgspec.Struct, frozen=True):
    """What is in force, as it was written."""

    version: Annotated[VersionView, Meta(description="Which publication")]
    files: Annotated[dict[str, str], Meta(description="The texts by their path")]
    past: Annotated[
        tuple[PastView, ...], Meta(description="What of the past is being counted now; empty when all of it is")
    ]


class PublishAnswer(msgspec.Struct, frozen=True):
    """What is in force now."""

    version: Annotated[VersionView, Meta(description="Which publication")]
    position: Annotated[
        LogPosition | None, Meta(description="Its place in the log; null where the same files were in force already")
    ]


FILES = {"files": {"organization.toml": ORGANIZATION, "starter/sharing.toml": SHARING}}
WRONG_FILES = {"files": {**FILES["files"], "starter/sharing.toml": SHARING.replace("linkedin", "linkedn")}}
MISTAKE = MistakeView(
    file="starter/sharing.toml",
    line=5,
    column=14,
    code="unknown-choice",
    found='"linkedn" is not a channel of content.shared.',
    expected="Channels: linkedin, blog. Capitals count.",
    cure="",
    did_you_mean="linkedin",
    off=False,
)
FIRST = VersionView(
    number=1, digest="ffb69f707b8053cc9af563955492c408", published_at="2026-11-23T07:12:00.000Z", by="command line"
)
SECOND = VersionView(
    number=2, digest="61df70d212bcb6d6349c80319b3b6e32", published_at="2026-11-23T07:12:00.000Z", by="HR in Helsinki"
)


@get(
    "/rulebook",
    guards=[allow("hr")],
    opt={
        DOCUMENTED: Documented(
            tag=RULES,
            gives=(
                Answer(
                    description="What is in force.",
                    kind=RulebookView,
                    example=RulebookView(SECOND, FILES["files"], ()),
                ),
            ),
            problems=("not-found",),
        )
    },
)
async def rulebook(request: Call) -> RulebookView:
    """The files in force, and what of the past is still being counted."""
    rulebooks = parts_of(request).rulebooks
    newest = await rulebooks.newest()
    if newest is None:
        raise Problem("not-found", "No rulebook is published yet: POST /v1/rulebook/publish, or sulka publish.")
    works = (await parts_of(request).reader.read([PAST]))[PAST]
    past = tuple(_past(work) for work in works.works) if isinstance(works, PastState) else ()
    return RulebookView(_version(newest), (await rulebooks.get(newest.digest)).texts, past)


@get(
    "/rulebook/versions",
    guards=[allow("hr")],
    opt={
        DOCUMENTED: Documented(
            tag=RULES, gives=(Answer(description="All of them.", kind=list[VersionView], example=[FIRST, SECOND]),)
        )
    },
)
async def versions(request: Call) -> list[VersionView]:
    """All publications, the first one first."""
    return [_version(version) for version in await parts_of(request).rulebooks.versions()]


@post(
    "/rulebook/check",
    status_code=200,
    guards=[allow("hr")],
    opt={
        DOCUMENTED: Documented(
            tag=RULES,
            takes=json_body(RulebookBody, WRONG_FILES),
            gives=(Answer(description="The files were checked.", kind=CheckAnswer, example=CheckAnswer((MISTAKE,))),),
        )
    },
)
async def check_rulebook(request: Call) -> CheckAnswer:
    """Every mistake with file, line, column and cure. Nothing is published.

    Cases are run by publishing; `sulka check` runs them, too.
    """
    body = await body_of(request, RulebookBody)
    checked = await parts_of(request).workshop.do(partial(check, body.files))
    return CheckAnswer(tuple(_mistake(each, off=each.file in checked.off) for each in checked.mistakes))


@post(
    "/rulebook/publish",
    status_code=200,
    guards=[allow("hr")],
    opt={
        DOCUMENTED: Documented(
            tag=RULES,
            takes=json_body(RulebookBody, FILES),
            gives=(Answer(description="They are in force.", kind=PublishAnswer, example=PublishAnswer(SECOND, 22)),),
            appends=True,
        )
    },
)
async def publish(request: Call) -> PublishAnswer:
    """Put these files in force from the next entry on; what was paid stays as it is.

    All files are sent, whole. With a mistake in any file of the packs in force, or one of their `[[case]]` that fails,
    nothing is published. Publishing what is in force already changes nothing.
    """
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


def _past(work: PastWork) -> PastView:
    return PastView(publication=work.publication, told=work.told, reached=work.reached)


def _version(version: Version) -> VersionView:
    return VersionView(
        number=version.number,
        digest=version.digest.hex(),
        published_at=rfc3339(version.published_at),
        by=version.by,
    )


def _mistake(mistake: Mistake, *, off: bool) -> MistakeView:
    return MistakeView(
        file=mistake.file,
        line=mistake.line,
        column=mistake.column,
        code=mistake.code,
        found=mistake.found,
        expected=mistake.expected,
        cure=mistake.cure,
        did_you_mean=mistake.near,
        off=off,
    )
