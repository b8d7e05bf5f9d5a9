import msgspec
import pytest

from api.all_parts import LOOK_SECONDS, AllParts
from engine.core.entries import MemberErased
from engine.core.states import INDEX_BLOCK
from engine.run.live.missed import MOST_MISSED
from engine.run.live.seats import MOST_A_MEMBER, MOST_A_PROCESS, Pace
from engine.run.live.tail import MOST_BEHIND, Tail
from engine.store.directory import token_digest
from engine.store.organizations import OrganizationRecord
from tests.api.desk import Desk, app_over, problem
from tests.api.house import share
from tests.api.listening import Stream, listen_at_once


@pytest.fixture
async def heard(desk: Desk) -> Desk:
    """A desk whose streams tell at once, with two members who are shown."""
    listen_at_once(desk)
    await desk.as_member("anna")
    await desk.as_member("bea")
    await desk.house.judge()
    return desk


async def shared(desk: Desk, id: str, who: str = "anna", channel: str = "linkedin") -> int:
    """An act, judged; where the log ends. The second one on a channel and day pays nothing."""
    await desk.house.post(share(f"email:{who}@example.org", id=id, data={"channel": channel}))
    await desk.house.judge()
    return await desk.house.position()


async def test_a_stream_begins_with_where_i_stand(heard: Desk) -> None:
    position = await shared(heard, "one")

    async with Stream(heard, "anna") as stream:
        standing = await stream.told()

    assert stream.status == 200
    assert stream.headers == {
        "content-type": "text/event-stream",
        "cache-control": "no-cache",
        "x-accel-buffering": "no",
    }
    assert standing is not None
    assert (standing.event, standing.id) == ("standing", position)
    assert standing.data["points"] > 0
    assert standing.data["points"] == (await heard.right("GET", "/v1/me", by="anna"))["points"]


async def test_an_act_is_told_with_its_points_and_its_receipt(heard: Desk) -> None:
    async with Stream(heard, "anna") as stream:
        await stream.until("standing")
        position = await shared(heard, "one")
        told = {each.event: each for each in await stream.until("receipt")}

    balance = (await heard.right("GET", "/v1/me", by="anna"))["points"]
    assert told["points"].data == {"balance": balance, "change": balance, "position": position}
    assert told["receipt"].data == {"position": position, "count": 1}
    assert told["receipt"].id == position


async def test_badges_and_levels_are_told_and_what_is_taken_back_too(heard: Desk) -> None:
    badge = {"member": "email:anna@example.org", "badge": "expert", "value": "hiring", "reason": "For the open day"}

    async with Stream(heard, "anna") as stream:
        await stream.until("standing")
        await heard.house.post(share(id="one", key="k1"), share(id="two", data={"channel": "x"}))
        await heard.house.judge()
        given = await stream.until("receipt")
        await heard.right("POST", "/v1/awards", badge, by="hr")
        await heard.house.judge()
        given += await stream.until("receipt")
        await heard.right("POST", "/v1/retractions", {"key": "k1"}, by="source")
        await heard.house.judge()
        taken = await stream.until("receipt")

    told = {each.event: each.data for each in given}
    assert (told["level"]["level"]["id"], told["level"]["up"]) == ("voice", True)
    assert (told["badge"]["id"], told["badge"]["value"], told["badge"]["held"]) == ("expert", "hiring", True)
    lost = {each.event: each.data for each in taken}
    assert (lost["points"]["balance"], lost["points"]["change"]) == (10, -10)
    assert (lost["level"]["level"], lost["level"]["up"]) == (None, False)


async def test_own_places_are_told_at_the_beginning_and_when_they_move(heard: Desk) -> None:
    await shared(heard, "one")

    async with Stream(heard, "anna") as stream:
        first = (await stream.until("rank"))[-1]
        for channel in ("linkedin", "x"):
            await shared(heard, channel, "bea", channel)
        moved = first
        while moved.data["own"]["rank"] != 2:
            moved = (await stream.until("rank"))[-1]

    assert first.data["own"]["rank"] == 1
    assert first.data["own"]["shown"] is True
    shown = await heard.right("GET", f"/v1/leaderboards/{moved.data['board']}?period={moved.data['period']}", by="anna")
    assert moved.data["own"] == shown["own"]


