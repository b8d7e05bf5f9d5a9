"""Reads that are shared: few trips, and nothing from before the question."""

import asyncio

import pytest

from engine.store.gathering import Gathering


class Source:
    """A slow store that tells which reads came, and what its value was when they began."""

    def __init__(self) -> None:
        self.value, self.trips, self.broken = 0, list[list[str]](), False

    async def read(self, names: list[str]) -> int:
        self.trips.append(names)
        value = self.value
        await asyncio.sleep(0)
        if self.broken:
            raise ConnectionError
        return value


async def test_what_is_asked_during_a_read_shares_the_next_one() -> None:
    source = Source()
    gathering = Gathering(source.read)

    await asyncio.gather(*(gathering.of([f"n{number}", "same"]) for number in range(10)))
    await gathering.of(["later"])

    assert len(source.trips) == 2
    assert sorted(source.trips[0]) == sorted([*(f"n{number}" for number in range(10)), "same"])


async def test_nobody_is_told_what_was_true_before_they_asked() -> None:
    source = Source()
    gathering = Gathering(source.read)
    first = asyncio.create_task(gathering.of(["a"]))
    while not source.trips:  # noqa: ASYNC110 - until the first read is under way
        await asyncio.sleep(0)
    source.value = 1

    second = await gathering.of(["a"])

    assert (await first, second) == (0, 1)


async def test_an_error_reaches_all_who_shared_the_read_and_nobody_after() -> None:
    source = Source()
    gathering = Gathering(source.read)
    source.broken = True

    shared = await asyncio.gather(*(gathering.of(["a"]) for _ in range(3)), return_exceptions=True)
    source.broken = False

    assert [type(error) for error in shared] == [ConnectionError] * 3
    assert await gathering.of(["a"]) == 0


async def test_a_caller_who_goes_away_does_not_stop_the_others() -> None:
    source = Source()
    gathering = Gathering(source.read)
    gone, stays = (asyncio.create_task(gathering.of(["a"])) for _ in range(2))
    await asyncio.sleep(0)

    gone.cancel()

    assert await stays == 0
    with pytest.raises(asyncio.CancelledError):
        await gone
