"""The directory, for HR: who is known. Nothing here says who takes part."""

from functools import partial

import msgspec
from litestar import patch, post
from msgspec import UNSET

from api.calls import allow, body_of, parts_of, when_of
from api.documented import DOCUMENTED, PEOPLE, Answer, Documented, json_body
from api.misfits import unfit_facts
from api.problems import Call, Fault, Problem
from api.v1.member_forms import CHANGED, KNOWN, KNOWN_AS_CHANGED, NEW, MemberInPath, MemberKnown, MemberPatch, NewMember
from engine.core.entries import MemberFacts
from engine.core.faults import shown
from engine.run.member_fields import FACTS, month_number
from engine.run.members import Members
from engine.store.directory import MemberRecord


@post(
    "/members",
    status_code=201,
    guards=[allow("hr")],
    opt={
        DOCUMENTED: Documented(
            tag=PEOPLE,
            takes=json_body(NewMember, NEW),
            gives=(Answer(description="The member is known, or was already.", kind=MemberKnown, example=KNOWN),),
            appends=True,
            problems=("content-conflict",),
        )
    },
)
async def add_member(request: Call) -> MemberKnown:
    """Make a member known. The id is random; the employer's own number can be an alias. Sent twice is once.

    They take part only when they join themselves. What waited for one of the aliases comes in under its own time, as
    far as it happened after joining. An alias that another member has is refused.
    """
    body = await body_of(request, NewMember)
    members = parts_of(request).members
    _check(body)
    facts = await _facts(members, MemberFacts(), {name: getattr(body, name) for name in FACTS})
    aliases = (*body.aliases, *([f"email:{body.email}"] if body.email else []))
    record = MemberRecord(body.name, body.email, aliases)
    member, position = await members.add(record, facts, when_of(request), said_id=body.id)
    return MemberKnown(member, position)


@patch(
    "/members/{member:str}",
    guards=[allow("hr")],
    opt={
        DOCUMENTED: Documented(
            tag=PEOPLE,
            takes=json_body(MemberPatch, CHANGED),
            gives=(Answer(description="It is changed.", kind=MemberKnown, example=KNOWN_AS_CHANGED),),
            appends=True,
        )
    },
)
async def change_member(request: Call, member: MemberInPath) -> MemberKnown:
    """Change a member's record or facts. What waited for a new alias comes in.

    What is left out stays, null takes a value away. What was judged before keeps the team, country and so on of then.
    What somebody else changes at the same moment stays, too. An event about somebody who does not work here any more
    (`active`) is answered like any other.
    """
    body = await body_of(request, MemberPatch)
    _check(body)
    members = parts_of(request).members
    await members.record(member)
    said = {name: getattr(body, name) for name in FACTS if getattr(body, name) is not UNSET}
    if body.active is not UNSET and body == MemberPatch(active=body.active):
        return MemberKnown(member, await members.set_active(member, when_of(request), active=body.active))
    facts = await _facts(members, MemberFacts(), said, member)
    amend = partial(_amended, patch=body)
    position = await members.change(member, amend, facts, when_of(request), only=tuple(said))
    if body.active is not UNSET:
        position = await members.set_active(member, when_of(request), active=body.active)
    return MemberKnown(member, position)


def _check(body: NewMember | MemberPatch) -> None:
    """Refuse what the import of a table refuses, too."""
    faults = unfit_facts(msgspec.structs.asdict(body))
    if faults:
        raise Problem("does-not-fit", f"{len(faults)} fault(s); nothing was changed.", faults=tuple(faults))


def _amended(before: MemberRecord, patch: MemberPatch) -> MemberRecord:
    name = before.name if patch.name is UNSET else patch.name
    aliases = before.aliases if patch.aliases is UNSET else patch.aliases
    if patch.email is UNSET:
        return msgspec.structs.replace(before, name=name, aliases=aliases)
    others = tuple(alias for alias in aliases if alias != f"email:{(before.email or '').lower()}")
    aliases = (*others, *([f"email:{patch.email}"] if patch.email else []))
    return msgspec.structs.replace(before, name=name, email=patch.email, aliases=aliases)


async def _facts(
    members: Members, before: MemberFacts, said: dict[str, object], member: str | None = None
) -> MemberFacts:
    """The facts with what was said; an inviter who does not exist is a fault."""
    inviter, started = said.get("invited_by"), said.get("started_on")
    if isinstance(inviter, str):
        # Entries hold ids alone: an alias may come to lead to somebody else.
        found = await members.find(inviter)
        if found is None or found == member:
            expected = "the id or alias of a member who is known, and not this one"
            fault = Fault("/invited_by", "wrong-value", shown(inviter), expected)
            raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
        said = {**said, "invited_by": found}
    if isinstance(started, str):
        said = {**said, "started_on": month_number(started)}
    return msgspec.structs.replace(before, **said)
