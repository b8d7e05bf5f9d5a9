"""What administrators of the installation do: further organizations, each with its own everything, and their limits."""

from typing import Annotated

import msgspec
from litestar import get, patch, post
from litestar.openapi.spec import Example
from litestar.params import PathParameter
from msgspec import UNSET, Meta, UnsetType

from api.calls import all_parts_of, allow_installation, body_of
from api.documented import DOCUMENTED, INSTALLATION, Answer, Documented, json_body
from api.examples import rfc3339
from api.fields import MOST_EXACT, Moment
from api.problems import Call, Problem
from api.v1.admin import MADE as TOKEN_MADE
from api.v1.source_forms import Title
from engine.run.organizations import new_token, of_organization
from engine.store.directory import TokenRecord, token_digest
from engine.store.organizations import MOST_NAME, MOST_ORGANIZATIONS, NAME_PATTERN, OrganizationRecord, is_name

FIRST = "first administrator"
MOST_TRIES = 5
"""So often a change is tried that others are quicker with."""

OrganizationName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MOST_NAME,
        pattern=f"^{NAME_PATTERN}$(?!\n)",  # Python's $ lets a last line break pass
        description="What it is called in its tokens and in addresses, for ever",
        extra={
            "words": f"1 to {MOST_NAME} lower-case letters, digits and single hyphens, first a letter, last no hyphen"
        },
    ),
]
OrganizationInPath = Annotated[
    str, PathParameter(description="What the organization is called", examples=[Example(value="acme")])
]
Limit = Annotated[int, Meta(ge=1, le=MOST_EXACT)]
LogLimit = Annotated[Limit | None, Meta(description="Log entries at most; null: as the installation's setting says")]
MemberLimit = Annotated[Limit | None, Meta(description="People who are known at most; null: no limit")]
Closed = Annotated[
    bool, Meta(description="Nobody gets in and nothing is judged; nothing is lost, it can be opened again")
]


class OrganizationBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organization to add."""

    name: OrganizationName
    title: Title
    log_entries: LogLimit = None
    members: MemberLimit = None


class OrganizationChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be otherwise; what is left out stays."""

    title: Title | UnsetType = UNSET
    log_entries: LogLimit | UnsetType = UNSET
    members: MemberLimit | UnsetType = UNSET
    closed: Closed | UnsetType = UNSET


class Organization(msgspec.Struct, frozen=True, kw_only=True):
    """An organization, and nothing of what is in it."""

    name: OrganizationName
    title: Title
    created: Annotated[Moment, Meta(description="When it was added")]
    log_entries: LogLimit
    members: MemberLimit
    closed: Closed


class OrganizationMade(msgspec.Struct, frozen=True, kw_only=True):
    """It is there. Its first token is shown this once: only its digest is kept."""

    organization: Annotated[Organization, Meta(description="As it was added")]
    token: Annotated[str, Meta(description="Of its first administrator, who makes all others")]


class OrganizationList(msgspec.Struct, frozen=True):
    """All organizations but the first one, by name."""

    organizations: Annotated[tuple[Organization, ...], Meta(description="By name")]


ACME = {"name": "acme", "title": "Acme Limited", "members": 5_000}
ORGANIZATION = Organization(
    name="acme",
    title="Acme Limited",
    created="2026-11-23T07:12:00.000Z",
    log_entries=None,
    members=5_000,
    closed=False,
)
CHANGED = msgspec.structs.replace(ORGANIZATION, members=10_000)
MADE = OrganizationMade(organization=ORGANIZATION, token=of_organization("acme", TOKEN_MADE.token))


@post(
    "/organizations",
    status_code=201,
    guards=[allow_installation()],
    opt={
        DOCUMENTED: Documented(
            tag=INSTALLATION,
            takes=json_body(OrganizationBody, ACME),
            gives=(Answer(description="It is there, and empty.", kind=OrganizationMade, example=MADE),),
            problems=("wrong-state",),
        )
    },
)
async def add_organization(request: Call) -> OrganizationMade:
    """Add an organization, with its first token. It is empty: its administrator publishes its first rules."""
    body, all_parts = await body_of(request, OrganizationBody), all_parts_of(request)
    if not is_name(body.name):
        raise Problem("wrong-state", f'"{body.name}" is a name of the installation itself; choose another one.')
    now = all_parts.main.now_ms()
    record = OrganizationRecord(body.name, body.title, now, body.log_entries, body.members)
    match await all_parts.organizations.add(record):
        case "taken":
            lost = f"If its first token was lost: sulka token create --role admin --organization {body.name}."
            raise Problem("wrong-state", f'There is an organization "{body.name}" already; choose another name. {lost}')
        case "full":
            raise Problem("wrong-state", f"There are {MOST_ORGANIZATIONS:,} organizations, and that is the most.")
        case "added":
            pass
    opened = await all_parts.renew(record)
    token = new_token(body.name)
    await opened.parts.directory.put_token(token_digest(token), TokenRecord("admin", FIRST, now))
    return OrganizationMade(organization=_shown(record), token=token)


@get(
    "/organizations",
    guards=[allow_installation()],
    opt={
        DOCUMENTED: Documented(
            tag=INSTALLATION,
            gives=(
                Answer(description="All of them.", kind=OrganizationList, example=OrganizationList((ORGANIZATION,))),
            ),
        )
    },
)
async def organizations(request: Call) -> OrganizationList:
    """All organizations beside the first one, with their limits. What is in them only they see."""
    found = await all_parts_of(request).organizations.all()
    return OrganizationList(tuple(map(_shown, found.values())))


@patch(
    "/organizations/{organization:str}",
    guards=[allow_installation()],
    opt={
        DOCUMENTED: Documented(
            tag=INSTALLATION,
            takes=json_body(OrganizationChange, {"members": CHANGED.members}),
            gives=(Answer(description="So it is now.", kind=Organization, example=CHANGED),),
        )
    },
)
async def change_organization(request: Call, organization: OrganizationInPath) -> Organization:
    """Change an organization's title or limits, close it, or open it again. It holds everywhere within a second."""
    body, all_parts = await body_of(request, OrganizationChange), all_parts_of(request)
    said = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not UNSET}
    for _ in range(MOST_TRIES):
        before = (await all_parts.organizations.some((organization,))).get(organization)
        if before is None:
            raise Problem("not-found", f'No organization is called "{organization[:100]}".')
        after = msgspec.structs.replace(before, **said)
        if await all_parts.organizations.change(before, after):
            await all_parts.renew(after)
            return _shown(after)
    raise Problem("busy", "Others change it at the same moment. Nothing was done; send it again.")


def _shown(record: OrganizationRecord) -> Organization:
    return Organization(
        name=record.name,
        title=record.title,
        created=rfc3339(record.created),
        log_entries=record.log_entries,
        members=record.members,
        closed=record.closed,
    )
