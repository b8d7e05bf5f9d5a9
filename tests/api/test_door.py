"""The door over a real server: what is appended, what is answered, and what is the same for everybody."""

import pytest

from engine.core.entries import Act, Blank, MemberFacts
from engine.run.outcomes import When
from engine.store.directory import MemberRecord
from tests.api.house import HOUR_MS, NOON, House, become, share


async def entry_at(house: House, position: int | None) -> object:
    assert position is not None
    logged = await house.parts.log.entry(position)
    assert logged is not None
    return logged.entry


async def test_an_event_is_appended_once_however_often_it_comes(house: House) -> None:
    anna = await house.member("anna")

    (first,) = await house.post(share())
    (again,) = await house.post(share())

    assert (first.status, again.status) == ("accepted", "duplicate")
    assert first.position == again.position == await house.position()
    entry = await entry_at(house, first.position)
    assert isinstance(entry, Act)
    assert (entry.subject, entry.source, entry.time) == (anna, "hub", NOON)


async def test_the_same_event_twice_in_one_request_is_appended_once(house: House) -> None:
    await house.member("anna")

    first, again = await house.post(share(), share())

    assert (first.status, again.status) == ("accepted", "duplicate")
    assert first.position == again.position


async def test_other_content_under_the_same_id_is_a_conflict(house: House) -> None:
    await house.member("anna")
    await house.post(share())
    before = await house.position()

    (outcome,) = await house.post(share(data={"channel": "x"}))

    assert outcome.status == "conflict"
    assert outcome.wrong[0].pointer == "/0/id"
    assert await house.position() == before


async def test_another_source_than_the_tokens_is_refused(house: House) -> None:
    await house.member("anna")
    before = await house.position()

    (outcome,) = await house.post(share(source="other"))

    assert outcome.status == "foreign-source"
    assert outcome.wrong[0].pointer == "/0/source"
    assert await house.position() == before


async def test_good_events_of_an_array_are_kept_beside_wrong_ones(house: House) -> None:
    await house.member("anna")

    wrong, good = await house.post(share(data={"channel": "linkedn"}), share(id="share-2"))

    assert (wrong.status, good.status) == ("refused", "accepted")
    assert (wrong.wrong[0].pointer, wrong.wrong[0].near) == ("/0/data/channel", "linkedin")


@pytest.mark.parametrize("minutes", [1.5, "5", True, [5]])
async def test_a_number_that_is_not_whole_is_refused_in_words(house: House, minutes: object) -> None:
    await house.member("anna")
    before = await house.position()

    (outcome,) = await house.post(share(data={"minutes": minutes}))

    assert outcome.wrong[0].expected == "a whole number"
    assert await house.position() == before


async def test_the_answer_is_the_same_for_joined_paused_and_never_joined(house: House) -> None:
    await house.member("anna")
    bea = await house.member("bea")
    await house.parts.members.choose(bea, "pause", When(NOON - 1_000))
    await house.member("carl", joined=False)

    outcomes = await house.post(*(share(f"email:{name}@example.org", id=name) for name in ("anna", "bea", "carl")))

    assert [outcome.status for outcome in outcomes] == ["accepted"] * 3
    entries = [await entry_at(house, outcome.position) for outcome in outcomes]
    assert [type(entry) for entry in entries] == [Act, Blank, Blank]


async def test_people_of_a_field_who_take_no_part_are_left_out(house: House) -> None:
    await house.member("anna")
    bea = await house.member("bea")
    await house.member("carl", joined=False)
    helpers = ["email:bea@example.org", "email:carl@example.org"]

    (outcome,) = await house.post(share(data={"helpers": helpers}))

    entry = await entry_at(house, outcome.position)
    assert isinstance(entry, Act)
    assert entry.data["helpers"] == [bea]


async def test_capitals_and_spaces_of_an_alias_say_nothing(house: House) -> None:
    anna = await house.member("anna")

    (outcome,) = await house.post(share(" Email:ANNA@example.org "))

    entry = await entry_at(house, outcome.position)
    assert isinstance(entry, Act)
    assert entry.subject == anna