async def test_nothing_of_a_colleague_is_told_but_what_the_wall_shows(heard: Desk) -> None:
    async with Stream(heard, "anna") as stream:
        await stream.until("standing")
        await heard.right("POST", "/v1/thanks", {"to": "email:anna@example.org", "text": "For the review"}, by="bea")
        await shared(heard, "hers", "bea")
        told = await stream.until("receipt")
        mine = await shared(heard, "mine")
        while told[-1].data.get("position") != mine or told[-1].event != "receipt":
            told += await stream.until("receipt")

    wall = [row for each in told if each.event == "wall" for row in each.data["recognitions"]]
    assert [row["words"] for row in wall if row["kind"] == "thanks"] == ["For the review"]
    balance = (await heard.right("GET", "/v1/me", by="anna"))["points"]
    assert sum(each.data["change"] for each in told if each.event == "points") == balance
    assert {each.data["count"] for each in told if each.event == "receipt"} == {1}


async def test_who_hides_is_not_told_of(heard: Desk) -> None:
    await heard.right("POST", "/v1/me/visibility", {"wall": "hidden"}, by="bea")

    async with Stream(heard, "anna") as stream:
        await stream.until("standing")
        await heard.right("POST", "/v1/thanks", {"to": "email:anna@example.org", "text": "Hidden"}, by="bea")
        await heard.house.judge()
        told = await stream.until("receipt")
        await shared(heard, "mine")
        told += await stream.until("receipt")

    assert "wall" not in [each.event for each in told if "Hidden" in str(each.data)]
    assert "Hidden" not in str(told)


async def test_what_was_missed_is_told_to_who_comes_again(heard: Desk) -> None:
    seen = await shared(heard, "seen")
    before = (await heard.right("GET", "/v1/me", by="anna"))["points"]
    await shared(heard, "missed-1", channel="x")
    last = await shared(heard, "missed-2", channel="blog")

    async with Stream(heard, "anna", after=seen) as stream:
        told = {each.event: each for each in await stream.until("receipt")}

    after = (await heard.right("GET", "/v1/me", by="anna"))["points"]
    assert told["receipt"].data == {"position": last, "count": 2}
    assert told["points"].data["change"] == after - before
    assert told["points"].data["balance"] == after == told["standing"].data["points"]


async def test_who_was_away_while_much_happened_to_others_is_told_their_own_and_the_newest_of_the_wall(
    heard: Desk,
) -> None:
    listen_at_once(heard, most_missed=20)
    seen = await shared(heard, "seen")
    mine = await shared(heard, "mine", channel="x")
    await heard.right("POST", "/v1/thanks", {"to": "email:anna@example.org", "text": "For the review"}, by="bea")
    await heard.house.post(*[share("email:bea@example.org", id=f"hers-{number}") for number in range(100)])
    await heard.house.judge()

    async with Stream(heard, "anna", after=seen) as stream:
        told = {each.event: each for each in await stream.until("receipt")}

    assert "reset" not in told
    assert told["receipt"].data == {"position": mine + 1, "count": 2}
    assert [row["words"] for row in told["wall"].data["recognitions"]] == ["For the review"]
    assert told["receipt"].id == await heard.house.position()


async def test_entries_in_all_blocks_of_the_index_are_found(heard: Desk) -> None:
    seen = await shared(heard, "seen")
    await heard.house.post(*[share(id=f"many-{number}") for number in range(3 * INDEX_BLOCK)])
    await heard.house.judge()

    async with Stream(heard, "anna", after=seen) as stream:
        all_of_them = (await stream.until("receipt"))[-1].data["count"]
    async with Stream(heard, "anna", after=seen + INDEX_BLOCK) as stream:
        rest = (await stream.until("receipt"))[-1].data["count"]

    assert (all_of_them, rest) == (3 * INDEX_BLOCK, 2 * INDEX_BLOCK)


