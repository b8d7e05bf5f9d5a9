"""Whom Sulka tells what goes on: receivers of signed webhooks, channels of Slack and Teams."""

from typing import Annotated

import msgspec
from litestar import delete, get, patch, post
from litestar.openapi.spec import Example
from litestar.params import PathParameter
from msgspec import UNSET

from api.calls import allow, body_of, parts_of
from api.documented import ADMINISTRATION, DOCUMENTED, Answer, Documented, json_body
from api.fields import A_TIME
from api.problems import Call, Fault, Problem
from api.v1.subscription_forms import (
    ADD,
    DELIVERIES,
    MADE,
    VIEW,
    Dropped,
    ReplayBody,
    SubscriptionBody,
    SubscriptionDeliveries,
    SubscriptionList,
    SubscriptionMade,
    SubscriptionPatch,
    SubscriptionView,
    Tested,
    deliveries_view,
    subscription_view,
    tested_view,
)
from engine.core.faults import shown
from engine.run.outbox.addresses import AddressRefused
from engine.run.outbox.chat import CHAT_KINDS
from engine.run.outbox.messages import CHAT
from engine.run.outbox.subscriptions import Amended, NoSuchPlace, Wanted
from engine.sources.times import parse_time
from engine.store.outbox import MOST_ATTEMPTS

SubscriptionInPath = Annotated[
    str, PathParameter(description="The id of a subscription", examples=[Example(value="sub_k7w2mq9xhd4a")])
]
CHANGED = msgspec.structs.replace(VIEW, secrets=2)
TESTED = Tested(arrived=True, status=204, ms=38, why=None)


@post(
    "/subscriptions",
    status_code=201,
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION,
            takes=json_body(SubscriptionBody, ADD),
            gives=(Answer(description="It is told what happens from now on.", kind=SubscriptionMade, example=MADE),),
            problems=("wrong-state",),
        )
    },
)
async def add_subscription(request: Call) -> SubscriptionMade:
    """Tell a receiver what goes on from now on. Keep the secret that is answered: it can't be shown again.

    Only of members who take part; never a name, but in channels, which are told what the wall shows.
    """
    body = await body_of(request, SubscriptionBody)
    _check_kinds(body.format, body.kinds)
    wanted = Wanted(
        title=body.title,
        format=body.format,
        url=body.url,
        kinds=tuple(dict.fromkeys(body.kinds)),
        language=body.language,
    )
    try:
        standing, secret = await parts_of(request).subscriptions.add(wanted)
    except AddressRefused as error:
        raise _refused(error) from None
    return SubscriptionMade(subscription=subscription_view(standing), secret=secret)


@get(
    "/subscriptions",
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION,
            gives=(Answer(description="All of them.", kind=SubscriptionList, example=SubscriptionList((VIEW,))),),
        )
    },
)
async def subscriptions(request: Call) -> SubscriptionList:
    """All subscriptions, and how each is doing."""
    found = await parts_of(request).subscriptions.all()
    return SubscriptionList(tuple(subscription_view(each) for each in found))


@patch(
    "/subscriptions/{subscription:str}",
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION,
            takes=json_body(SubscriptionPatch, {"new_secret": True}),
            gives=(
                Answer(
                    description="It is changed.",
                    kind=SubscriptionMade,
                    example=msgspec.structs.replace(MADE, subscription=CHANGED),
                ),
            ),
        )
    },
)
async def change_subscription(request: Call, subscription: SubscriptionInPath) -> SubscriptionMade:
    """Change a subscription, switch it on or off, or let another secret sign. What is left out stays.

    Switched on again, all that waited goes out at once, in order. A new secret signs at once, the one before beside it
    for 24 hours, so that nothing is refused while the receiver changes over.
    """
    body = await body_of(request, SubscriptionPatch)
    service = parts_of(request).subscriptions
    format_ = (await service.one(subscription)).subscription.format
    if body.kinds is not UNSET:
        _check_kinds(format_, body.kinds)
    if body.new_secret and format_ != "standard-webhooks":
        fault = Fault("/new_secret", "contradiction", "true", f"nothing: {format_} knows no signatures")
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    amended = Amended(
        title=None if body.title is UNSET else body.title,
        url=None if body.url is UNSET else body.url,
        kinds=None if body.kinds is UNSET else tuple(dict.fromkeys(body.kinds)),
        language=None if body.language is UNSET else body.language,
        state=None if body.state is UNSET else body.state,
        new_secret=body.new_secret,
    )
    try:
        standing, secret = await service.change(subscription, amended)
    except AddressRefused as error:
        raise _refused(error) from None
    return SubscriptionMade(subscription=subscription_view(standing), secret=secret)


