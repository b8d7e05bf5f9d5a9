"""What calls about senders and their deliveries take and give."""

from typing import Annotated, Final, Literal

import msgspec
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from api.fields import Count, Moment
from engine.sources.signatures.profiles import MOST_SECRET_CHARACTERS, PROFILES

MOST_PAGE: Final = 200
MOST_MAPPING_NAME: Final = 100

SourceName = Annotated[
    str,
    Meta(
        max_length=100,
        pattern="^[a-z0-9][a-z0-9._-]{0,99}$(?!\n)",  # Python's $ lets a last line break pass
        description="What it is called in tokens and events: lower-case letters and digits, ._-",
        extra={"words": "a name of 1 to 100 lower-case letters, digits and ._- that begins with a letter or digit"},
    ),
]
Title = Annotated[str, Meta(min_length=1, max_length=100, description="What it is, for people")]
ProfileName = Annotated[
    str,
    Meta(
        max_length=100,
        description="How its deliveries are signed; left out, it posts events with a token instead",
        extra_json_schema={"enum": list(PROFILES)},
        extra={"words": f"one of {', '.join(PROFILES)}"},
    ),
]
MappingName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MOST_MAPPING_NAME,
        description="Which file of rules/sources reads its deliveries, without .toml; left out, the profile's own",
    ),
]
Secret = Annotated[
    str,
    Meta(
        max_length=MOST_SECRET_CHARACTERS,
        description="The secret that the sender signs with; left out, one is made, where the sender takes ours",
    ),
]
SecretId = Annotated[str, Meta(description="By what the secret is called here", examples=["5b1c0a9e"])]


class SourceBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sender of events; with a `profile` one that delivers its own format."""

    name: SourceName
    title: Title
    profile: ProfileName | None = None
    mapping: MappingName | None = None
    secret: Secret | None = None


class SecretBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A further secret."""

    secret: Secret | None = None


class SecretMade(msgspec.Struct, frozen=True):
    """A secret that counts from now on."""

    id: SecretId
    secret: Annotated[str | None, Meta(description="The secret, shown this once; null where it was sent")]


class SourceMade(msgspec.Struct, frozen=True, omit_defaults=True):
    """The sender. One without a profile needs a token next; one with a profile has an address of its own."""

    name: SourceName
    title: Title
    profile: Annotated[str | None, Meta(description="How its deliveries are signed")] = None
    mapping: Annotated[str | None, Meta(description="Which file of rules/sources reads them")] = None
    address: Annotated[str | None, Meta(description="Where it delivers, behind the address of this service")] = None
    secret: Annotated[SecretMade | None, Meta(description="Its first secret")] = None


class SecretView(msgspec.Struct, frozen=True):
    """A secret that counts, without the secret."""

    id: SecretId
    added_at: Annotated[Moment, Meta(description="Since when it counts")]


class SourceView(msgspec.Struct, frozen=True):
    """A sender that is known."""

    name: SourceName
    title: Title
    created_at: Annotated[Moment, Meta(description="Since when it is known")]
    profile: Annotated[str | None, Meta(description="How its deliveries are signed; null: it posts with a token")]
    mapping: Annotated[str | None, Meta(description="Which file of rules/sources reads them; null with no profile")]
    address: Annotated[str | None, Meta(description="Where it delivers, behind the address of this service")]
    secrets: Annotated[tuple[SecretView, ...], Meta(description="Those that count, the newest first")]


class WebhookAnswer(msgspec.Struct, frozen=True):
    """What became of what a delivery held; all of it is safe. Nobody learns from it who takes part."""

    accepted: Annotated[Count, Meta(description="So many were taken")]
    duplicates: Annotated[Count, Meta(description="So many came before")]
    waiting: Annotated[Count, Meta(description="So many wait for somebody whom nobody knows yet")]
    ignored: Annotated[Count, Meta(description="1 where no mapping wanted it; what is read and not used")]
    unreadable: Annotated[Count, Meta(description="So many wait because they could not be read")]


class CodeAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """What a sender wants to hear that tries an address with a code."""

    challenge_code: Annotated[str, Meta(description="The code")]
    challenge_response: Annotated[str, Meta(description="Its digest under the secret, in hex")]


VerdictName = Literal["accepted", "duplicate", "ignored", "unreadable", "not-authentic", "handshake", "failed"]


class DeliveryFault(msgspec.Struct, frozen=True):
    """Why something in a delivery could not be taken."""

    map: Annotated[str, Meta(description="The id of the map, or the type of the event that did not fit")]
    pointer: Annotated[str, Meta(description="Where: a JSON pointer into the payload, or into the event")]
    found: Annotated[str, Meta(description="What stands there, shortened")]
    expected: Annotated[str, Meta(description="What may stand there")]


