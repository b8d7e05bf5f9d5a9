"""Names in requests that have to be known: of members, senders, and of what the rule files declare.

What there is is told with what was probably meant; of members it never is (docs/decisions/0027).
"""

from api.examples import day_in_words
from api.parts import Parts
from api.problems import Fault, Problem
from engine.core.faults import shown
from engine.core.plan import Plan
from engine.rulebook.did_you_mean import listed, nearest
from engine.sources.signatures.profiles import PROFILES, Profile


async def member_named(parts: Parts, name: str) -> str:
    """The member with this id or alias; 404 where nobody has it."""
    member = await parts.members.find(name)
    if member is None:
        raise Problem("not-found", f'No member has the id or alias "{name[:100]}".')
    return member


async def check_source(parts: Parts, name: str) -> None:
    """Refuse the name of a sender who is not known.

    Raises:
        Problem: With those who are. Nobody but HR and administrators may see that list.
    """
    known = await parts.directory.sources()
    if name not in known:
        near = nearest(name, known)
        hint = f' Did you mean "{near}"?' if near else ""
        raise Problem("not-found", f'No source is called "{name[:100]}".{hint} There are: {listed(sorted(known))}.')


def profile_named(name: str) -> Profile:
    """How the deliveries of such senders are signed.

    Raises:
        Problem: There is no such profile; with those that there are.
    """
    profile = PROFILES.get(name)
    if profile is None:
        raise _unknown("/profile", name, list(PROFILES))
    return profile


async def check_mapping(parts: Parts, name: str | None) -> None:
    """Refuse the name of a mapping that is not in force.

    Raises:
        Problem: It is not.
    """
    if name is not None and await parts.mappings.get(name) is None:
        expected = "a file of rules/sources that was published, without .toml"
        fault = Fault("/mapping", "wrong-value", shown(name), expected)
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))


async def check_topics(parts: Parts, topics: tuple[str, ...]) -> None:
    """Refuse topics that the newest rule files do not declare, where they declare any: no condition could match them.

    Raises:
        Problem: With all that are not declared.
    """
    book = await parts.newest.of((await parts.arrivals.of(())).versions)
    known = [topic.id for topic in book.topics]
    expected = f"one of {', '.join(known)}"
    faults = tuple(
        Fault(f"/topics/{place}", "wrong-value", shown(topic), expected, nearest(topic, known) or None)
        for place, topic in enumerate(topics)
        if known and topic not in known
    )
    if faults:
        raise Problem("does-not-fit", f"{len(faults)} fault(s); nothing was changed.", faults=faults)


def check_currency(plan: Plan, currency: str | None) -> None:
    """Refuse a currency that the rule files do not have; None is points."""
    if plan.currency(currency) is None:
        known = ["points", *(each.id for each in plan.rulebook.currencies)]
        raise _unknown("/currency", currency or "", known)


def check_not_ended(plan: Plan, id_: str | None, now_ms: int) -> None:
    """Refuse to give a currency after its last day."""
    code = plan.currency(id_)
    currency = None if code is None else plan.running_out.get(code)
    if currency is None or currency.last_day is None or plan.local_day(now_ms) <= currency.last_day:
        return
    expected = (
        f"points, or a currency that goes on: the last day of {currency.id} was {day_in_words(currency.last_day)}"
    )
    fault = Fault("/currency", "wrong-value", shown(id_), expected)
    raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))


def check_badge(plan: Plan, badge: str, tier: int) -> None:
    """Refuse a badge, or a tier of it, that the rule files do not have."""
    found = next((each for each in plan.rulebook.badges if each.id == badge), None)
    if found is None:
        raise _unknown("/badge", badge, [each.id for each in plan.rulebook.badges])
    if tier >= max(1, len(found.tiers)):
        fault = Fault("/tier", "wrong-value", shown(tier), f"0 to {max(1, len(found.tiers)) - 1}")
        raise Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))


def _unknown(pointer: str, found: str, known: list[str]) -> Problem:
    fault = Fault(pointer, "wrong-value", shown(found), f"one of {', '.join(known)}", nearest(found, known) or None)
    return Problem("does-not-fit", "1 fault(s); nothing was changed.", faults=(fault,))
