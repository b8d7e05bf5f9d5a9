"""What challenges owe follows by itself: once, whatever was lost on the way, and in history mode too."""

import asyncio

import msgspec
from redis.asyncio import Redis

from engine.core.entries import (
    ChallengesSettled,
    HistoryOpened,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    encode_entry,
)
from engine.core.goals import BLOCK
from engine.core.keys import ORGANIZATION
from engine.core.plan import Plan
from engine.core.rules import Challenge
from engine.core.states import OrganizationState
from engine.run.following import Following
from engine.run.loop import follow_nothing
from engine.run.verify import Verifier
from engine.store.log import Append
from tests.core.programme import POINTS, text
from tests.run.site import BEGIN, DAY_MS, OneRulebook, Site, programme, publish_programme, share
from tests.run.test_verify import empty, side

__all__ = ["empty"]

PEOPLE = tuple(f"p{number:03}" for number in range(BLOCK + 10))
SETTLES = 2
"""So many entries reward them all."""


class WithChallenge(OneRulebook):
    """The small programme, and a challenge of everyone that all of them reach together."""

    def __init__(self) -> None:
        book = programme().rulebook
        together = Challenge(
            code=70,
            id="together",
            title=text("Together"),
            whose="everyone",
            metric=POINTS,
            first_day=BEGIN // DAY_MS - 1,
            last_day=BEGIN // DAY_MS + 20,
            closes_ms=BEGIN + 22 * DAY_MS,
            goal=10 * len(PEOPLE),
            amount=5,
        )
        self.plan = Plan(msgspec.structs.replace(book, challenges=(together,)))


async def reach(site: Site) -> None:
    """Everybody joins and shares once."""
    for member in PEOPLE:
        await site.append(MemberSet(member, MemberFacts(team="red")), BEGIN + 1)
        await site.append(MembershipChanged(member, "join", BEGIN), BEGIN + 1)
    await site.append_all([(share(member, BEGIN + 1), BEGIN + 1) for member in PEOPLE])


async def paid(site: Site) -> set[int]:
    """What the members have, each share and each reward together."""
    return {(await site.member(member)).balances.get(0, 0) for member in PEOPLE}


async def owed(site: Site) -> list[str]:
    """What is owed still."""
    organization = (await site.reader.read([ORGANIZATION]))[ORGANIZATION]
    assert isinstance(organization, OrganizationState)
    return organization.owed


async def run(site: Site, until: int, *, follows: bool = True, asides: dict[int, str] | None = None) -> None:
    """Let an engine judge so far; `asides` are what it can't judge."""
    engine = site.engine(
        plans=WithChallenge(), asides=asides, on_owed=Following(site.log).settle if follows else follow_nothing
    )
    await engine.run(asyncio.Event(), until=until)


async def test_the_engine_lets_follow_what_a_challenge_owes_until_nothing_is_owed(site: Site) -> None:
    await publish_programme(site)
    await reach(site)

    await run(site, site.position + SETTLES)

    assert await paid(site) == {15}
    assert await owed(site) == []
    assert (await site.log.door()).position == site.position + SETTLES


async def test_an_engine_that_starts_lets_follow_what_one_before_it_could_not(site: Site) -> None:
    await publish_programme(site)
    await reach(site)
    await run(site, site.position, follows=False)
    assert len(await owed(site)) == 1

    await run(site, site.position + SETTLES)

    assert await paid(site) == {15}


async def test_an_entry_too_many_pays_nobody_twice(site: Site) -> None:
    await publish_programme(site)
    await reach(site)
    await site.append_all([(ChallengesSettled(), BEGIN + 1)] * 4)

    await run(site, site.position)

    assert await paid(site) == {15}


async def test_what_goes_aside_is_not_followed_by_more_of_the_same(site: Site) -> None:
    await publish_programme(site)
    await reach(site)

    await run(site, site.position + 1, asides={site.position + 1: "TypeError"})

    assert (await site.log.door()).position == site.position + 1
    assert len(await owed(site)) == 1


async def test_none_is_appended_while_one_is_not_judged(site: Site) -> None:
    await publish_programme(site)
    following = Following(site.log)

    first = await following.settle(site.position)
    again = await following.settle(site.position)
    judged = await following.settle(site.position + 1)

    assert (first, again, judged) == (True, False, True)


async def test_in_history_mode_it_is_recorded_with_the_entry_before_and_history_goes_on(site: Site) -> None:
    opened = Append(
        mark=None,
        digest=None,
        payload=encode_entry(HistoryOpened()),
        recorded=BEGIN,
        said_recorded=True,
        history="opens",
    )
    await site.log.append([opened])

    await Following(site.log).settle(1)

    entry = await site.log.entry(2)
    assert entry is not None
    assert (type(entry.entry), entry.recorded) == (ChallengesSettled, BEGIN)
    assert (await site.log.door()).history


async def test_a_full_log_lets_nothing_follow(site: Site) -> None:
    await publish_programme(site)
    await site.log.limit(site.position)

    assert not await Following(site.log).settle(site.position)


async def test_what_followed_replays_to_the_same_bytes(site: Site, empty: Redis) -> None:
    await publish_programme(site)
    await reach(site)
    await run(site, site.position + SETTLES)

    replay = Site(site.keys.organization, empty, empty)
    found = await Verifier(keys=site.keys, stored=side(site), empty=side(replay), plans=WithChallenge()).verify()

    assert found.differences == ()
