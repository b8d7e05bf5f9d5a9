"""What a member sees of themselves, says themselves, and says to colleagues."""

import secrets

import msgspec
from litestar import get, post

from api.calls import allow, body_of, member_of, parts_of, when_of
from api.documented import DOCUMENTED, MINE, Answer, Documented, json_body
from api.fields import A_TIME
from api.problems import Call, Fault, Problem
from api.v1.events import answer_of, problem_of
from api.v1.me import choices_of
from api.v1.mine_forms import ACT, ME, SAID_AND_JUDGED, THANK, ActAnswer, ActBody, Me, Sent, ThanksBody
from api.v1.record import badges_of, expiring_of, language_of, ledger_of, receipt_of, receipt_view, standing_of
from api.v1.record_forms import (
    BADGES,
    LEDGER,
    SHARED,
    AtPosition,
    BadgesView,
    LedgerCursor,
    LedgerPage,
    PageLimit,
    ReceiptView,
)
from engine.core.entries import Thanked
from engine.core.faults import shown
from engine.core.membership import takes_part_at
from engine.core.receipts.words import Language
from engine.run.keyed import pair_digest
from engine.run.outcomes import TAKEN, Sender, own_source
from engine.run.people import membership_state
from engine.run.recorder import Once
from engine.sources.events import IncomingEvent
from engine.sources.posted import Posted
from engine.sources.times import parse_time
from engine.store.directory import TextRecord

WAIT_SECONDS = 5.0


@get(
    "/me",
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE,
            gives=(Answer(description="My own page.", kind=Me, example=ME),),
            speaks=True,
            problems=("not-found",),
        )
    },
)
async def me(request: Call) -> Me:
    """My points, balances, level, badges and streaks, and what I have chosen."""
    member = member_of(request)
    row = await parts_of(request).members.membership(member)
    standing = await standing_of(request, member)
    return Me(
        **msgspec.structs.asdict(standing),
        expiring=await expiring_of(request, member),
        choices=choices_of(row, standing.position),
    )


@get(
    "/me/ledger",
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE, gives=(Answer(description="A page of them.", kind=LedgerPage, example=LEDGER),), speaks=True
        )
    },
)
async def ledger(
    request: Call,
    limit: PageLimit = 20,
    cursor: LedgerCursor = None,
) -> LedgerPage:
    """My receipts, the newest first."""
    member = member_of(request)
    language = await _own_language(request, member)
    return await ledger_of(request, member, limit=limit, cursor=cursor, language=language, viewer="member")


@get(
    "/me/receipts/{position:int}",
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE, gives=(Answer(description="It concerns me.", kind=ReceiptView, example=SHARED),), speaks=True
        )
    },
)
async def receipt(request: Call, position: AtPosition) -> ReceiptView:
    """Why I got something for one entry, or why not this time."""
    member = member_of(request)
    language = await _own_language(request, member)
    return await receipt_of(request, member, position, language=language, viewer="member")


@get(
    "/me/badges",
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE, gives=(Answer(description="All of them.", kind=BadgesView, example=BADGES),), speaks=True
        )
    },
)
async def badges(request: Call) -> BadgesView:
    """All badges: which I have, since when and why, and what the others take."""
    member = member_of(request)
    return await badges_of(request, member, await _own_language(request, member))


@post(
    "/me/acts",
    status_code=202,
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE,
            takes=json_body(ActBody, ACT),
            gives=(Answer(description="It is on disk, or was before.", kind=ActAnswer, example=SAID_AND_JUDGED),),
            appends=True,
            speaks=True,
            waits=True,
            problems=("content-conflict",),
        )
    },
)
async def say_act(request: Call) -> ActAnswer:
    """Say an act myself, where its event allows that. The receipt says who said it.

    With `Prefer: wait` the answer comes when the act is judged, with its receipt. An act of a time at which I took no
    part is refused, since it would count for nothing.
    """
    body = await body_of(request, ActBody)
    parts, member, when = parts_of(request), member_of(request), when_of(request)
    time = None if body.time is None else parse_time(body.time)
    if body.time is not None and time is None:
        fault = Fault("/time", "not-a-time", shown(body.time), A_TIME)
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    row = await parts.members.membership(member)
    if not takes_part_at(membership_state(row), when.ms if time is None else time.utc_ms):
        detail = "You took no part at that time, so it would count for nothing. Join with POST /v1/me/membership."
        raise Problem("wrong-state", detail)
    event = IncomingEvent(
        id=body.id or secrets.token_hex(16),
        source=None,
        type=body.type,
        subject=member,
        time=time,
        key=body.key,
        data=body.data,  # type: ignore[arg-type]  # JSON values, as our own guard decoded them
        pointer="",
    )
    sender = Sender(source=own_source(member), member=member)
    outcomes = await parts.door.accept(Posted(is_array=False, items=(event,)), sender, when)
    parts.measures.posted(outcomes)
    if outcomes[0].status not in TAKEN:
        raise problem_of(outcomes, is_array=False)
    position = outcomes[0].position
    if position is None or "wait" not in request.headers.get("prefer", ""):
        return ActAnswer(answer_of(outcomes), None)
    await parts.members.judged(position, WAIT_SECONDS)
    language = await _own_language(request, member)
    found = await parts.telling.receipt(member, position, language, parts.now_ms())
    return ActAnswer(answer_of(outcomes), None if found is None else receipt_view(found))


@post(
    "/thanks",
    status_code=201,
    guards=[allow("member")],
    opt={
        DOCUMENTED: Documented(
            tag=MINE,
            takes=json_body(ThanksBody, THANK),
            gives=(Answer(description="It is sent, as always.", kind=Sent, example=Sent("sent", 16)),),
            appends=True,
            problems=("content-conflict",),
        )
    },
)
async def thank(request: Call) -> Sent:
    """Thank a colleague. It is always sent; beyond the allowance without points.

    The answer is the same whether or not the colleague takes part. Only for myself, for nobody who is known, or without
    words it is refused.
    """
    body = await body_of(request, ThanksBody)
    parts, giver, when = parts_of(request), member_of(request), when_of(request)
    to = await parts.members.find(body.to)
    if to is None or to == giver:
        found = "yourself" if to is not None else f'"{body.to[:100]}"'
        fault = Fault("/to", "wrong-value", found, "the id or alias of a colleague")
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    takes_part = takes_part_at(membership_state(await parts.members.membership(to)), when.ms)
    key = secrets.token_hex(16)
    entry = Thanked(giver, to if takes_part else None, pair_digest(giver, to, parts.secret), when.ms, key)
    rows = (parts.directory.text_row(key, TextRecord(text=body.text, member=giver, created=when.ms)),)
    once = None if body.id is None else Once(speaker=f"sulka.thanked:{giver}", id=body.id, content=body)
    appended = await parts.recorder.append(entry, when, rows=rows, once=once)
    return Sent("sent", appended.position)


async def _own_language(request: Call, member: str) -> Language:
    return await language_of(request, (await parts_of(request).members.state(member)).facts.language)
