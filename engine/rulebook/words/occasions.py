"""The words that change what pays: boost (more for some days), approval (much only when somebody agrees)."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from engine.rulebook.words.parts import (
    Duration,
    FirstDay,
    Formerly,
    Id,
    If,
    IfAny,
    LastDay,
    On,
    Points,
    Said,
    Title,
    Unless,
)

MOST_PERCENT = 1_000


class Boost(Said, frozen=True, kw_only=True):
    """More points for the acts of some days; what limits and caps say still holds."""

    id: Id
    title: Title
    on: On
    if_: If = msgspec.field(name="if", default_factory=dict)
    if_any: IfAny = []
    unless: Unless = {}
    first_day: FirstDay
    last_day: LastDay
    percent: Annotated[
        int, Meta(ge=101, le=MOST_PERCENT, description="Of what the rules say: 200 doubles.", examples=[200])
    ]
    formerly: Formerly | None = None


class ApprovalOver(Said, frozen=True, kw_only=True):
    """What waits."""

    points: Points


class Approval(Said, frozen=True, kw_only=True):
    """What would bring one person much at once waits until somebody agrees."""

    over: Annotated[ApprovalOver, Meta(description="More than this waits.", examples=[{"points": 100}])]
    approver: Annotated[Literal["hr", "admin"], Meta(description="Who agrees.", examples=["hr"])] = "hr"
    not_by: Annotated[
        list[Literal["giver", "receiver"]],
        Meta(max_length=2, description="Who never does: both, unless it says otherwise.", examples=[["giver"]]),
    ] = msgspec.field(default_factory=lambda: ["giver", "receiver"])
    within: Annotated[Duration, Meta(description="How long it waits, in whole days.", examples=["14 days"])]
