"""Waiting for entries in many logs at once."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from engine.store.connect import read_client
from engine.store.errors import StoreDamaged, StoreUnavailable
from engine.store.keys import Keys
from engine.store.news import MOST_AT_ONCE, News
from tests.store.building import item, log_of
from tests.store.proxy import ReplyDroppingProxy, Request

PATIENCE_SECONDS = 20


@pytest.fixture
async def news(server_url: str) -> AsyncIterator[News]:
    async with read_client(server_url) as blocking:
        news = News(blocking)
        yield news
        await news.close()


def names(count: int) -> list[str]:
    return [f"org-{secrets.token_hex(8)}" for _ in range(count)]


async def waiting_at(news: News, organizations: list[str]) -> dict[str, asyncio.Task[bool]]:
    """Those who wait for the logs of these, asked for on the server."""
    waiting = {name: asyncio.create_task(news.wait(Keys(name).log, 0)) for name in organizations}
    await asyncio.sleep(0)
    return waiting


async def test_whoever_has_news_hears_of_it_and_nobody_else(news: News, write: Redis) -> None:
    one, two, three = names(3)
    waiting = await waiting_at(news, [one, two, three])

    await log_of(write, two).append([item(1)])
    heard = await asyncio.wait_for(waiting[two], PATIENCE_SECONDS)

    assert heard
    assert not waiting[one].done()
    assert not waiting[three].done()


async def test_what_came_before_the_question_is_news_too(news: News, write: Redis) -> None:
    (one,) = names(1)
    await log_of(write, one).append([item(1), item(2)])

    assert await asyncio.wait_for(news.wait(Keys(one).log, 1), PATIENCE_SECONDS)


async def test_all_that_wait_share_one_question_after_a_round(server_url: str, write: Redis) -> None:
    organizations = names(MOST_AT_ONCE * 3)
    asked: list[Request] = []
    shared = asyncio.Event()

    def look(request: Request) -> None:
        asked.append(request)
        if all(Keys(name).log.encode() in request for name in organizations):
            shared.set()

    async with ReplyDroppingProxy(server_url, on_request=look) as proxy, read_client(proxy.url) as blocking:
        news = News(blocking)
        waiting = await waiting_at(news, organizations)
        await asyncio.wait_for(shared.wait(), PATIENCE_SECONDS)
        for name in organizations:
            await log_of(write, name).append([item(1)])
        heard = await asyncio.wait_for(asyncio.gather(*waiting.values()), PATIENCE_SECONDS)
        await news.close()

    assert all(heard)


async def test_who_is_woken_goes_on_without_news(news: News) -> None:
    one, two = names(2)
    waiting = await waiting_at(news, [one, two])

    news.wake(Keys(one).log)
    news.wake(Keys("nobody").log)

    assert not await waiting[one]
    assert not waiting[two].done()


async def test_a_key_that_is_no_log_is_damage_of_its_own_organization_alone(news: News, write: Redis) -> None:
    one, two, three = names(3)
    await write.set(Keys(two).log, "what nobody of ours writes")
    waiting = await waiting_at(news, [one, two, three])

    with pytest.raises(StoreDamaged):
        await asyncio.wait_for(waiting[two], PATIENCE_SECONDS)
    await log_of(write, three).append([item(1)])

    assert await asyncio.wait_for(waiting[three], PATIENCE_SECONDS)
    assert not waiting[one].done()


async def test_a_store_that_is_away_is_told_to_all_that_wait(tmp_path: Path) -> None:
    async with read_client(f"unix://{tmp_path}/nobody") as blocking:
        news = News(blocking)
        waiting = await waiting_at(news, names(3))
        results = await asyncio.wait_for(asyncio.gather(*waiting.values(), return_exceptions=True), PATIENCE_SECONDS)

    assert {type(result) for result in results} == {StoreUnavailable}
