import pytest
from redis.asyncio import Redis

from engine.store.directory import (
    Directory,
    MemberRecord,
    MembershipRow,
    SourceRecord,
    TextRecord,
    TokenRecord,
    token_digest,
)
from engine.store.keys import Keys
from engine.store.log import Row
from engine.store.rulebooks import RulebookMissing, Rulebooks, Version
from tests.store.building import everything, item, log_of

AINO = MemberRecord(name="A. Example", email="a@example.org", aliases=("email:a@example.org", "github:1"))


def directory_of(write: Redis, organization: str) -> Directory:
    return Directory(write=write, read=write, keys=Keys(organization))


async def append(write: Redis, organization: str, *rows: Row) -> str:
    return (await log_of(write, organization).append([item(rows=rows)]))[0].status


async def test_a_member_is_found_by_id_and_by_alias(write: Redis, organization: str) -> None:
    directory = directory_of(write, organization)

    await append(write, organization, *directory.member_rows("m1", AINO, None))

    assert await directory.member("m1") == AINO
    assert await directory.resolve(["github:1", "github:2"]) == {"github:1": "m1"}
    assert await directory.all_aliases() == {"email:a@example.org": "m1", "github:1": "m1"}


async def test_an_alias_belongs_to_one_member(write: Redis, organization: str) -> None:
    directory = directory_of(write, organization)
    await append(write, organization, *directory.member_rows("m1", AINO, None))
    before = await everything(write, organization)

    other = MemberRecord(name="B. Example", aliases=("github:1",))
    status = await append(write, organization, *directory.member_rows("m2", other, None))

    assert status == "changed"
    assert await everything(write, organization) == before


async def test_a_changed_record_moves_its_aliases(write: Redis, organization: str) -> None:
    directory = directory_of(write, organization)
    await append(write, organization, *directory.member_rows("m1", AINO, None))
    moved = MemberRecord(name="A. Sample", aliases=("github:1", "github:7"))

    first = await append(write, organization, *directory.member_rows("m1", moved, AINO))
    second = await append(write, organization, *directory.member_rows("m1", AINO, AINO))

    assert (first, second) == ("accepted", "changed")
    assert await directory.all_aliases() == {"github:1": "m1", "github:7": "m1"}
    assert await directory.all_members() == {"m1": moved}


async def test_erasing_leaves_nothing_that_names_or_reaches_a_person(write: Redis, organization: str) -> None:
    directory = directory_of(write, organization)
    await append(write, organization, *directory.member_rows("m1", AINO, None))
    await directory.put_text("t1", TextRecord("Thank you!", "m1", 5))
    await directory.put_text("t2", TextRecord("Welcome", "m2", 5))

    await append(write, organization, *directory.erased_rows("m1", AINO, await directory.texts_of("m1")))

    assert await directory.member("m1") is None
    assert await directory.all_aliases() == {}
    assert list(await directory.texts(["t1", "t2"])) == ["t2"]
    kept = b"".join((await everything(write, organization)).values())
    assert b"example.org" not in kept


async def test_membership_is_changed_only_from_what_was_read(write: Redis, organization: str) -> None:
    directory = directory_of(write, organization)
    joined, paused = MembershipRow("joined", 5), MembershipRow("paused", 5, (9,))

    statuses = [
        await append(write, organization, directory.membership_row("m1", joined, None)),
        await append(write, organization, directory.membership_row("m1", paused, joined)),
        await append(write, organization, directory.membership_row("m1", paused, joined)),
    ]

    assert statuses == ["accepted", "accepted", "changed"]
    assert await directory.memberships(["m1", "m2"]) == {"m1": paused}


async def test_a_token_lets_in_until_it_is_dropped_and_is_kept_as_a_digest(write: Redis, organization: str) -> None:
    directory = directory_of(write, organization)
    record = TokenRecord("member", "phone", 5, member="m1")
    await directory.put_token(token_digest("secret-words"), record)

    found = await directory.token("secret-words")
    kept = b"".join((await everything(write, organization)).values())
    await directory.drop_tokens([token_digest("secret-words")])

    assert found == record
    assert b"secret-words" not in kept
    assert await directory.token("secret-words") is None
    assert await directory.tokens() == {}


async def test_a_source_has_its_name_alone(write: Redis, organization: str) -> None:
    directory = directory_of(write, organization)

    first = await directory.add_source(SourceRecord("blog", "Our blog", 5))
    second = await directory.add_source(SourceRecord("blog", "Another", 6))

    assert (first, second) == (True, False)
    assert await directory.sources() == {"blog": SourceRecord("blog", "Our blog", 5)}


async def test_more_members_than_one_command_reads_are_all_found(write: Redis, organization: str) -> None:
    directory = directory_of(write, organization)
    members = {f"m{number}": MemberRecord(name=f"Person {number}") for number in range(1_500)}
    rows = [row for member, record in members.items() for row in directory.member_rows(member, record, None)]
    await append(write, organization, *rows)

    assert await directory.members([*members, "nobody"]) == members


async def test_published_texts_stay_and_versions_come_in_order(write: Redis, organization: str) -> None:
    rulebooks = Rulebooks(read=write, keys=Keys(organization))
    one, two = Version(1, b"\x01" * 16, 5, "hr"), Version(2, b"\xff" * 16, 6, "hr")
    first_newest = await rulebooks.newest()

    for version in (one, two):
        rows = rulebooks.rows(version.digest, {"a.toml": "x = 1"}, {"cel": "0.1.3"}, version)
        await append(write, organization, *rows)

    assert first_newest is None
    assert await rulebooks.newest() == two
    assert await rulebooks.versions() == [one, two]
    assert (await rulebooks.get(two.digest)).texts == {"a.toml": "x = 1"}


async def test_two_publications_at_once_do_not_take_the_same_number(write: Redis, organization: str) -> None:
    rulebooks = Rulebooks(read=write, keys=Keys(organization))

    statuses = [
        await append(write, organization, *rulebooks.rows(digest, {}, {}, Version(1, digest, 5, "hr")))
        for digest in (b"\x01" * 16, b"\x02" * 16)
    ]

    assert statuses == ["accepted", "changed"]
    with pytest.raises(RulebookMissing):
        await rulebooks.get(b"\x02" * 16)
