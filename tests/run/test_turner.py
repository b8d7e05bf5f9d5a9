"""The turner appends a day once for each member for whom something is due, however often it looks or is cut short."""

import dataclasses

import msgspec

from engine.core.entries import HistoryOpened, MemberFacts, MemberSet, MembershipChanged, Turned, encode_entry
from engine.core.lots import announced
from engine.core.plan import Plan
from engine.core.rules import Anniversary, Text
from engine.run.turner import Turner
from engine.store.log import Append
from tests.core.history import at
from tests.core.programme import COINS
from tests.run.site import BEGIN, DAY_MS, OneRulebook, Site, programme, share, write_some_history

YEARS = 80
DECEMBER, FEBRUARY = at("2026-12-01 06:00"), at("2027-02-05 06:00")


class WithTime(OneRulebook):
    """The small programme with anniversaries, and with coins that can be used for four months."""

    def __init__(self) -> None:
        book = programme().rulebook
        (coins,) = book.currencies
        years = Anniversary(code=YEARS, id="years", title=Text({"en": "Years"}), years=(1,), asks_first=True)
        runs_out = dataclasses.replace(coins, expires_months=4, announce_days=60)
        self.plan = Plan(msgspec.structs.replace(book, currencies=(runs_out,), anniversaries=(years,)))


PLANS = WithTime()


def turner_at(site: Site, now: int, *, plans: OneRulebook = PLANS) -> Turner:
    return Turner(entries=site.log, reader=site.reader, plans=plans, directory=site.directory, now_ms=lambda: now)


async def turned(site: Site) -> list[Turned]:
    """The days in the log, in its order."""
    entries = await site.log.read(0, 1_000)
    return [logged.entry for logged in entries if isinstance(logged.entry, Turned)]


async def judge(site: Site) -> None:
    site.position = (await site.log.door()).position
    await site.judge_all(plans=PLANS)


async def history(site: Site) -> None:
    """Three members have joined; Carl began in December a year ago."""
    await write_some_history(site, weeks=1)
    await site.append(MemberSet("carl", MemberFacts(country="FI", started_on=2025 * 12 + 11)), BEGIN + 6 * DAY_MS)
    await judge(site)


async def test_a_day_comes_once_and_only_for_those_for_whom_something_is_due(site: Site) -> None:
    await history(site)
    turner = turner_at(site, DECEMBER)

    counts = [await turner.look(), await turner.look(), await turner_at(site, DECEMBER).look()]

    assert counts == [1, 0, 0]
    assert [entry.member for entry in await turned(site)] == ["carl"]


async def test_once_judged_nothing_is_due_on_the_next_day(site: Site) -> None:
    await history(site)
    await turner_at(site, DECEMBER).look()
    await judge(site)

    assert await turner_at(site, DECEMBER + DAY_MS).look() == 0
    assert (await site.member("carl")).anniversaries == {YEARS: [1]}


async def test_a_day_that_is_not_judged_yet_comes_again_and_changes_nothing(site: Site) -> None:
    await history(site)
    await turner_at(site, DECEMBER).look()
    await turner_at(site, DECEMBER + DAY_MS).look()

    await judge(site)

    assert len(await turned(site)) == 2
    assert (await site.member("carl")).anniversaries == {YEARS: [1]}
    assert (await site.member("carl")).asked == [site.position - 1, 1, 0]


async def test_currency_is_announced_in_time_and_ends_after_its_last_day(site: Site) -> None:
    await history(site)
    coins = (await site.member("anna")).balances[COINS]
    end = at("2027-04-01 06:00")

    await turner_at(site, FEBRUARY).look()
    await judge(site)
    told = announced(await site.member("anna"), [COINS])
    await turner_at(site, end - DAY_MS).look()
    await judge(site)
    kept = (await site.member("anna")).balances[COINS]
    last_day = told[0][0]
    await turner_at(site, (last_day + 1) * DAY_MS + DAY_MS // 2).look()
    await judge(site)

    assert [amount for _, _, amount in told] == [coins]
    assert kept == coins
    assert COINS not in (await site.member("anna")).balances


async def test_nothing_turns_while_history_is_open(site: Site) -> None:
    opened = Append(
        mark=None,
        digest=None,
        payload=encode_entry(HistoryOpened()),
        recorded=BEGIN,
        said_recorded=True,
        history="opens",
    )
    await site.log.append([opened])

    assert await turner_at(site, DECEMBER).look() == 0


async def test_before_a_rulebook_and_under_one_without_such_words_nothing_turns(site: Site) -> None:
    assert await turner_at(site, DECEMBER).look() == 0
    await history(site)

    assert await turner_at(site, DECEMBER, plans=OneRulebook()).look() == 0
    assert await turned(site) == []


async def test_a_log_that_is_full_is_tried_again_with_the_next_look(site: Site) -> None:
    await history(site)
    await site.log.limit(site.position)
    turner = turner_at(site, DECEMBER)

    assert await turner.look() == 0
    await site.log.limit(None)
    assert await turner.look() == 1


async def test_who_joins_later_in_the_day_gets_it_with_the_next_day(site: Site) -> None:
    await history(site)
    turner = turner_at(site, DECEMBER)
    await turner.look()
    await site.append(MemberSet("dora", MemberFacts(started_on=2025 * 12 + 11)), DECEMBER)
    await site.append(MembershipChanged("dora", "join", DECEMBER), DECEMBER)
    await site.append(share("dora", DECEMBER), DECEMBER)
    await judge(site)

    assert await turner.look() == 0
    assert await turner_at(site, DECEMBER + DAY_MS).look() == 1
