"""Read scripts that share their trips: each asker gets the own answer, and nobody waits for ever."""

import asyncio

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from engine.store.scripts import Script
from engine.store.trips import MOST_AT_ONCE, MOST_UNDERWAY, SharedTrips

ECHO = Script("return { ARGV[1], KEYS[1] }")
BROKEN = Script("return redis.error_reply('ERR broken')")
PATIENCE_SECONDS = 30


async def test_each_asker_gets_the_own_answer_however_many_ask_at_once(read: Redis) -> None:
    trips = SharedTrips(read)
    many = MOST_AT_ONCE * MOST_UNDERWAY * 3 + 1

    answers = await asyncio.gather(*(trips.run(ECHO, [f"{{t}}:{number}"], [number]) for number in range(many)))

    assert answers == [[str(number).encode(), f"{{t}}:{number}".encode()] for number in range(many)]


async def test_whoever_asks_at_the_moment_at_which_a_trip_ends_is_answered(read: Redis) -> None:
    trips = SharedTrips(read)

    async def ask_again_and_again(who: int) -> list[object]:
        return [(await trips.run(ECHO, ["{t}"], [f"{who}-{turn}"]))[0] for turn in range(100)]

    async with asyncio.timeout(PATIENCE_SECONDS):
        answers = await asyncio.gather(*(ask_again_and_again(who) for who in range(MOST_UNDERWAY + 3)))

    assert answers == [[f"{who}-{turn}".encode() for turn in range(100)] for who in range(MOST_UNDERWAY + 3)]


async def test_an_error_of_one_script_reaches_the_one_who_asked(read: Redis) -> None:
    trips = SharedTrips(read)

    broken, good = await asyncio.gather(
        trips.run(BROKEN, [], []), trips.run(ECHO, ["{t}"], ["x"]), return_exceptions=True
    )

    assert isinstance(broken, ResponseError)
    assert good == [b"x", b"{t}"]


async def test_a_caller_who_goes_away_stops_nobody(read: Redis) -> None:
    trips = SharedTrips(read)
    gone, stays = (asyncio.create_task(trips.run(ECHO, ["{t}"], [who])) for who in ("gone", "stays"))
    await asyncio.sleep(0)

    gone.cancel()

    assert (await stays)[0] == b"stays"
    with pytest.raises(asyncio.CancelledError):
        await gone
