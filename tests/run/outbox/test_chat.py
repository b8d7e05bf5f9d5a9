"""Channels of Slack and Teams: what the wall shows, in the organization's language, together and not too often."""

import pytest

from engine.core.entries import Thanked
from engine.run.outbox.chat import MOST_LINE, MOST_LINES, PAUSE_MS, chat_body, lines_of
from engine.run.outbox.subscriptions import Amended
from engine.run.wall import Person, WallRow
from engine.store.outbox import Format
from tests.run.outbox.office import Office
from tests.run.outbox.receiving import Receiver, answering

KINDS = ("recognition.named", "badge.granted", "thanks.received")


def row(kind: str, member: str = "Anna", *, title: str = "Advocate of the week", **more: object) -> WallRow:
    fixed: dict[str, object] = {"position": 1, "line": 0, "at": 0, "id": "x", "text": None, "title": title}
    return WallRow(**fixed, kind=kind, member=Person(member, member), **more)  # type: ignore[arg-type]


async def thank(office: Office, giver: str, receiver: str) -> None:
    await office.house.parts.recorder.append(Thanked(giver, receiver, "pair", office.now), office.house.when)


async def test_a_channel_reads_what_the_wall_shows_in_one_message(office: Office, receiver: Receiver) -> None:
    people = await office.open("anna", "bea", "carl")
    id_, _ = await office.subscribe(format_="slack", kinds=KINDS)
    await thank(office, people["anna"], people["bea"])
    await thank(office, people["bea"], people["carl"])
    await office.house.judge()

    await (await office.courier()).send_due(id_)

    (received,) = receiver.received
    assert received.json["text"] == "Bea was thanked by Anna.\nCarl was thanked by Bea."
    assert [block["text"]["text"] for block in received.json["blocks"]] == received.json["text"].split("\n")
    assert "webhook-id" not in received.headers


async def test_whoever_is_not_shown_on_the_wall_is_named_in_no_channel(office: Office, receiver: Receiver) -> None:
    people = await office.open("anna", "bea", "carl")
    id_, _ = await office.subscribe(format_="teams", kinds=KINDS)
    await office.house.parts.members.show(people["anna"], office.house.when, wall=False, boards=None, badges=None)
    await thank(office, people["anna"], people["bea"])
    await thank(office, people["bea"], people["anna"])
    await office.house.judge()

    await (await office.courier()).send_due(id_)

    assert receiver.received == []
    assert (await office.lane(id_)).cursor == await office.house.position()


async def test_a_channel_is_written_to_once_a_minute_and_nothing_is_left_out(
    office: Office, receiver: Receiver
) -> None:
    people = await office.open("anna", "bea", "carl")
    id_, _ = await office.subscribe(format_="slack", kinds=KINDS)
    await office.house.parts.subscriptions.change(id_, Amended(language="fi"))
    courier = await office.courier()
    for giver, to in (("anna", "bea"), ("bea", "carl"), ("carl", "anna")):
        await thank(office, people[giver], people[to])
        await office.house.judge()
        await courier.send_due(id_)
        office.house.now += PAUSE_MS // 3
    office.house.now += PAUSE_MS // 3
    await courier.send_due(id_)

    assert [each.json["text"].split("\n") for each in receiver.received] == [
        ["Bea sai kiitoksen, kiittäjänä Anna."],
        ["Carl sai kiitoksen, kiittäjänä Bea.", "Anna sai kiitoksen, kiittäjänä Carl."],
    ]


async def test_a_channel_that_is_away_reads_all_of_it_later(office: Office, receiver: Receiver) -> None:
    people = await office.open("anna", "bea")
    id_, _ = await office.subscribe(format_="slack", kinds=KINDS)
    await thank(office, people["anna"], people["bea"])
    await office.house.judge()
    courier = await office.courier()
    receiver.behave = lambda _: answering(503, "Retry-After: 120")
    await courier.send_due(id_)
    office.house.now += 119_000
    await courier.send_due(id_)
    assert len(receiver.received) == 1

    receiver.behave = lambda _: answering(200)
    office.house.now += 1_000
    await courier.send_due(id_)

    assert receiver.received[0].body == receiver.received[1].body
    assert (await office.lane(id_)).waiting == ()


def test_all_who_are_named_for_the_same_share_a_line() -> None:
    rows = [row("recognition", name, period="2026-W48", place=1) for name in ("Anna", "Bea")]
    rows.append(row("badge", "Carl", title="Steady hand"))

    assert lines_of(rows, "en") == [
        "Advocate of the week (2026-W48): Anna, Bea",
        "Carl received the badge Steady hand.",
    ]
    assert lines_of(rows, "fi")[1] == "Carl sai merkin Steady hand."


def test_a_message_has_so_many_lines_of_such_a_length_at_most() -> None:
    rows = [row("badge", f"Member {number}", title="x" * 2 * MOST_LINE) for number in range(MOST_LINES + 5)]

    lines = lines_of(rows, "en")

    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == "… and 5 more on the wall."
    assert {len(line) for line in lines[:-1]} == {MOST_LINE}


@pytest.mark.parametrize("format_", ["slack", "teams"])
def test_no_name_becomes_markup(format_: Format) -> None:
    body = chat_body(format_, [row("badge", "<!channel> & <https://x.example|free>")], "en").decode()

    if format_ == "slack":
        assert '"text":"&lt;!channel&gt; &amp; &lt;https://x.example|free&gt; received' in body
        assert '"type":"mrkdwn"' not in body
    else:
        assert '"type":"TextRun","text":"<!channel>' in body
        assert '"TextBlock"' not in body
