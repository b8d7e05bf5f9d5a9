"""Accounts of other tools that are mine: linked with a code that I say from there."""

import re
from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.openapi.spec import Example
from litestar.params import PathParameter
from msgspec import Meta

from api.calls import allow, body_of, member_of, parts_of, principal_of, when_of
from api.documented import DOCUMENTED, EVENTS, MINE, Answer, Documented, json_body
from api.examples import rfc3339
from api.fields import LogPosition, Moment
from api.problems import Call, Fault, Problem
from engine.core.faults import shown
from engine.run.linking import CODE_LENGTH
from engine.run.member_fields import MOST_ALIASES, OF_HR, Alias, kind_of, unfit
from engine.run.people import normalized

SaidCode = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=20,
        description="The code as the member says it; capitals, spaces and hyphens say nothing",
        extra={"words": f"a code of {CODE_LENGTH} letters and digits"},
    ),
]


class LinkCode(msgspec.Struct, frozen=True):
    """A code to say from the account, shown this once."""

    code: Annotated[str, Meta(description=f"{CODE_LENGTH} letters and digits, none of which looks like another one")]
    expires_at: Annotated[Moment, Meta(description="Until when it links; a new code ends this one at once")]


class LinkView(msgspec.Struct, frozen=True):
    """An account that is mine."""

    alias: Annotated[str, Meta(description="How its tool calls me, kind:value")]
    kept_by: Annotated[
        str,
        Meta(
            description="hr: what my employer calls me, which HR keeps; me: I can take it away",
            extra_json_schema={"enum": ["hr", "me"]},
        ),
    ]


class LinkList(msgspec.Struct, frozen=True):
    """All accounts that are mine."""

    links: Annotated[tuple[LinkView, ...], Meta(max_length=MOST_ALIASES, description="As they came to be known")]


class LinkBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account says the code of a member."""

    alias: Annotated[Alias, Meta(description="The account from which the code was said, as events of it name people")]
    code: SaidCode


class Linked(msgspec.Struct, frozen=True):
    """The account is linked."""

    alias: Annotated[str, Meta(description="The account, as it was sent")]


class Unlinked(msgspec.Struct, frozen=True):
    """The account is no longer mine."""

    position: Annotated[LogPosition, Meta(description="The entry's place in the log")]


CODE = LinkCode("k7w2mq9x", "2026-11-23T07:27:00.000Z")
SAY = {"alias": "slack:U00000001", "code": CODE.code}
LINKS = LinkList((LinkView("email:anna@example.org", "hr"), LinkView("slack:u00000001", "me")))
AliasInPath = Annotated[
    str,
    PathParameter(description="One of GET /v1/me/links", examples=[Example(value="slack:u00000001")]),
]


@post(
    "/me/links",
    status_code=201,
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE,
            gives=(Answer(description="Say it from the account to be linked.", kind=LinkCode, example=CODE),),
            problems=("not-found", "wrong-state"),
        )
    },
)
async def ask_for_code(request: Call) -> LinkCode:
    """Get a code, and say it from an account of mine elsewhere: in Slack, /sulka CODE.

    It links one account, once, within 15 minutes. What that account did while I took part comes in then.
    """
    parts = parts_of(request)
    opened = await parts.linking.ask(member_of(request))
    return LinkCode(opened.code, rfc3339(opened.until))


@get(
    "/me/links",
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE,
            gives=(Answer(description="All of them.", kind=LinkList, example=LINKS),),
            problems=("not-found",),
        )
    },
)
async def my_links(request: Call) -> LinkList:
    """Under which names tools speak of me."""
    aliases = await parts_of(request).linking.aliases(member_of(request))
    return LinkList(tuple(LinkView(alias, "hr" if kind_of(alias) in OF_HR else "me") for alias in aliases))


@delete(
    "/me/links/{alias:path}",
    status_code=200,
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE,
            gives=(Answer(description="It is mine no more.", kind=Unlinked, example=Unlinked(31)),),
            appends=True,
            problems=("not-found",),
        )
    },
)
async def unlink(request: Call, alias: AliasInPath) -> Unlinked:
    """Take an account away. What it brought stays; what it does from now on is nobody's.

    My employer's own names for me (email, employee, hr) are HR's to change.
    """
    linking, member = parts_of(request).linking, member_of(request)
    said = alias.removeprefix("/")
    # In an address the framework makes one slash of several.
    meant = next((each for each in await linking.aliases(member) if re.sub("/+", "/", each) == normalized(said)), said)
    return Unlinked(await linking.take_away(member, meant, when_of(request)))


@post(
    "/links",
    status_code=200,
    guards=[allow("source")],
    opt={
        DOCUMENTED: Documented(
            tag=EVENTS,
            takes=json_body(LinkBody, SAY),
            gives=(Answer(description="It is linked.", kind=Linked, example=Linked(SAY["alias"])),),
            appends=True,
            problems=("too-often",),
        )
    },
)
async def say_code(request: Call) -> Linked:
    """An account says a member's code: from now on it is theirs. Sent twice is once.

    A code that is wrong, used or over, and an account that is somebody's already, all have the same answer: whose it
    is stays unsaid. Codes that link nothing are limited by the minute.
    """
    body = await body_of(request, LinkBody)
    kind, wrong = kind_of(body.alias), unfit("alias", body.alias)
    if kind in OF_HR:
        fault = Fault("/alias", "wrong-value", shown(body.alias), f"an account of a tool; {kind} is HR's to say")
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    if wrong is not None:
        fault = Fault("/alias", wrong.code, shown(body.alias), wrong.expected)
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    parts, source = parts_of(request), principal_of(request).source
    assert source is not None
    await parts.linking.say(source, body.alias, body.code, when_of(request))
    return Linked(body.alias)
