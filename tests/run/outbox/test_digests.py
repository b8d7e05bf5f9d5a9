"""Weekly mails, as a real mail server gets them: to those who asked, once a week, never at night, never empty."""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import aiosmtplib
import msgspec
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from engine.core.receipts.receipt import Receipt
from engine.core.receipts.stance import Stance
from engine.run.outbox.digest import MOST_LINES, Addresses, Week, is_quiet, lines_of, mail_of, week_before
from engine.run.outbox.digests import REST_MS, Digests, Postman, fate_of
from engine.settings import MailSettings
from engine.store.directory import MemberRecord
from engine.store.notices import NoticeRow
from tests.api.house import HOUR_MS, become
from tests.core.history import at
from tests.run.outbox.office import Office
from tests.run.outbox.test_courier import erase, until
from tests.run.test_erasing import eraser, facts

ADDRESSES = Addresses(
    sender="Sulka <sulka@example.org>", link="https://sulka.example.org/me", stop="https://sulka.example.org/stop"
)
MONDAY = at("2026-11-30 09:00")
DAY_MS = 24 * HOUR_MS


class MailServer:
    """A real one on loopback; `answer` is what it says to each recipient."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.tried: list[str] = []
        self.answer = "250 OK"
        self.hangs_up_on = ""
        self.port = 0
        self._server: asyncio.Server | None = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.tried.append(address)
        if address == self.hangs_up_on:
            assert server.transport is not None
            server.transport.close()
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, enable_SMTPUTF8=True), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    server = MailServer()
    await server.start()
    yield server
    await server.stop()


class Desk:
    """An organization in whose name mails are written."""

    def __init__(self, office: Office, server: MailServer) -> None:
        self.house, self.fates, self.office = office.house, list[str](), office
        parts = self.house.parts
        self.digests = Digests(
            notices=parts.notices,
            outbox=parts.outbox,
            directory=parts.directory,
            reader=parts.reader,
            plans=parts.plans,
            telling=parts.telling,
            postman=Postman(MailSettings(host="127.0.0.1", port=server.port, security="none"), None),
            addresses=ADDRESSES,
            now_ms=lambda: self.house.now,
            on_mail=self.fates.append,
        )

    async def member(self, name: str, *, weekly: bool = True, language: str | None = None) -> str:
        """Somebody with an address, who asks for mails a week ago."""
        member = await self.house.member(name)
        await self.house.judge()
        record = MemberRecord(name.title(), f"{name}@example.org", (f"email:{name}@example.org",))
        said = msgspec.structs.replace(await facts(self.house, member), language=language)
        await self.house.parts.members.change(member, become(record), said, self.house.when)
        await self.house.judge()
        if weekly:
            await self.house.parts.notices.choose(member, NoticeRow("weekly"), told=0)
        return member

    async def look(self, now: int | None = None) -> None:
        self.house.now = self.house.now if now is None else now
        await self.digests.look(await self.house.parts.outbox.epoch())


@pytest.fixture
async def desk(office: Office, server: MailServer) -> Desk:
    await office.open()
    return Desk(office, server)


async def test_a_week_is_written_about_once_with_what_it_brought_and_why(desk: Desk, server: MailServer) -> None:
    member = await desk.member("anna")
    await desk.office.share("anna")
    await desk.look()
    assert server.mails == []

    for hours in (0, 1, 24, 6 * 24):
        await desk.look(MONDAY + hours * HOUR_MS)

    (mail,) = server.mails
    assert mail["To"] == "anna@example.org"
    assert mail["From"] == ADDRESSES.sender
    assert mail["Subject"] == "Your week 2026-W48"
    assert mail["Message-ID"] == f"<week.2026-W48.{member}@example.org>"
    assert mail["List-Unsubscribe"] == f"<{ADDRESSES.stop}>"
    assert mail.get_content().splitlines() == [
        "Week 2026-W48 brought you 10 points:",
        "",
        "- Shared company content: 10 (receipts: 1)",
        "",
        f"Why, line by line: {ADDRESSES.link}",
        f"You asked for this mail once a week. No more of it: {ADDRESSES.stop}",
    ]


async def test_each_week_has_a_mail_of_its_own(desk: Desk, server: MailServer) -> None:
    await desk.member("anna")
    await desk.office.share("anna")
    for day in range(22):
        await desk.look(MONDAY + day * DAY_MS)
        if day in {2, 10}:
            await desk.office.share("anna", at=day)

    assert [mail["Subject"] for mail in server.mails] == [
        "Your week 2026-W48",
        "Your week 2026-W49",
        "Your week 2026-W50",
    ]


async def test_the_worker_writes_mails_beside_what_it_sends_and_rests_after_a_bug(
    desk: Desk, server: MailServer, office: Office
) -> None:
    await desk.member("anna")
    await desk.office.share("anna")
    desk.house.now = MONDAY
    courier = await office.courier(digests=desk.digests)
    stop = asyncio.Event()
    running = asyncio.create_task(courier.run(stop, 0.01))
    await until(lambda: bool(server.mails))
    stop.set()
    await running

    await desk.house.write.hset(desk.house.keys.notices, "broken", b"\xc1")
    stop = asyncio.Event()
    running = asyncio.create_task(courier.run(stop, 0.01))
    await until(lambda: "bug" in office.told)
    stop.set()
    await running

    assert len(server.mails) == 1


async def test_it_is_written_in_the_members_language(desk: Desk, server: MailServer) -> None:
    await desk.member("anna", language="fi")
    await desk.office.share("anna")

    await desk.look(MONDAY)

    (mail,) = server.mails
    assert mail["Subject"] == "Viikkosi 2026-W48"
    assert "- Jakoi yrityksen sisältöä: 10 (kuitteja: 1)" in mail.get_content()


async def test_nobody_is_written_to_who_did_not_ask_or_got_nothing_or_has_no_address(
    desk: Desk, server: MailServer
) -> None:
    await desk.member("anna", weekly=False)
    await desk.member("bea")
    carl = await desk.house.member("carl")
    await desk.house.parts.notices.choose(carl, NoticeRow("weekly"), told=0)
    dora = await desk.member("dora")
    await desk.office.share("anna", "carl", "dora")
    await desk.house.parts.members.choose(dora, "leave", desk.house.when)

    await desk.look(MONDAY)
    await desk.look(MONDAY + HOUR_MS)

    assert server.tried == []
    assert desk.fates == ["nothing"] * 3


async def test_no_mail_comes_in_quiet_hours_of_the_members_own_clock(desk: Desk, server: MailServer) -> None:
    member = await desk.member("anna")
    said = msgspec.structs.replace(await facts(desk.house, member), time_zone="America/New_York")
    record = await desk.house.parts.members.record(member)
    await desk.house.parts.members.change(member, become(record), said, desk.house.when)
    await desk.office.share("anna")
    moments: list[int] = []
    for hour in range(48):
        before = len(server.mails)
        await desk.look(at("2026-11-30 00:30") + hour * HOUR_MS)
        moments += [desk.house.now] * (len(server.mails) - before)

    # Monday has begun in New York at 07:00 of Helsinki; its quiet hours end at 15:00.
    assert moments == [at("2026-11-30 15:30")]


async def test_a_crash_before_it_is_noted_repeats_the_same_mail(desk: Desk, server: MailServer, office: Office) -> None:
    member = await desk.member("anna")
    await desk.office.share("anna")
    await desk.look(MONDAY)
    await desk.house.write.hset(desk.house.keys.digests, member, 0)

    await Desk(office, server).look(MONDAY)

    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_content() == second.get_content()


async def test_a_mail_server_that_is_away_gets_it_later(desk: Desk, server: MailServer) -> None:
    await desk.member("anna")
    await desk.office.share("anna")
    await server.stop()
    await desk.look(MONDAY)
    await desk.look(MONDAY + 60_000)
    assert desk.fates == ["away"]
    await server.start()

    await desk.look(MONDAY + REST_MS)

    assert len(server.mails) == 1


async def test_a_mail_over_which_the_server_hangs_up_keeps_back_nobody_else(desk: Desk, server: MailServer) -> None:
    members = {await desk.member(name): name for name in ("anna", "bea")}
    await desk.office.share("anna", "bea")
    first, other = (f"{members[member]}@example.org" for member in sorted(members))
    server.hangs_up_on = first

    await desk.look(MONDAY)
    await desk.look(MONDAY + REST_MS)
    server.hangs_up_on = ""
    await desk.look(MONDAY + 2 * REST_MS)

    assert [mail["To"] for mail in server.mails] == [other, first]


async def test_an_address_that_is_put_off_waits_alone_and_one_that_is_refused_is_tried_once_a_week(
    desk: Desk, server: MailServer
) -> None:
    await desk.member("anna")
    await desk.office.share("anna")
    server.answer = "450 come again"
    await desk.look(MONDAY)
    await desk.look(MONDAY + 60_000)
    assert len(server.tried) == 1

    server.answer = "550 nobody of that name"
    await desk.look(MONDAY + REST_MS)
    await desk.look(MONDAY + DAY_MS)

    assert len(server.tried) == 2
    assert desk.fates == ["later", "refused"]


@pytest.mark.parametrize(
    "address",
    [
        "anna@example.org\r\nBcc: all@example.org",
        "anna@example.org, all@example.org",
        "=?utf-8?q?all=40example.org=2C?=@example.org",
        "anna@",
        "a:@x",
    ],
)
async def test_an_address_that_can_not_be_written_to_keeps_back_nobody_else(
    desk: Desk, server: MailServer, address: str
) -> None:
    anna = await desk.member("anna")
    await desk.member("bea")
    record = MemberRecord("Anna", address, ("email:anna@example.org",))
    await desk.house.parts.members.change(anna, become(record), await facts(desk.house, anna), desk.house.when)
    await desk.office.share("anna", "bea")

    await desk.look(MONDAY)

    assert [mail["To"] for mail in server.mails] == ["bea@example.org"]
    assert sorted(desk.fates) == ["refused", "sent"]


async def test_a_worker_that_was_overtaken_writes_no_mail(desk: Desk, server: MailServer, office: Office) -> None:
    await desk.member("anna")
    await desk.office.share("anna")
    old = await office.house.parts.outbox.epoch()
    await office.courier()
    desk.house.now = MONDAY

    await desk.digests.look(old)

    assert server.mails == []


async def test_erasing_wipes_what_was_chosen_and_nothing_is_kept_of_it_afterwards(
    desk: Desk, server: MailServer
) -> None:
    member, notices = await desk.member("anna"), desk.house.parts.notices
    await desk.office.share("anna")
    await desk.look(MONDAY)
    assert await notices.has(member)
    traces = await eraser(desk.house).gather(member)
    assert "notices" in {each.where for each in await eraser(desk.house).left(traces)}

    await erase(desk.house, member)
    await notices.set_told(member, 20_000)
    is_chosen = await notices.choose(member, NoticeRow("weekly"))

    assert (is_chosen, await notices.has(member)) == (False, False)
    assert "notices" not in {each.where for each in await eraser(desk.house).left(traces)}


@pytest.mark.parametrize(
    ("row", "quiet"),
    [
        (NoticeRow("weekly"), {20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7}),
        (NoticeRow("weekly", 9, 17), set(range(9, 17))),
        (NoticeRow("weekly", 5, 5), set()),
    ],
)
def test_quiet_hours_begin_and_end_as_chosen(row: NoticeRow, quiet: set[int]) -> None:
    midnight = at("2026-11-30 00:00")

    assert {hour for hour in range(24) if is_quiet(midnight + hour * HOUR_MS, "Europe/Helsinki", row)} == quiet


def test_a_mail_has_so_many_lines_at_most_and_none_for_nothing() -> None:
    week = week_before(MONDAY, "Europe/Helsinki", 0)
    many = [receipt(f"Rule {number}", week) for number in range(MOST_LINES + 3)]

    assert len(lines_of(many, week, "en")) == MOST_LINES + 3
    assert lines_of(many, week, "fi")[-1] == "… ja 3 lisää."
    assert lines_of([receipt("Rule", week, points=0)], week, "en") == []
    assert lines_of([receipt("Rule", week, recorded=week.ends)], week, "en") == []
    assert (week.name, week.ends) == ("2026-W48", at("2026-11-30 00:00"))


def receipt(title: str, week: Week, *, points: int = 5, recorded: int | None = None) -> Receipt:
    moment = week.begins if recorded is None else recorded
    return Receipt(
        position=1, recorded=moment, time=moment, type="content.shared", title=title, points=points,
        sentences=(), late=False, stance=Stance.OWN,
    )  # fmt: skip


def test_a_thanks_and_a_place_are_told_without_points_too_and_what_took_points_is_not() -> None:
    week = week_before(MONDAY, "Europe/Helsinki", 0)
    thanked = msgspec.structs.replace(receipt("Thanks", week, points=0), type="sulka.thanks", who="bea")
    given = msgspec.structs.replace(thanked, who=None)
    named = msgspec.structs.replace(receipt("Week 2026-W47", week, points=0), stance=Stance.PERIOD)

    assert lines_of([thanked, named], week, "en") == [
        "What week 2026-W48 brought you:",
        "",
        "- Thanks (receipts: 1)",
        "- Week 2026-W47 (receipts: 1)",
    ]
    assert lines_of([given, receipt("Taken back", week, points=-5)], week, "en") == []


def test_what_an_error_means_for_a_mail() -> None:
    refused = aiosmtplib.SMTPRecipientRefused
    assert fate_of(ValueError()) == "refused"
    assert fate_of(aiosmtplib.SMTPRecipientsRefused([refused(550, "no", "a@example.org")])) == "refused"
    assert fate_of(aiosmtplib.SMTPRecipientsRefused([refused(451, "no", "a@example.org")])) == "later"
    assert fate_of(aiosmtplib.SMTPDataError(554, "no")) == "refused"
    assert fate_of(aiosmtplib.SMTPAuthenticationError(535, "no")) == "away"
    assert fate_of(aiosmtplib.SMTPSenderRefused(550, "no", "s@example.org")) == "away"
    assert fate_of(ConnectionRefusedError()) == "away"


def test_a_mail_without_a_link_says_how_to_stop_all_the_same() -> None:
    week = week_before(MONDAY, "Europe/Helsinki", 0)
    addresses = Addresses(sender="sulka@example.org", link="", stop="mailto:hr@example.org")

    mail = mail_of("a@example.org", "m1", ["One"], week, addresses, "en")

    assert mail.get_content().splitlines()[-1].endswith("mailto:hr@example.org")
    assert "Why" not in mail.get_content()


def test_a_mail_says_nothing_of_what_is_counted_silently() -> None:
    week = week_before(MONDAY, "Europe/Helsinki", 0)
    silent = msgspec.structs.replace(receipt("Counted afterwards", week), is_told=False)

    assert lines_of([silent], week, "en") == []
