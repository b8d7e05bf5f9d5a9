"""Senders, their secrets, and what they have delivered."""

from typing import Annotated

from litestar import delete, get, post
from litestar.params import QueryParameter

from api.calls import allow, body_of, parts_of, when_of
from api.documented import ADMINISTRATION, DOCUMENTED, WEBHOOKS, Answer, Body, Documented, json_body
from api.examples import rfc3339
from api.known import check_mapping, check_source, profile_named
from api.problems import Call, Fault, Problem
from api.v1.source_forms import (
    CONNECTED,
    DELIVERED,
    MOST_PAGE,
    SOURCE,
    TRIED,
    VIEW,
    VIEW_AFTER,
    DeliveriesPage,
    DeliveryFault,
    DeliveryInPath,
    DeliveryView,
    SecretBody,
    SecretInPath,
    SecretMade,
    SecretView,
    SourceBody,
    SourceInPath,
    SourceMade,
    SourceView,
    TakenView,
    VerdictWanted,
    WebhookAnswer,
)
from engine.run.errors import SourceTaken
from engine.run.organizations import of_organization
from engine.run.webhooks.taking import Taken
from engine.sources.signatures.keys import weakness_of
from engine.sources.signatures.profiles import Profile
from engine.store.deliveries import BodyFault, Counts, Noted
from engine.store.directory import SourceRecord


@post(
    "/sources",
    status_code=201,
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION,
            takes=(Body(kind=SourceBody, examples={"with a token": SOURCE, "with a webhook": CONNECTED}),),
            gives=(
                Answer(
                    description="It is known.", kind=SourceMade, example=SourceMade(SOURCE["name"], SOURCE["title"])
                ),
            ),
            problems=("wrong-state",),
        )
    },
)
async def add_source(request: Call) -> SourceMade:
    """Make a sender of events known. Its name is for ever; create a token for it next, or say how it signs.

    With a `profile` it delivers its own format to an address of its own, and needs no token.
    """
    body, parts = await body_of(request, SourceBody), parts_of(request)
    if body.profile is None:
        _refuse([_without_profile(name, getattr(body, name)) for name in ("mapping", "secret")])
        if not await parts.directory.add_source(SourceRecord(body.name, body.title, parts.now_ms())):
            raise SourceTaken(source=body.name)
        return SourceMade(body.name, body.title)
    profile = profile_named(body.profile)
    _refuse([_weakness(profile, body.secret)])
    await check_mapping(parts, body.mapping)
    added = await parts.senders.add(
        body.name, body.title, parts.now_ms(), profile=profile, mapping=body.mapping, secret=body.secret
    )
    return SourceMade(
        name=body.name,
        title=body.title,
        profile=profile.name,
        mapping=body.mapping or profile.mapping,
        address=address_of(parts.organization, body.name),
        secret=SecretMade(added.id, added.made),
    )


@get(
    "/sources",
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION, gives=(Answer(description="By name.", kind=list[SourceView], example=[VIEW]),)
        )
    },
)
async def sources(request: Call) -> list[SourceView]:
    """All senders, and by what secrets they are known; never the secrets."""
    parts = parts_of(request)
    found = await parts.directory.sources()
    return [_view(parts.organization, found[name]) for name in sorted(found)]


@post(
    "/sources/{source:str}/secrets",
    status_code=201,
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION,
            takes=json_body(SecretBody, {}),
            gives=(
                Answer(
                    description="It counts, beside those that there were.",
                    kind=SecretMade,
                    example=SecretMade("0d9c8b7a", "Zk1dVQb2m3o0cXQJb8y5w7n4r6t9u1e2a3s4d5f6g7h"),
                ),
            ),
            problems=("wrong-state",),
        )
    },
)
async def add_secret(request: Call, source: SourceInPath) -> SecretMade:
    """Let a further secret count, so that a sender can be given another one without a gap.

    Give it to the sender, wait until its deliveries are signed with it (`secret` in the list), then take the old one
    away. At most five count at once.
    """
    body, parts = await body_of(request, SecretBody), parts_of(request)
    await check_source(parts, source)
    _refuse([_weakness(await parts.senders.profile(source), body.secret)])
    added = await parts.senders.add_secret(source, body.secret, parts.now_ms())
    return SecretMade(added.id, added.made)


@delete(
    "/sources/{source:str}/secrets/{secret:str}",
    status_code=200,
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION,
            gives=(Answer(description="It counts no more.", kind=SourceView, example=VIEW_AFTER),),
            problems=("wrong-state",),
        )
    },
)
async def take_secret(request: Call, source: SourceInPath, secret: SecretInPath) -> SourceView:
    """Let a secret count no more, from the next delivery on. The last one of a source can't go."""
    parts = parts_of(request)
    await check_source(parts, source)
    await parts.senders.take_secret(source, secret)
    found = await parts.directory.source(source)
    assert found is not None
    return _view(parts.organization, found[0])