async def test_keys_and_texts_do_not_stand_in_the_log(house: House) -> None:
    await house.member("anna")

    (outcome,) = await house.post(share(key="post-7", data={"visitor": "visitor-1", "words": "my own words"}))

    logged = await house.parts.log.entry(outcome.position or 0)
    assert logged is not None
    assert isinstance(logged.entry, Act)
    for sent in (b"post-7", b"visitor-1", b"my own words", b"share-1"):
        assert sent not in logged.payload
    key = str(logged.entry.data["words"])
    assert (await house.parts.directory.texts([key]))[key].text == "my own words"


async def test_a_time_field_is_kept_as_a_moment(house: House) -> None:
    await house.member("anna")

    good, bad, number = await house.post(
        share(id="good", data={"shared_at": "2026-11-23T09:12:00+02:00"}),
        share(id="bad", data={"shared_at": "yesterday"}),
        share(id="number", data={"shared_at": 5}),
    )

    entry = await entry_at(house, good.position)
    assert isinstance(entry, Act)
    assert entry.data["shared_at"] == 1795417920000
    assert bad.wrong[0].pointer == "/1/data/shared_at"
    assert number.wrong[0].expected.startswith("a time like")


async def test_an_event_about_an_unknown_alias_waits_and_comes_in_under_its_own_time(house: House) -> None:
    anna = await house.member("anna")
    house.now += HOUR_MS
    (waits,) = await house.post(share("slack:U1", id="late"))
    (again,) = await house.post(share("slack:U1", id="late"))
    house.now += HOUR_MS
    before = await house.position()
    record = await house.parts.members.record(anna)

    linked = MemberRecord(record.name, aliases=(*record.aliases, "slack:u1"))
    await house.parts.members.change(anna, become(linked), MemberFacts(), house.when)

    assert (waits.status, waits.position, again.status) == ("waiting", None, "waiting")
    assert await house.position() == before + 2
    entry = await entry_at(house, before + 2)
    assert isinstance(entry, Act)
    assert (entry.subject, entry.time) == (anna, NOON + HOUR_MS)
    (known,) = await house.post(share("slack:U1", id="late"))
    assert (known.status, known.position) == ("duplicate", before + 2)


async def test_what_waited_from_before_joining_is_dropped(house: House) -> None:
    await house.post(share("email:dora@example.org", id="early"))
    before = await house.position()

    await house.member("dora", joined=False, shown=False)

    assert await house.position() == before + 1
    assert (await house.post(share("email:dora@example.org", id="early")))[0].status == "waiting"


async def test_an_event_that_waits_for_two_comes_in_with_the_second(house: House) -> None:
    anna = await house.member("anna")
    bea = await house.member("bea")
    await house.post(share("slack:a", data={"helpers": ["email:bea@example.org", "slack:b"]}))

    for member, alias in ((anna, "slack:a"), (bea, "slack:b")):
        record = await house.parts.members.record(member)
        changed = MemberRecord(record.name, aliases=(*record.aliases, alias))
        await house.parts.members.change(member, become(changed), MemberFacts(), house.when)

    entry = await entry_at(house, await house.position())
    assert isinstance(entry, Act)
    assert (entry.subject, entry.data["helpers"]) == (anna, [bea, bea])


async def test_nothing_that_waits_names_a_person(house: House) -> None:
    await house.post(share("email:secret.person@example.org"))

    async for key in house.read.scan_iter(match=f"{house.keys.prefix}waiting:*"):
        held = await house.read.hgetall(key)
        assert not any(b"secret.person" in each for each in (key, *held.values()))


@pytest.mark.parametrize("subject", ["?abc", "x" * 200 + ":y"])
async def test_a_name_that_is_no_name_is_refused(house: House, subject: str) -> None:
    before = await house.position()

    (outcome,) = await house.post(share(subject))

    assert outcome.status == "refused"
    assert await house.position() == before


async def test_a_full_log_takes_nothing(house: House) -> None:
    await house.member("anna")
    await house.parts.log.limit(await house.position())

    (outcome,) = await house.post(share())

    assert outcome.status == "full"


async def test_an_event_older_than_days_back_or_ahead_is_refused(house: House) -> None:
    await house.member("anna")
    before = await house.position()

    old, ahead = await house.post(
        share(id="old", time="2026-10-01T12:00:00Z"), share(id="ahead", time="2026-11-23T13:00:00Z")
    )

    assert [wrong.code for outcome in (old, ahead) for wrong in outcome.wrong] == ["time-too-old", "time-ahead"]
    assert await house.position() == before
