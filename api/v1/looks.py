"""One person's record for HR: opened with a written reason alone, which that person sees. And who has looked.

The look is on disk before anything of the record is read. What HR sees is the same for somebody who never joined as
for somebody who joined and did nothing yet: nothing here says who takes part (docs/decisions/0011).
"""

from typing import Annotated

import msgspec
from litestar import get
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from api.calls import allow, member_of, parts_of, principal_of
from api.documented import DOCUMENTED, MINE, PEOPLE, Answer, Documented
from api.examples import rfc3339
from api.fields import Moment
from api.problems import Call, Problem
from api.v1.record import badges_of, cursor_of, language_of, ledger_of, receipt_of, said_cursor, standing_of
from api.v1.record_forms import (
    BADGES,
    LEDGER,
    SHARED,
    STANDING,
    AtPosition,
    BadgesView,
    LedgerCursor,
    LedgerPage,
    NextPage,
    PageCursor,
    PageLimit,
    ReceiptView,
    Standing,
)
from engine.run.looking import LEAST_REASON, MOST_REASON, ReasonUnfit, note_look, written_reason
from engine.store.directory import Role
from engine.store.looks import Opened, TooManyLooks

WRITE_IT = "Write why you open this person's record, as ?reason=… They will see it under Who has looked."

Whom = Annotated[
    str,
    PathParameter(description="A member id or an alias kind:value", examples=[Example(value="email:anna@example.org")]),
]
Why = Annotated[
    str | None,
    QueryParameter(
        description="Why you open this record, in words that the member can understand; they see it",
        schema_extra={"minLength": LEAST_REASON, "maxLength": MOST_REASON},
        examples=[Example(value="She asked me why her share of Monday did not count")],
    ),
]


class MemberRecordView(Standing, frozen=True, kw_only=True):
    """A member's record for HR, up to the log entry at `position`. It does not say who takes part."""

    country: Annotated[str | None, Meta(description="ISO 3166-1, two capitals")]
    team: Annotated[str | None, Meta(description="As the directory has it")]
    department: Annotated[str | None, Meta(description="As the directory has it")]
    is_leader: Annotated[bool, Meta(description="As the directory has it")]


class LookView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody opened a part of my record. The same token with the same reason stands here once a day for each part."""

    at: Annotated[Moment, Meta(description="When it was opened first that day")]
    role: Annotated[Role, Meta(description="hr or admin")]
    token: Annotated[str, Meta(description="What the token is called that it was opened with")]
    opened: Annotated[
        Opened, Meta(description="Which part of it; export is all of it, as a file that an operator wrote")
    ]
    reason: Annotated[str | None, Meta(description="What was written; null once the words are erased")]


class LooksView(msgspec.Struct, frozen=True):
    """Who has looked, the newest first."""

    looks: Annotated[tuple[LookView, ...], Meta(description="The newest first")]
    cursor: NextPage


RECORD = MemberRecordView(
    **msgspec.structs.asdict(STANDING), country="FI", team="red", department=None, is_leader=False
)
LOOKED = LooksView(
    (
        LookView(
            at="2026-11-23T08:30:00.000Z",
            role="hr",
            token="HR in Helsinki",  # noqa: S106 - what it is called
            opened="record",
            reason="She asked me why her share of Monday did not count",
        ),
    ),
    None,
)


def opened_with_a_reason(kind: type[msgspec.Struct], example: msgspec.Struct) -> Documented:
    """What each part of a record says of itself."""
    return Documented(
        tag=PEOPLE,
        gives=(Answer(description="The look is noted.", kind=kind, example=example),),
        speaks=True,
        needs=("reason",),
        problems=("wrong-state",),
    )


@get(
    "/me/looks",
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(tag=MINE, gives=(Answer(description="A page of them.", kind=LooksView, example=LOOKED),))
    },
)
async def looks(
    request: Call,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> LooksView:
    """Who has looked at my record: when, with which token, and the reason they wrote."""
    parts = parts_of(request)
    page = await parts.looks.page(member_of(request), following=cursor_of(cursor), count=limit)
    texts = await parts.directory.texts([noted.look.reason for noted in page.looks])
    return LooksView(
        looks=tuple(
            LookView(
                at=rfc3339(noted.at),
                role=noted.look.role,
                token=noted.look.name,
                opened=noted.look.opened,
                reason=texts[noted.look.reason].text if noted.look.reason in texts else None,
            )
            for noted in page.looks
        ),
        cursor=said_cursor(page.following),
    )


@get(
    "/members/{member:str}",
    guards=[allow("hr")],
    opt={DOCUMENTED: opened_with_a_reason(MemberRecordView, RECORD)},
)
async def member_record(request: Call, member: Whom, reason: Why = None) -> MemberRecordView:
    """One person's record, with a written reason that they see.

    It says nothing about who takes part: somebody who never joined answers like somebody who has done nothing yet.
    """
    found = await _opened(request, member, reason, "record")
    facts = (await parts_of(request).members.state(found)).facts
    standing = await standing_of(request, found)
    return MemberRecordView(
        **msgspec.structs.asdict(standing),
        country=facts.country,
        team=facts.team,
        department=facts.department,
        is_leader=facts.is_leader,
    )


@get(
    "/members/{member:str}/ledger",
    guards=[allow("hr")],
    opt={DOCUMENTED: opened_with_a_reason(LedgerPage, LEDGER)},
)
async def member_ledger(
    request: Call,
    member: Whom,
    reason: Why = None,
    limit: PageLimit = 20,
    cursor: LedgerCursor = None,
) -> LedgerPage:
    """One person's receipts, the newest first, with a written reason that they see."""
    found = await _opened(request, member, reason, "ledger")
    language = await language_of(request, None)
    return await ledger_of(request, found, limit=limit, cursor=cursor, language=language, viewer="hr")


@get(
    "/members/{member:str}/receipts/{position:int}",
    guards=[allow("hr")],
    opt={DOCUMENTED: opened_with_a_reason(ReceiptView, SHARED)},
)
async def member_receipt(request: Call, member: Whom, position: AtPosition, reason: Why = None) -> ReceiptView:
    """One receipt of one person, with a written reason that they see."""
    found = await _opened(request, member, reason, "receipts")
    return await receipt_of(request, found, position, language=await language_of(request, None), viewer="hr")


@get(
    "/members/{member:str}/badges",
    guards=[allow("hr")],
    opt={DOCUMENTED: opened_with_a_reason(BadgesView, BADGES)},
)
async def member_badges(request: Call, member: Whom, reason: Why = None) -> BadgesView:
    """One person's badges, with a written reason that they see."""
    found = await _opened(request, member, reason, "badges")
    return await badges_of(request, found, await language_of(request, None))


async def _opened(request: Call, name: str, reason: str | None, opened: Opened) -> str:
    """The member, once the look is on disk. Without a reason nothing is looked up, whoever it would be about."""
    parts, principal = parts_of(request), principal_of(request)
    written = _written(reason)
    member = await parts.members.find(name)
    if member is None:
        detail = f'No member has the id or alias "{name[:100]}". POST /v1/members makes somebody known.'
        raise Problem("not-found", detail)
    try:
        await note_look(
            *(parts.looks, member, opened, written),
            role=principal.role,
            name=principal.name,
            now=parts.now_ms(),
            secret=parts.secret,
        )
    except TooManyLooks as error:
        raise Problem("wrong-state", f"{error} Nothing is shown.") from None
    return member


def _written(reason: str | None) -> str:
    try:
        return written_reason(reason)
    except ReasonUnfit as unfit:
        raise Problem("not-understood", f"{unfit} {WRITE_IT}") from None