@get(
    "/sources/{source:str}/deliveries",
    guards=[allow("hr")],
    opt={
        DOCUMENTED: Documented(
            tag=WEBHOOKS,
            gives=(
                Answer(
                    description="A page of them.",
                    kind=DeliveriesPage,
                    example=DeliveriesPage((DELIVERED,), cursor=None),
                ),
            ),
        )
    },
)
async def deliveries(
    request: Call,
    source: SourceInPath,
    verdict: VerdictWanted = None,
    cursor: Annotated[str | None, QueryParameter(max_length=100, description="From the page before")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_PAGE, description="So many on one page")] = 50,
) -> DeliveriesPage:
    """What a sender has delivered, the newest first, with what became of each and why.

    The newest 1,000 of 30 days stand here, of refused ones the newest 100; those that wait because they could not be
    read stay until they are replayed or their time is over.
    """
    parts = parts_of(request)
    await check_source(parts, source)
    found, before = await parts.deliveries.page(source, verdict=verdict, before=cursor, count=limit)
    return DeliveriesPage(tuple(_delivery(each) for each in found), before)


@post(
    "/sources/{source:str}/deliveries/{delivery:str}/replay",
    status_code=200,
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=WEBHOOKS,
            gives=(
                Answer(
                    description="It was read again.",
                    kind=TakenView,
                    example=TakenView(TRIED.delivery, "accepted", None, WebhookAnswer(1, 0, 0, 0, 0), ()),
                ),
            ),
            appends=True,
        )
    },
)
async def replay_delivery(request: Call, source: SourceInPath, delivery: DeliveryInPath) -> TakenView:
    """Read a delivery again, by today's mapping, when what was wrong has been mended. Asking twice is once.

    It counts for when it came. What it led to before stays as it is. Its body has to be kept still.
    """
    parts = parts_of(request)
    await check_source(parts, source)
    return _taken(await parts.taking.replay(source, delivery, when_of(request)))


@post(
    "/sources/{source:str}/test",
    status_code=200,
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=WEBHOOKS,
            gives=(Answer(description="What became of it.", kind=TakenView, example=TRIED),),
            problems=("wrong-state",),
        )
    },
)
async def try_source(request: Call, source: SourceInPath) -> TakenView:
    """Make a delivery as this sender would, sign it with its newest secret, and take it like any other.

    It means nothing, and nobody gets anything by it. `handshake` or `ignored` is what to hope for.
    """
    parts = parts_of(request)
    await check_source(parts, source)
    return _taken(await parts.taking.try_out(source))


def address_of(organization: str, source: str) -> str:
    """Where a source delivers, behind the address of the service."""
    return f"/v1/webhooks/{of_organization(organization, source)}"


def answer_of(counts: Counts) -> WebhookAnswer:
    """The numbers, as senders and administrators see them."""
    return WebhookAnswer(counts.accepted, counts.duplicates, counts.waiting, counts.ignored, counts.unreadable)


def _without_profile(name: str, value: str | None) -> Fault | None:
    if value is None:
        return None
    return Fault(f"/{name}", "contradiction", "a value", "nothing, where there is no profile")


def _weakness(profile: Profile, secret: str | None) -> Fault | None:
    """What is wrong with the secret that was sent for such a sender, or with sending none."""
    if secret is None:
        if profile.chosen_by == "us":
            return None
        return Fault("/secret", "missing", "nothing", f"the secret that {profile.title} signs with, as it shows it")
    weakness = weakness_of(profile, secret)
    return None if weakness is None else Fault("/secret", "wrong-value", weakness.found, weakness.expected)


def _refuse(faults: list[Fault | None]) -> None:
    found = tuple(fault for fault in faults if fault is not None)
    if found:
        raise Problem("does-not-fit", f"{len(found)} fault(s); nothing was changed.", faults=found)


def _view(organization: str, record: SourceRecord) -> SourceView:
    return SourceView(
        name=record.name,
        title=record.title,
        created_at=rfc3339(record.created),
        profile=record.profile,
        mapping=record.mapping,
        address=None if record.profile is None else address_of(organization, record.name),
        secrets=tuple(SecretView(each.id, rfc3339(each.added)) for each in record.secrets),
    )


def _delivery(noted: Noted) -> DeliveryView:
    row, kept = noted.row, noted.kept
    return DeliveryView(
        id=noted.id,
        received_at=rfc3339(row.received),
        verdict=row.verdict,
        reason=row.reason,
        look_at=row.look_at,
        took_ms=row.took_ms,
        sent_id=row.sent_id,
        type=row.type,
        secret=row.secret,
        counts=answer_of(row.counts),
        unlogged=row.unlogged,
        kept_until=None if kept is None else rfc3339(kept.until),
        faults=() if kept is None else _faults(kept.faults),
    )


def _taken(taken: Taken) -> TakenView:
    return TakenView(taken.id, taken.verdict, taken.reason, answer_of(taken.counts), _faults(taken.faults))


def _faults(faults: tuple[BodyFault, ...]) -> tuple[DeliveryFault, ...]:
    return tuple(DeliveryFault(each.map, each.pointer, each.found, each.expected) for each in faults)
