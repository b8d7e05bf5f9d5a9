"""Trying an event: what the rules would make of it. Nothing is stored."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from api.calls import language_for, parts_of, principal_of, when_of
from api.misfits import faults_of, unfit_facts
from api.problems import Call, EventResult, Fault, Problem, ProblemType
from api.v1.member_forms import MadeUp
from engine.core.entries import MemberFacts
from engine.core.faults import shown
from engine.core.rulebook import Rulebook
from engine.run.member_fields import month_number
from engine.run.outcomes import Outcome, OutcomeStatus, Sender
from engine.run.trying import Tried
from engine.sources.events import IncomingEvent, JsonValue, RefusedEvent
from engine.sources.posted import read_posted

FACTS = "facts"
MOST_FAULTS_TOLD = 200
NO_TOOL = "hr"
"""The source of what HR tries without naming one."""


class TryAnswer(msgspec.Struct, frozen=True):
    """Each event was tried by itself, on somebody made up, and nothing was stored."""

    tried: Annotated[tuple[Tried, ...], Meta(description="Of each event, in their order")]


TRIED = TryAnswer(
    (
        Tried(
            id="try-1",
            subject="email:anna@example.org",
            points=10,
            balances={"points": 10, "coins": 10},
            badges=(),
            lines=("Share in your own words: 10 points.", "Coins: 10.", "Said by hub."),
            others=(),
        ),
    )
)


def wants_try(request: Call) -> bool:
    """Whether the request asks to try only."""
    said = request.query_params.getall("try", [])
    match said:
        case [] | ["false"]:
            return False
        case ["true"]:
            return True
        case _:
            shown = " and ".join(f'"{each[:20]}"' for each in said[:3])
            raise Problem("not-understood", f"try is {shown}; expected true or false, once.")


async def try_events(request: Call) -> TryAnswer:
    """What these events would lead to.

    Raises:
        Problem: With the same faults as the real call names, and those of `facts`.
    """
    parts, when = parts_of(request), when_of(request)
    posted = read_posted(dict(request.headers.items()), await request.body(), beside=FACTS)
    rulebook = await parts.trying.rulebook(when)
    facts = [_made_up(rulebook, value, item.pointer) for item, value in zip(posted.items, posted.beside, strict=False)]
    # A CloudEvent whose attributes are headers has no place for facts.
    facts.extend([_made_up(rulebook, None, "")] * (len(posted.items) - len(facts)))
    source = principal_of(request).source
    items = [
        (item, _sender(source, rulebook, item), MemberFacts() if isinstance(made_up, tuple) else made_up)
        for item, made_up in zip(posted.items, facts, strict=True)
    ]
    tried = await parts.trying.judge(rulebook, items, when, language_for(request, *rulebook.languages))
    wrong = [made_up if isinstance(made_up, tuple) else () for made_up in facts]
    _raise_faults(tried, wrong, is_array=posted.is_array)
    return TryAnswer(tuple(each for each in tried if isinstance(each, Tried)))


def _sender(source: str | None, rulebook: Rulebook, item: IncomingEvent | RefusedEvent) -> Sender:
    """A source speaks for itself; HR for whomever the event asks for."""
    if source is not None:
        return Sender(source=source)
    event = rulebook.events.get(item.type) if isinstance(item, IncomingEvent) else None
    named = item.source if isinstance(item, IncomingEvent) else None
    said_by_member = event is not None and "tool" not in event.said_by
    return Sender(source=named or NO_TOOL, member=NO_TOOL if said_by_member else None)


def _made_up(rulebook: Rulebook, value: JsonValue, pointer: str) -> MemberFacts | tuple[Fault, ...]:
    """The facts of the made-up member, or everything that is wrong with those that were sent."""
    if value is None:
        return MemberFacts(country=rulebook.country)
    place = f"{pointer}/{FACTS}"
    if not isinstance(value, dict):
        names = ", ".join(field.name for field in msgspec.structs.fields(MadeUp))
        return (Fault(place, "wrong-type", shown(value), f"an object with some of {names}"),)
    misfits = faults_of(value, MadeUp)
    told = {fault.pointer for fault in misfits}
    faults = (*misfits, *(fault for fault in unfit_facts(value) if fault.pointer not in told))
    if faults:
        return tuple(msgspec.structs.replace(each, pointer=f"{place}{each.pointer}") for each in faults)
    said = msgspec.convert(value, MadeUp)
    return MemberFacts(
        country=said.country or rulebook.country,
        team=said.team,
        department=said.department,
        time_zone=said.time_zone,
        language=said.language,
        started_on=None if said.started_on is None else month_number(said.started_on),
        is_leader=said.is_leader,
        invited_by=said.invited_by,
    )


def _raise_faults(tried: list[Tried | Outcome], wrong_facts: list[tuple[Fault, ...]], *, is_array: bool) -> None:
    faults: list[Fault] = []
    results: list[EventResult] = []
    kind: ProblemType = "does-not-fit"
    for each, wrong in zip(tried, wrong_facts, strict=True):
        told = each.wrong if isinstance(each, Outcome) else ()
        faults.extend(Fault(w.pointer, w.code, w.found, w.expected, w.near, w.cure) for w in told)
        faults.extend(wrong)
        status: OutcomeStatus | Literal["tried"] = (
            each.status if isinstance(each, Outcome) else "refused" if wrong else "tried"
        )
        results.append(EventResult(each.id, status))
        if status == "foreign-source" and not is_array:
            kind = "foreign-source"
    bad = sum(result.status != "tried" for result in results)
    if bad:
        detail = f"{bad} of {len(results)} events would not be taken; mend what is named. Nothing was stored."
        raise Problem(kind, detail, faults=tuple(faults[:MOST_FAULTS_TOLD]), results=tuple(results) if is_array else ())
