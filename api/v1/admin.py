"""What administrators do: tokens, history."""

from typing import Annotated

import msgspec
from litestar import delete, post
from msgspec import Meta

from api.calls import allow, body_of, parts_of, when_of
from api.documented import ADMINISTRATION, DOCUMENTED, Answer, Documented, json_body
from api.fields import LogPosition
from api.known import check_source
from api.problems import Call, Fault, Problem
from engine.core.entries import HistoryEnded, HistoryOpened
from engine.run.errors import Inactive
from engine.run.organizations import new_token
from engine.store.directory import Role, TokenRecord, token_digest

WHOSE_MEMBER = ("admin", "hr", "member")
"""Tokens that may speak for a member; of HR, so that nobody decides about their own."""

Label = Annotated[str, Meta(min_length=1, max_length=100)]
TokenName = Annotated[Label, Meta(description="What the token is called where somebody reads who has looked")]


class TokenBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token to create; one for a member or a source says whose."""

    role: Annotated[Role, Meta(description="What the token may do; admin may do all that hr may")]
    name: TokenName
    member: Annotated[
        Annotated[str, Meta(min_length=1, max_length=100)] | None,
        Meta(description="The member's id; needed for the role member, and of hr and admin it says whose it is"),
    ] = None
    source: Annotated[
        Annotated[str, Meta(min_length=1, max_length=100)] | None,
        Meta(description="The sender's name, for the role source alone"),
    ] = None


class TokenMade(msgspec.Struct, frozen=True):
    """The token, shown this once: only its digest is kept."""

    token: Annotated[str, Meta(description="Send it as Authorization: Bearer …; 256 random bits")]
    role: Annotated[Role, Meta(description="What it may do")]
    name: TokenName


class History(msgspec.Struct, frozen=True):
    """How it stands with history now."""

    open: Annotated[bool, Meta(description="Whether calls that append say their own time")]
    position: Annotated[LogPosition, Meta(description="The place in the log of the entry that says so")]


TOKEN = {"role": "source", "name": "the hub's", "source": "hub"}
MADE = TokenMade("Zk1dVQb2m3o0cXQJb8y5w7n4r6t9u1e2a3s4d5f6g7h", "source", "the hub's")


@post(
    "/tokens",
    status_code=201,
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION,
            takes=json_body(TokenBody, TOKEN),
            gives=(Answer(description="It lets in from now on.", kind=TokenMade, example=MADE),),
            problems=("not-found", "wrong-state"),
        )
    },
)
async def create_token(request: Call) -> TokenMade:
    """Create a token. Keep what is answered: it can't be shown again."""
    body, parts = await body_of(request, TokenBody), parts_of(request)
    faults = [
        Fault(f"/{name}", "contradiction", value or "nothing", f"whose it is, for {' or '.join(roles)}")
        for name, value, roles in (("member", body.member, WHOSE_MEMBER), ("source", body.source, ("source",)))
        if (body.role == name if value is None else body.role not in roles)
    ]
    if faults:
        raise Problem("does-not-fit", f"{len(faults)} fault(s); nothing was changed.", faults=tuple(faults))
    if body.source is not None:
        await check_source(parts, body.source)
    if body.member is not None:
        await parts.members.record(body.member)
    token = new_token(parts.organization)
    record = TokenRecord(body.role, body.name, parts.now_ms(), body.member, body.source)
    await parts.directory.put_token(token_digest(token), record)
    # Looked at after the write, so that a token that is made while HR says so ends, too.
    if body.member is not None and not await parts.members.works_here(body.member):
        await parts.directory.drop_tokens([token_digest(token)])
        raise Inactive(member=body.member)
    return TokenMade(token, body.role, body.name)


@post(
    "/history",
    status_code=201,
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION,
            gives=(Answer(description="History is open.", kind=History, example=History(open=True, position=1)),),
            appends=True,
            needs=("Sulka-Recorded-At",),
        )
    },
)
async def open_history(request: Call) -> History:
    """Open history on an empty log: calls that append then say their own time in Sulka-Recorded-At."""
    when = when_of(request)
    if not when.said:
        raise Problem("not-understood", "Say in Sulka-Recorded-At when history begins; no later entry may lie before.")
    appended = await parts_of(request).recorder.append(HistoryOpened(), when, history="opens")
    return History(open=True, position=appended.position)


@delete(
    "/history",
    status_code=200,
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION,
            gives=(Answer(description="History is over.", kind=History, example=History(open=False, position=23)),),
            appends=True,
        )
    },
)
async def end_history(request: Call) -> History:
    """End history for good: from here on the door's clock counts."""
    appended = await parts_of(request).recorder.append(HistoryEnded(), when_of(request), history="ends")
    return History(open=False, position=appended.position)