async def test_a_line_that_breaks_between_two_events_loses_none(heard: Desk) -> None:
    seen = await shared(heard, "seen")
    await shared(heard, "missed", channel="x")

    async with Stream(heard, "anna", after=seen) as stream:
        cut = await stream.until("points")
    async with Stream(heard, "anna", after=cut[-1].id) as stream:
        again = await stream.until("receipt")

    assert [each.data for each in again if each.event == "points"] == [cut[-1].data]


async def test_who_was_away_for_too_much_reads_anew(heard: Desk) -> None:
    listen_at_once(heard, most_missed=3)
    seen = await shared(heard, "seen")
    ends = [await shared(heard, f"missed-{number}") for number in range(4)]

    async with Stream(heard, "anna", after=seen) as stream:
        told = await stream.until("standing")

    assert [(each.event, each.data["position"]) for each in told] == [("reset", ends[-1]), ("standing", ends[-1])]
    assert MOST_MISSED == 200


async def test_a_position_that_never_was_is_answered_by_a_reset(heard: Desk) -> None:
    position = await shared(heard, "one")

    async with Stream(heard, "anna", after=position + 1_000) as stream:
        told = await stream.until("rank")

    assert [each.event for each in told[:2]] == ["reset", "standing"]
    assert told[-1].id == position


async def test_who_listens_reads_anew_where_the_engine_runs_ahead(heard: Desk) -> None:
    listen_at_once(heard, most_behind=2)

    async with Stream(heard, "anna") as stream:
        await stream.until("standing")
        events = [share(id=f"many-{number}") for number in range(5)]
        await heard.house.post(*events)
        await heard.house.judge()
        told = await stream.until("standing")

    assert told[-2].event == "reset"
    assert told[-1].data["points"] == (await heard.right("GET", "/v1/me", by="anna"))["points"]
    assert MOST_BEHIND == 2_000


async def test_a_member_has_three_streams_and_not_more(heard: Desk) -> None:
    streams = [Stream(heard, "anna") for _ in range(MOST_A_MEMBER)]
    for stream in streams:
        await stream.__aenter__()

    refused = await heard.get("/v1/stream", by="anna")
    async with Stream(heard, "bea") as other:
        pass
    await streams[0].__aexit__(None, None, None)
    async with Stream(heard, "anna") as again:
        pass
    for stream in streams[1:]:
        await stream.__aexit__(None, None, None)

    assert (refused.status_code, problem(refused)) == (429, "too-many-streams")
    assert (other.status, again.status) == (200, 200)
    assert heard.house.parts.seats.taken == 0


async def test_a_process_has_so_many_streams_and_not_more(heard: Desk) -> None:
    listen_at_once(heard, most=1)

    async with Stream(heard, "anna"):
        refused = await heard.get("/v1/stream", by="bea")

    assert (refused.status_code, problem(refused)) == (503, "busy")
    assert MOST_A_PROCESS == 500


async def test_a_quiet_stream_is_kept_open_by_comments_that_carry_the_position(heard: Desk) -> None:
    listen_at_once(heard, Pace(flush=0, keep_alive=0.01, rank=0, slow=30))
    position = await heard.house.position()

    async with Stream(heard, "anna") as stream:
        block = await stream.block()
        assert block == b"retry: 2000"
        while block is not None and not block.startswith(b":"):
            block = await stream.block()

    assert block == b":\nid: %d" % position


async def test_who_does_not_read_is_let_go(heard: Desk) -> None:
    listen_at_once(heard, Pace(flush=0, keep_alive=30, rank=0, slow=0.01))

    stream = Stream(heard, "anna", reads=False)
    await stream.__aenter__()
    await stream.ended()

    assert heard.house.parts.seats.taken == 0


async def test_a_stream_ends_when_its_token_is_taken_back(heard: Desk) -> None:
    async with Stream(heard, "anna") as stream:
        await stream.until("standing")
        await heard.house.parts.directory.drop_tokens([token_digest(heard.secret("anna"))])
        await shared(heard, "one")
        rest = []
        while (told := await stream.told()) is not None:
            rest.append(told.event)

    assert "points" not in rest


