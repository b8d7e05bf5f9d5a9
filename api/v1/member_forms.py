"""What is said of members, and of somebody made up, with examples."""

from typing import Annotated

import msgspec
from litestar.openapi.spec import Example
from litestar.params import PathParameter
from msgspec import UNSET, Meta, UnsetType

from api.fields import Id, LogPosition, MemberId, Who
from engine.run.member_fields import Aliases, Country, Email, Language, Month, Name, Unit

Team = Annotated[Unit, Meta(description="The team, as people call it")]
Department = Annotated[Unit, Meta(description="The department, as people call it")]
Zone = Annotated[
    Unit,
    Meta(
        description="The zone in which the person lives, Europe/Helsinki",
        extra={"words": "a zone such as Europe/Helsinki"},
    ),
]
AllAliases = Annotated[Aliases, Meta(description="How senders name the person: kind:value, at most 20")]
InvitedBy = Annotated[Who, Meta(description="Who invited the person: the id or an alias of another member")]
IsLeader = Annotated[bool, Meta(description="Whether the person leads others")]


class FactsSaid(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What rules may know of a person."""

    country: Country | None = None
    team: Team | None = None
    department: Department | None = None
    time_zone: Zone | None = None
    language: Language | None = None
    started_on: Month | None = None
    is_leader: IsLeader = False


class MadeUp(FactsSaid, frozen=True, kw_only=True):
    """What is to be true of the made-up member; the rest stays as it is for somebody who joined today."""

    invited_by: Annotated[Unit | None, Meta(description="Who invited them: any word, since they are made up, too")] = (
        None
    )


class NewMember(FactsSaid, frozen=True, kw_only=True):
    """A member to make known. They take part only when they join themselves.

    The same again gives the same member, known by the aliases; where there are none, `id` (your own) says that it is
    the same request.
    """

    name: Name
    email: Email | None = None
    aliases: AllAliases = ()
    invited_by: InvitedBy | None = None
    id: Id | None = None


class MemberPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays, null takes a value away. `aliases` are all aliases from then on."""

    name: Name | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET
    aliases: AllAliases | UnsetType = UNSET
    country: Country | UnsetType | None = UNSET
    team: Team | UnsetType | None = UNSET
    department: Department | UnsetType | None = UNSET
    time_zone: Zone | UnsetType | None = UNSET
    language: Language | UnsetType | None = UNSET
    started_on: Month | UnsetType | None = UNSET
    is_leader: IsLeader | UnsetType = UNSET
    invited_by: InvitedBy | UnsetType | None = UNSET
    active: Annotated[
        bool | UnsetType,
        Meta(
            description="Whether the person works here. false: nothing counts any more, boards and wall show them no "
            "more, their tokens end; points and receipts stay. true: they can join again, themselves"
        ),
    ] = UNSET


class MemberKnown(msgspec.Struct, frozen=True):
    """The member is known, and that is on disk."""

    id: MemberId
    position: Annotated[LogPosition, Meta(description="The entry's place in the log")]


NEW = {"name": "Anna Example", "email": "anna@example.org", "country": "FI", "team": "red", "started_on": "2024-03"}
CHANGED = {"team": "blue"}
KNOWN = MemberKnown("k7w2mq9xhd4a", 3)
KNOWN_AS_CHANGED = MemberKnown(KNOWN.id, 19)

MemberInPath = Annotated[
    str,
    PathParameter(description="The member's id, as POST /v1/members answered it", examples=[Example(value=KNOWN.id)]),
]
