"""What is taken back: by its source, by HR, or by the member whose act it is."""

import secrets
from typing import Annotated

from litestar import post
from msgspec import Meta

from api.calls import allow, body_of, member_of, parts_of, principal_of, when_of
from api.documented import BY_HAND, DOCUMENTED, MINE, Documented, json_body
from api.fields import ContentId, Key, Reason, SourceNamed, Who
from api.known import check_source, member_named
from api.problems import Call, Fault, Problem
from api.v1.hr import Recorded, Said, on_disk, record
from engine.core.entries import Retracted
from engine.run.keyed import thing_digest
from engine.run.outcomes import is_own_source, own_source

Stay = Annotated[bool, Meta(description="Whether badges stay whose condition no longer holds")]


class RetractionBody(Said, frozen=True, kw_only=True):
    """What to take back: the event with this `key` (HR says whose: `source`), or all of a `content` and a `member`."""

    key: Key | None = None
    source: Annotated[
        SourceNamed | None, Meta(description="From HR, whose key it is; from a source its own, which need not be said")
    ] = None
    content: ContentId | None = None
    member: Who | None = None
    reason: Reason | None = None
    badges_stay: Stay = False


class MyRetractionBody(Said, frozen=True, kw_only=True):
    """What of mine to take back: my act with this `key`, or all my acts about a `content`."""

    key: Key | None = None
    source: Annotated[
        SourceNamed | None,
        Meta(description="The tool that reported the act under that key; left out, I said it myself"),
    ] = None
    content: ContentId | None = None
    reason: Reason | None = None
    badges_stay: Stay = False


TAKE_BACK = {"key": "post-7", "reason": "The post was removed"}
TAKE_MINE_BACK = {"content": "post-2026-11-hiring", "reason": "I removed the post"}


@post(
    "/retractions",
    status_code=202,
    guards=[allow("source", "hr")],
    opt={
        DOCUMENTED: Documented(
            tag=BY_HAND,
            takes=json_body(RetractionBody, TAKE_BACK),
            gives=(on_disk(20),),
            appends=True,
            problems=("not-found", "content-conflict", "foreign-source"),
        )
    },
)
async def retract(request: Call) -> Recorded:
    """Take back an event by its key, or everything about a content and a member. Twice is once.

    What it paid is taken out again, the room that it used is free for later acts, and badges go whose condition no
    longer holds, unless `badges_stay`. One that comes before its event waits for it. A source takes back its own alone.
    """
    body = await body_of(request, RetractionBody)
    principal, parts, when = principal_of(request), parts_of(request), when_of(request)
    source = principal.source if principal.role == "source" else body.source
    if principal.role == "source" and body.source not in {None, principal.source}:
        raise Problem("foreign-source", f'This token speaks for "{principal.source}".')
    by_key, by_content = body.key is not None, body.content is not None and body.member is not None
    if by_key == by_content or (by_key and (body.content is not None or body.member is not None or source is None)):
        expected = "a key (from HR with its source), or a content and a member"
        raise Problem(
            "does-not-fit",
            "1 fault(s); nothing was changed.",
            faults=(Fault("", "contradiction", _named(body), expected),),
        )
    if principal.role != "source" and source is not None and not is_own_source(source):
        await check_source(parts, source)
    member = None if body.member is None else await member_named(parts, body.member)
    reason = None if body.reason is None else secrets.token_hex(16)
    entry = Retracted(
        by="source" if principal.role == "source" else "hr",
        time=when.ms,
        key=None if body.key is None or source is None else thing_digest(source, body.key, parts.secret),
        content=body.content,
        member=member,
        badges_stay=body.badges_stay,
        reason=reason,
        source=principal.source,
    )
    return await record(request, entry, when, body, reason=reason, said=body.reason, about=member)


@post(
    "/me/retractions",
    status_code=202,
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE,
            takes=json_body(MyRetractionBody, TAKE_MINE_BACK),
            gives=(on_disk(21),),
            appends=True,
            problems=("content-conflict",),
        )
    },
)
async def retract_mine(request: Call) -> Recorded:
    """Take back my own act by its key, or all my acts about a content. Nobody else's is touched. Twice is once."""
    body = await body_of(request, MyRetractionBody)
    parts, member, when = parts_of(request), member_of(request), when_of(request)
    if (body.key is None) == (body.content is None) or (body.source is not None and body.key is None):
        expected = "a key (with its source, if a tool reported the act), or a content"
        raise Problem(
            "does-not-fit",
            "1 fault(s); nothing was changed.",
            faults=(Fault("", "contradiction", _named(body), expected),),
        )
    reason = None if body.reason is None else secrets.token_hex(16)
    entry = Retracted(
        by="member",
        time=when.ms,
        key=None if body.key is None else thing_digest(body.source or own_source(member), body.key, parts.secret),
        content=body.content,
        member=member,
        badges_stay=body.badges_stay,
        reason=reason,
        source=body.source,
    )
    return await record(request, entry, when, body, reason=reason, said=body.reason, about=member)


def _named(body: RetractionBody | MyRetractionBody) -> str:
    """Which of the fields that say what to take back were sent."""
    names = [name for name in ("key", "source", "content", "member") if getattr(body, name, None) is not None]
    return " and ".join(f"a {name}" for name in names) or "none of them"