async def test_a_stream_ends_when_its_member_is_erased(heard: Desk) -> None:
    parts = heard.house.parts
    anna = await parts.members.find("email:anna@example.org")
    assert anna is not None

    async with Stream(heard, "anna") as stream:
        await stream.until("standing")
        await parts.recorder.append(MemberErased(anna), heard.house.when)
        await heard.house.judge()
        while (await stream.told()) is not None:
            pass
        await stream.ended()


async def test_a_stream_is_of_its_own_organization_and_ends_when_that_is_closed(heard: Desk) -> None:
    house, now = heard.house, [0.0]
    other = house.other(f"{house.keys.organization}-other")
    record = OrganizationRecord(other.keys.organization, "Other", 0)
    await house.organizations.add(record)
    await other.publish()
    async with Desk(other) as there:
        listen_at_once(there, Pace(flush=0, keep_alive=0.01, rank=0, slow=30))
        await there.as_member("anna")
        await other.judge()
        heard.use(
            app_over(AllParts(house.parts, house.organizations, lambda _: there.house.parts, clock=lambda: now[0]))
        )

        async with Stream(heard, "anna", secret=there.secret("anna")) as stream:
            await stream.until("standing")
            await shared(heard, "elsewhere")
            await other.post(share("email:anna@example.org", id="here"))
            await other.judge()
            told = await stream.until("receipt")
            await house.organizations.change(record, msgspec.structs.replace(record, closed=True))
            now[0] += LOOK_SECONDS
            while (each := await stream.told()) is not None:
                told.append(each)

    assert [each.data for each in told if each.event == "receipt"] == [{"position": await other.position(), "count": 1}]


async def test_the_end_of_the_process_ends_streams_and_lets_nobody_in(heard: Desk) -> None:
    async with Stream(heard, "anna") as stream:
        await stream.until("standing")
        heard.house.parts.seats.close()
        while (await stream.told()) is not None:
            pass
        refused = await heard.get("/v1/stream", by="bea")

    assert problem(refused) == "busy"


async def test_the_journal_is_followed_only_while_somebody_listens(heard: Desk) -> None:
    tail: Tail = heard.house.parts.tail

    async with Stream(heard, "anna") as stream:
        await stream.until("standing")
        followed = tail.is_followed

    assert followed
    assert not tail.is_followed


async def test_a_paused_member_hears_of_their_own_choice_alone(heard: Desk) -> None:
    async with Stream(heard, "anna") as stream:
        await stream.until("standing")
        await heard.right("POST", "/v1/me/membership", {"change": "pause"}, by="anna")
        await heard.house.judge()
        paused = await stream.until("receipt")
        await shared(heard, "while-paused")
        await heard.right("POST", "/v1/me/membership", {"change": "resume"}, by="anna")
        await heard.house.judge()
        resumed = await stream.until("receipt")

    assert [each.event for each in (*paused, *resumed) if each.event == "points"] == []
    assert resumed[-1].data["count"] == 1


async def test_many_acts_in_a_moment_are_told_as_one(heard: Desk) -> None:
    listen_at_once(heard, Pace(flush=0.3, keep_alive=30, rank=0, slow=30))

    async with Stream(heard, "anna") as stream:
        await stream.until("standing")
        await heard.house.post(*[share(id=f"many-{number}") for number in range(5)])
        await heard.house.judge()
        told = await stream.until("receipt")

    balance = (await heard.right("GET", "/v1/me", by="anna"))["points"]
    assert [each.data["change"] for each in told if each.event == "points"] == [balance]
    assert told[-1].data["count"] == 5


async def test_an_id_that_no_stream_gave_is_refused(heard: Desk) -> None:
    answers = [
        await heard.get("/v1/stream", by="anna", headers={"last-event-id": said})
        for said in ("yesterday", "-1", "9" * 17)
    ]

    assert {problem(answer) for answer in answers} == {"not-understood"}


def test_streams_tell_at_most_once_a_second_and_say_every_15_that_they_are_there() -> None:
    assert (Pace().flush, Pace().keep_alive) == (1.0, 15.0)
