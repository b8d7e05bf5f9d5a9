"""Making a member known, and changing them, said again: after an error, at the same moment, by another process."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from engine.core.entries import Act, HistoryEnded, HistoryOpened, MemberFacts, MemberSet
from engine.run.outcomes import Sender, When
from engine.sources.posted import read_posted
from engine.store.connect import write_client
from engine.store.directory import MemberRecord
from tests.api.desk import Desk, problem
from tests.api.house import House, share
from tests.store.proxy import ReplyDroppingProxy, Request

WRITE = b"EVALSHA"

ANNA: dict[str, object] = {"name": "Anna", "email": "anna@example.org", "aliases": ["slack:u1"], "team": "red"}


class Breaking:
    """The API over a line to the store that loses the answer to one write."""

    def __init__(self, desk: Desk, proxy: ReplyDroppingProxy, count: "Countdown") -> None:
        self.desk, self._proxy, self._count = desk, proxy, count

    def lose_answer(self, number: int) -> None:
        """Lose the answer to the n-th write from now on; it was carried out all the same."""
        self._count.left = number - 1
        if number == 1:
            self._proxy.drop_next_reply(WRITE)

    @property
    def lost(self) -> int:
        return self._proxy.replies_dropped


class Countdown:
    """Arms the proxy when so many writes have gone by."""

    def __init__(self) -> None:
        self.left = 0
        self.arm: Callable[[], None] = lambda: None

    def __call__(self, request: Request) -> None:
        if request[0].upper() == WRITE and self.left:
            self.left -= 1
            if not self.left:
                self.arm()


@asynccontextmanager
async def breaking(organization: str, server_url: str, read: Redis) -> AsyncIterator[Breaking]:
    """The same, with the programme in force."""
    count = Countdown()
    async with ReplyDroppingProxy(server_url, on_request=count) as proxy, write_client(proxy.url) as write:
        count.arm = lambda: proxy.drop_next_reply(WRITE)
        house = House(organization, write, read)
        await house.publish()
        async with Desk(house) as desk:
            yield Breaking(desk, proxy, count)


async def entries(house: House, kind: type) -> list[object]:
    """The entries of this kind in the log."""
    return [logged.entry for logged in await house.parts.log.read(0, 100) if isinstance(logged.entry, kind)]


async def test_the_same_member_again_is_the_same_member(desk: Desk) -> None:
    first = await desk.right("POST", "/v1/members", ANNA, by="hr")
    again = await desk.right("POST", "/v1/members", ANNA, by="hr")

    assert first == again
    assert len(await entries(desk.house, MemberSet)) == 1


async def test_the_same_member_with_other_content_is_refused(desk: Desk) -> None:
    await desk.right("POST", "/v1/members", ANNA, by="hr")
    before = await desk.house.position()

    others: list[dict[str, object]] = [
        {"team": "blue"},
        {"name": "Ann"},
        {"aliases": ["slack:u2"]},
        {"email": None},
        {"is_leader": True},
    ]
    answers = [await desk.post("/v1/members", {**ANNA, **other}, by="hr") for other in others]

    assert {(answer.status_code, problem(answer)) for answer in answers} == {(409, "wrong-state")}
    assert "belongs to another member" in answers[0].json()["detail"]
    assert await desk.house.position() == before


async def test_aliases_of_two_members_make_no_third(desk: Desk) -> None:
    await desk.right("POST", "/v1/members", {"name": "Anna", "aliases": ["slack:a"]}, by="hr")
    await desk.right("POST", "/v1/members", {"name": "Bea", "aliases": ["slack:b"]}, by="hr")

    answer = await desk.post("/v1/members", {"name": "Anna", "aliases": ["slack:a", "slack:b"]}, by="hr")

    assert (answer.status_code, problem(answer)) == (409, "wrong-state")


async def test_members_without_aliases_are_told_apart_by_the_id_of_the_request(desk: Desk) -> None:
    first = await desk.right("POST", "/v1/members", {"name": "Anna", "id": "row-1"}, by="hr")
    again = await desk.right("POST", "/v1/members", {"name": "Anna", "id": "row-1"}, by="hr")
    namesake = await desk.right("POST", "/v1/members", {"name": "Anna", "id": "row-2"}, by="hr")
    other = await desk.post("/v1/members", {"name": "Bea", "id": "row-1"}, by="hr")

    assert first == again
    assert namesake["id"] != first["id"]
    assert (other.status_code, problem(other)) == (409, "content-conflict")


async def test_the_same_member_at_the_same_moment_is_made_once(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.right("POST", "/v1/members", ANNA, by="hr") for _ in range(8)))

    assert len({answer["id"] for answer in answers}) == 1
    assert len(await entries(desk.house, MemberSet)) == 1


async def test_a_member_who_got_another_alias_is_still_the_one_of_that_request(desk: Desk) -> None:
    first = await desk.right("POST", "/v1/members", ANNA, by="hr")
    await desk.house.judge()
    await desk.right("PATCH", f"/v1/members/{first['id']}", {"aliases": ["slack:u1", "slack:u2"]}, by="hr")

    again = await desk.right("POST", "/v1/members", ANNA, by="hr")

    assert again == first


APPEND, LET_IN = 1, 2
"""The writes of a call that links an alias: the entry with its rows, then what waited."""


@pytest.mark.parametrize("write", [APPEND, LET_IN])
async def test_a_new_member_whose_call_failed_is_made_once_and_what_waited_comes_in_once(
    organization: str, server_url: str, read: Redis, write: int
) -> None:
    async with breaking(organization, server_url, read) as line:
        desk = line.desk
        anna = await desk.house.member("anna")
        await desk.post("/v1/events", share("slack:u2", data={"helper": anna}))
        line.lose_answer(write)

        body = {"name": "Bea", "aliases": ["slack:u2"]}
        broken = await desk.post("/v1/members", body, by="hr")
        again = await desk.right("POST", "/v1/members", body, by="hr")
        once_more = await desk.right("POST", "/v1/members", body, by="hr")

        assert (broken.status_code, problem(broken), line.lost) == (503, "busy", 1)
        assert again == once_more
        assert len(await entries(desk.house, MemberSet)) == 2
        (act,) = await entries(desk.house, Act)
        assert isinstance(act, Act)
        assert (act.subject, act.data["helper"]) == (None, anna)


@pytest.mark.parametrize("write", [APPEND, LET_IN])
async def test_a_change_whose_call_failed_is_made_and_what_waited_comes_in_once(
    organization: str, server_url: str, read: Redis, write: int
) -> None:
    async with breaking(organization, server_url, read) as line:
        desk = line.desk
        anna = await desk.house.member("anna")
        await desk.post("/v1/events", share("slack:u1"))
        await desk.house.judge()
        line.lose_answer(write)

        body = {"aliases": ["email:anna@example.org", "slack:u1"]}
        broken = await desk.call("PATCH", f"/v1/members/{anna}", body, by="hr")
        await desk.house.judge()
        await desk.right("PATCH", f"/v1/members/{anna}", body, by="hr")
        await desk.house.judge()
        await desk.right("PATCH", f"/v1/members/{anna}", body, by="hr")
        await desk.house.judge()

        assert (broken.status_code, problem(broken), line.lost) == (503, "busy", 1)
        assert [act.subject for act in await entries(desk.house, Act) if isinstance(act, Act)] == [anna]
        state = await desk.house.parts.members.state(anna)
        assert (state.facts.team, state.balances[0]) == ("red", 10)


async def test_what_a_call_that_was_cut_off_left_waiting_comes_in_with_the_next_sweep(
    organization: str, server_url: str, write: Redis, read: Redis
) -> None:
    async with breaking(organization, server_url, read) as line:
        anna = await line.desk.house.member("anna")
        await line.desk.post("/v1/events", share("slack:u1"))
        await line.desk.house.judge()
        line.lose_answer(APPEND)
        body = {"aliases": ["slack:u1"]}
        assert (await line.desk.call("PATCH", f"/v1/members/{anna}", body, by="hr")).status_code == 503
    next_process = House(organization, write, read)

    swept = [await next_process.parts.sweep.look() for _ in range(2)]

    assert swept == [1, 0]
    assert [act.subject for act in await entries(next_process, Act) if isinstance(act, Act)] == [anna]


async def test_nobody_is_swept_in_while_history_is_open(organization: str, write: Redis, read: Redis) -> None:
    house = House(organization, write, read)
    then = When(house.now, said=True)
    await house.parts.recorder.append(HistoryOpened(), then, history="opens")
    await house.publish(then)
    anna, _ = await house.parts.members.add(MemberRecord("Anna"), MemberFacts(), then)
    await house.parts.members.choose(anna, "join", then)
    posted = read_posted({"content-type": "application/json"}, json.dumps(share("slack:u1")).encode())
    await house.parts.door.accept(posted, Sender(source="hub"), then)
    linked = house.parts.directory.member_rows(anna, MemberRecord("Anna", aliases=("slack:u1",)), MemberRecord("Anna"))
    await house.parts.recorder.append(MemberSet(anna, MemberFacts()), then, rows=linked)

    while_open = await house.parts.sweep.look()
    still_open = (await house.parts.log.door()).history
    await house.parts.recorder.append(HistoryEnded(), house.when, history="ends")

    assert (while_open, still_open) == (0, True)
    assert await house.parts.sweep.look() == 1
