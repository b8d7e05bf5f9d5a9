"""What the door reads for a request: tokens, and people."""

from collections.abc import Callable

import pytest
from redis.asyncio import Redis

from engine.core.entries import Blank, encode_entry
from engine.store.arrivals import MOST_TOKENS, TOKEN_SECONDS, Arrivals
from engine.store.bearers import MOST_BEARERS, Bearer, Bearers
from engine.store.directory import Directory, MemberRecord, MembershipRow, Role, TokenRecord
from engine.store.keys import Keys
from engine.store.log import Append, Row
from tests.store.building import log_of

JOINED = MembershipRow(status="joined", joined_at=1)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def parts(write: Redis, organization: str, clock: Callable[[], float]) -> tuple[Directory, Arrivals]:
    keys = Keys(organization)
    return Directory(write=write, read=write, keys=keys), Arrivals(read=write, keys=keys, clock=clock)


def token(role: Role = "source") -> TokenRecord:
    return TokenRecord(role, "t", 1, source="hub" if role == "source" else None)


async def append(write: Redis, organization: str, *rows: Row) -> None:
    blank = Append(mark=None, digest=None, payload=encode_entry(Blank()), recorded=1, rows=rows)
    appended = await log_of(write, organization).append([blank])
    assert appended[0].status == "accepted"


async def test_a_source_whose_token_was_taken_back_is_let_in_for_a_second_at_most(
    write: Redis, organization: str
) -> None:
    clock = Clock()
    directory, arrivals = parts(write, organization, clock)
    await directory.put_token("d", token())
    await arrivals.token("d")
    await directory.drop_tokens(["d"])

    clock.now += TOKEN_SECONDS - 0.01
    within = await arrivals.token("d"), arrivals.source_seen("d")
    clock.now += 0.01
    after = arrivals.source_seen("d"), await arrivals.token("d")

    assert within == (token(), "hub")
    assert after == (None, None)


@pytest.mark.parametrize("role", ["admin", "hr", "member"])
async def test_the_token_of_a_person_is_looked_up_each_time(write: Redis, organization: str, role: Role) -> None:
    directory, arrivals = parts(write, organization, Clock())
    await directory.put_token("d", token(role))
    before = await arrivals.token("d")
    await directory.drop_tokens(["d"])

    assert (before, await arrivals.token("d"), arrivals.source_seen("d")) == (token(role), None, None)


async def test_a_token_that_nobody_has_is_not_remembered(write: Redis, organization: str) -> None:
    directory, arrivals = parts(write, organization, Clock())
    before = await arrivals.token("d")
    await directory.put_token("d", token())

    assert (before, await arrivals.token("d")) == (None, token())


async def test_so_many_tokens_are_remembered_and_no_more(write: Redis, organization: str) -> None:
    directory, arrivals = parts(write, organization, Clock())
    for number in range(MOST_TOKENS + 1):
        await directory.put_token(f"d{number}", token())
        await arrivals.token(f"d{number}")

    seen = [number for number in range(MOST_TOKENS + 1) if arrivals.source_seen(f"d{number}")]

    assert seen == [MOST_TOKENS]


async def test_whose_token_it_was_is_known_until_it_is_looked_up_and_gone(write: Redis, organization: str) -> None:
    directory, arrivals = parts(write, organization, Clock())
    await directory.put_token("d", token("hr"))
    await arrivals.token("d")
    await directory.drop_tokens(["d"])
    before = arrivals.bearer_seen("d")

    await arrivals.token("d")

    assert before is not None
    assert (before.digest, before.record, arrivals.bearer_seen("d")) == ("d", token("hr"), None)


def test_so_many_bearers_are_remembered_and_who_came_first_is_forgotten_first() -> None:
    bearers = Bearers()
    for number in range(MOST_BEARERS + 2):
        bearers.look(Bearer(f"d{number}", token("hr"), b""))
    bearers.look(Bearer("d2", token("member"), b""))

    seen = [bearers.seen(f"d{number}") for number in range(MOST_BEARERS + 2)]

    assert seen[:3] == [None, None, Bearer("d2", token("member"), b"")]
    assert None not in seen[2:]


async def test_names_are_ids_or_aliases_and_as_many_as_one_likes(write: Redis, organization: str) -> None:
    directory, arrivals = parts(write, organization, Clock())
    for number in range(3):
        record = MemberRecord("A", aliases=(f"email:{number}", f"github:{number}"))
        rows = directory.member_rows(f"m{number}", record, None)
        joined = (directory.membership_row(f"m{number}", JOINED, None),) if number else ()
        await append(write, organization, *rows, *joined)
    strangers = [f"email:x{number}" for number in range(2_100)] + [f"x{number}" for number in range(2_100)]

    known = await arrivals.of(["m2", *strangers, "email:0", "github:1", "m1", "email:1"])

    assert known.members == {"m2": "m2", "email:0": "m0", "github:1": "m1", "m1": "m1", "email:1": "m1"}
    assert known.memberships == {"m1": JOINED, "m2": JOINED}
    assert known.versions == 0


async def test_nobody_is_found_where_nobody_was_asked_for(write: Redis, organization: str) -> None:
    _, arrivals = parts(write, organization, Clock())

    known = await arrivals.of([])

    assert (known.versions, known.members, known.memberships) == (0, {}, {})