class DeliveryView(msgspec.Struct, frozen=True):
    """One delivery, and what became of it."""

    id: Annotated[str, Meta(description="What it is called here", examples=["1795000000000-1f2e3d4c"])]
    received_at: Annotated[Moment, Meta(description="When it came")]
    verdict: Annotated[
        VerdictName,
        Meta(
            description="accepted; duplicate: it came before; ignored: no mapping wanted it; unreadable: it waits "
            "until it is replayed; not-authentic: it was refused; handshake: the sender tried the address; failed: "
            "the sender was told to mend it or to send it again"
        ),
    ]
    reason: Annotated[str | None, Meta(description="Why, as a word that stays the same")]
    look_at: Annotated[str | None, Meta(description="What to look at where it was refused; the sender is not told")]
    took_ms: Annotated[Count, Meta(description="Milliseconds until it was dealt with")]
    sent_id: Annotated[str | None, Meta(description="The sender's own id of it")]
    type: Annotated[str | None, Meta(description="What the sender calls what happened")]
    secret: Annotated[str | None, Meta(description="The id of the secret that it was signed with")]
    counts: Annotated[WebhookAnswer, Meta(description="What the sender was told")]
    unlogged: Annotated[
        Count, Meta(description="So many refused ones came shortly before, too many to be noted one by one")
    ]
    kept_until: Annotated[
        Moment | None, Meta(description="Until when its body is kept, to be replayed; null: it is not")
    ]
    faults: Annotated[tuple[DeliveryFault, ...], Meta(description="What could not be taken, and why")]


class DeliveriesPage(msgspec.Struct, frozen=True):
    """Deliveries, the newest first."""

    deliveries: Annotated[tuple[DeliveryView, ...], Meta(description="The newest first")]
    cursor: Annotated[str | None, Meta(description="Send it as ?cursor= for the next page; null on the last one")]


class TakenView(msgspec.Struct, frozen=True):
    """What became of a delivery that was replayed or tried."""

    delivery: Annotated[str, Meta(description="What it is called here")]
    verdict: Annotated[VerdictName, Meta(description="As in the list of deliveries")]
    reason: Annotated[str | None, Meta(description="Why, as a word that stays the same")]
    counts: Annotated[WebhookAnswer, Meta(description="What became of what it holds")]
    faults: Annotated[tuple[DeliveryFault, ...], Meta(description="What could not be taken, and why")]


SourceInPath = Annotated[str, PathParameter(description="What the source is called", examples=[Example(value="crm")])]
SecretInPath = Annotated[
    str, PathParameter(description="The id of the secret, as the list has it", examples=[Example(value="5b1c0a9e")])
]
DeliveryInPath = Annotated[
    str,
    PathParameter(
        description="The id of the delivery, as the list has it", examples=[Example(value="1795000000000-1f2e3d4c")]
    ),
]
VerdictWanted = Annotated[VerdictName | None, QueryParameter(description="Only those with this verdict")]
Code = Annotated[
    str | None,
    QueryParameter(name="challengeCode", max_length=200, description="What the sender wants to hear the digest of"),
]
Application = Annotated[
    str | None,
    QueryParameter(name="applicationId", max_length=200, description="Which application asks; not looked at"),
]

NOTHING: Final = WebhookAnswer(0, 0, 0, 0, 0)
SOURCE: Final = {"name": "hub", "title": "The share buttons of our intranet"}
CONNECTED: Final = {"name": "crm", "title": "Our customer tool", "profile": "bearer", "mapping": "generic"}
VIEW: Final = SourceView(
    name="crm",
    title="Our customer tool",
    created_at="2026-11-23T07:12:00.000Z",
    profile="bearer",
    mapping="generic",
    address="/v1/webhooks/crm",
    secrets=(SecretView("5b1c0a9e", "2026-11-23T07:12:00.000Z"),),
)
VIEW_AFTER: Final = msgspec.structs.replace(VIEW, secrets=(SecretView("0d9c8b7a", "2026-11-23T07:12:00.000Z"),))
TRIED: Final = TakenView("1795000000000-1f2e3d4c", "ignored", "unwanted", WebhookAnswer(0, 0, 0, 1, 0), ())
DELIVERED: Final = DeliveryView(
    id="1795000000000-1f2e3d4c",
    received_at="2026-11-18T11:06:40.000Z",
    verdict="unreadable",
    reason="payload",
    look_at=None,
    took_ms=3,
    sent_id="evt-1",
    type=None,
    secret="5b1c0a9e",  # noqa: S106 - an id
    counts=WebhookAnswer(0, 0, 0, 0, 1),
    unlogged=0,
    kept_until="2026-12-02T11:06:40.000Z",
    faults=(DeliveryFault("share", "/member", "nothing", "a text"),),
)
