"""The directory, for HR: who is known. Nothing here says who takes part."""

import msgspec
from litestar import patch, post
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from api.calls import allow, body_of, parts_of, when_of
from api.problems import Call, Fault, Problem
from api.schema import EXAMPLE, TAKES
from api.v1.hr import Id
from engine.core.entries import MemberFacts
from engine.core.zones import UnknownZone, zone_named
from engine.run.member_fields import FACTS, Aliases, Country, Email, Language, Month, Name, Unit, month_number
from engine.run.members import Members
from engine.store.directory import MemberRecord

WAIT_SECONDS = 5.0


class NewMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member to make known. They take part only when they join themselves.

    The same again gives the same member, known by the aliases; where there are none, `id` (your own) says that it is
    the same request.
    """

    name: Name
    email: Email | None = None
    aliases: Aliases = ()
    country: Country | None = None
    team: Unit | None = None
    department: Unit | None = None
    time_zone: Unit | None = None
    language: Language | None = None
    started_on: Month | None = None
    is_leader: bool = False
    invited_by: str | None = None
    id: Id | None = None


class MemberPatch(msgspec.Struct, frozen=True, kw_only=True):
    """What to change; what is left out stays, null takes a value away. `aliases` are all aliases from then on."""

    name: Name | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET
    aliases: Aliases | UnsetType = UNSET
    country: Country | UnsetType | None = UNSET
    team: Unit | UnsetType | None = UNSET
    department: Unit | UnsetType | None = UNSET
    time_zone: Unit | UnsetType | None = UNSET
    language: Language | UnsetType | None = UNSET
    started_on: Month | UnsetType | None = UNSET
    is_leader: bool | UnsetType = UNSET
    invited_by: str | UnsetType | None = UNSET


class MemberKnown(msgspec.Struct, frozen=True):
    """The member's id, and the position of the entry."""

    id: str
    position: int


NEW = {"name": "Anna Example", "email": "anna@example.org", "country": "FI", "team": "red", "started_on": "2024-03"}


@post("/members", status_code=201, guards=[allow("hr")], opt={TAKES: NewMember, EXAMPLE: NEW})
async def add_member(request: Call) -> MemberKnown:
    """Make a member known. The id is random; the employer's own number can be an alias. Sent twice is once."""
    body = await body_of(request, NewMember)
    members = parts_of(request).members
    facts = await _facts(members, MemberFacts(), {name: getattr(body, name) for name in FACTS})
    aliases = (*body.aliases, *([f"email:{body.email}"] if body.email else []))
    record = MemberRecord(body.name, body.email, aliases)
    member, position = await members.add(record, facts, when_of(request), said_id=body.id)
    return MemberKnown(member, position)


@patch("/members/{member:str}", guards=[allow("hr")], opt={TAKES: MemberPatch, EXAMPLE: {"team": "blue"}})
async def change_member(request: Call, member: FromPath[str]) -> MemberKnown:
    """Change a member's record or facts. What waited for a new alias comes in."""
    body = await body_of(request, MemberPatch)
    members = parts_of(request).members
    before = await members.record(member)
    email = before.email if body.email is UNSET else body.email
    aliases = before.aliases if body.aliases is UNSET else body.aliases
    if body.email is not UNSET:
        aliases = tuple(alias for alias in aliases if alias != f"email:{(before.email or '').lower()}")
        aliases = (*aliases, *([f"email:{email}"] if email else []))
    record = msgspec.structs.replace(
        before, name=before.name if body.name is UNSET else body.name, email=email, aliases=aliases
    )
    said = {name: getattr(body, name) for name in FACTS if getattr(body, name) is not UNSET}
    whole = MemberFacts() if len(said) == len(FACTS) else await members.settled_facts(member, WAIT_SECONDS)
    facts = await _facts(members, whole, said)
    position = await members.change(member, record, facts, when_of(request))
    return MemberKnown(member, position)


async def _facts(members: Members, before: MemberFacts, said: dict[str, object]) -> MemberFacts:
    """The facts with what was said; a zone or an inviter that does not exist is a fault."""
    faults: list[Fault] = []
    zone, inviter, started = said.get("time_zone"), said.get("invited_by"), said.get("started_on")
    if isinstance(zone, str):
        try:
            zone_named(zone)
        except UnknownZone:
            faults.append(Fault("/time_zone", "wrong-value", f'"{zone}"', "a zone such as Europe/Helsinki"))
    if isinstance(inviter, str) and await members.find(inviter) is None:
        faults.append(Fault("/invited_by", "wrong-value", f'"{inviter[:100]}"', "the id of a member"))
    if faults:
        raise Problem("does-not-fit", f"{len(faults)} fault(s); nothing was changed.", faults=tuple(faults))
    if isinstance(started, str):
        said = {**said, "started_on": month_number(started)}
    return msgspec.structs.replace(before, **said)