@delete(
    "/subscriptions/{subscription:str}",
    status_code=200,
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION,
            gives=(Answer(description="It is gone.", kind=Dropped, example=Dropped("sub_k7w2mq9xhd4a")),),
        )
    },
)
async def drop_subscription(request: Call, subscription: SubscriptionInPath) -> Dropped:
    """Tell a receiver nothing more, and forget it."""
    await parts_of(request).subscriptions.drop(subscription)
    return Dropped(subscription)


@post(
    "/subscriptions/{subscription:str}/test",
    status_code=200,
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION,
            gives=(Answer(description="It was tried.", kind=Tested, example=TESTED),),
        )
    },
)
async def check_subscription(request: Call, subscription: SubscriptionInPath) -> Tested:
    """Send a receiver a message that says nothing, and see what it answers; at most 15 seconds.

    Where it arrives, all that waits goes out at once.
    """
    return tested_view(await parts_of(request).subscriptions.test(subscription))


@post(
    "/subscriptions/{subscription:str}/replay",
    status_code=200,
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION,
            takes=json_body(ReplayBody, {"position": 1}),
            gives=(Answer(description="It goes out from there.", kind=SubscriptionView, example=CHANGED),),
        )
    },
)
async def replay(request: Call, subscription: SubscriptionInPath) -> SubscriptionView:
    """Send everything from an entry of the log or a moment on once more, under the same ids.

    Nothing of history mode is sent, and nothing of those who take part no more.
    """
    body = await body_of(request, ReplayBody)
    if (body.position is None) == (body.since is None):
        expected = "either the one or the other"
        faults = tuple(
            Fault(f"/{name}", "contradiction", "nothing" if said is None else shown(said), expected)
            for name, said in (("position", body.position), ("since", body.since))
        )
        raise Problem("does-not-fit", "From where on is said once.", faults=faults)
    since = None if body.since is None else parse_time(body.since)
    if body.since is not None and since is None:
        fault = Fault("/since", "not-a-time", shown(body.since), A_TIME)
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
    try:
        standing = await parts_of(request).subscriptions.replay(
            subscription, position=body.position, since=None if since is None else since.utc_ms
        )
    except NoSuchPlace as error:
        fault = Fault("/position", "wrong-value", str(error.found), f"a judged entry, at most {error.last}")
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,)) from None
    return subscription_view(standing)


@get(
    "/subscriptions/{subscription:str}/deliveries",
    guards=[allow("admin")],
    opt={
        DOCUMENTED: Documented(
            tag=ADMINISTRATION,
            gives=(Answer(description="What is kept of them.", kind=SubscriptionDeliveries, example=DELIVERIES),),
        )
    },
)
async def subscription_deliveries(request: Call, subscription: SubscriptionInPath) -> SubscriptionDeliveries:
    """The newest tries of a subscription, what waits to be tried again, and what was given up."""
    parts = parts_of(request)
    standing, attempts = await parts.subscriptions.deliveries(subscription, MOST_ATTEMPTS)
    return deliveries_view(parts.organization, standing, attempts)


def _check_kinds(format_: str, kinds: tuple[str, ...]) -> None:
    """Channels are told what the wall shows."""
    if format_ not in CHAT:
        return
    faults = tuple(
        Fault(f"/kinds/{number}", "wrong-value", shown(kind), f"what {format_} is told: {', '.join(CHAT_KINDS)}")
        for number, kind in enumerate(kinds)
        if kind not in CHAT_KINDS
    )
    if faults:
        raise Problem("does-not-fit", f"{len(faults)} fault(s); nothing was changed.", faults=faults)


def _refused(error: AddressRefused) -> Problem:
    fault = Fault("/url", "wrong-value", error.found, error.expected)
    return Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
