"""The ticker closes what has ended when nobody sends anything."""

from engine.core.entries import HistoryEnded, HistoryOpened, Tick, encode_entry
from engine.run.ticker import Ticker
from engine.store.log import Append
from engine.store.waiting import Waiting
from tests.run.site import BEGIN, DAY_MS, OneRulebook, Site, write_some_history


def ticker_at(site: Site, now: int) -> Ticker:
    waiting = Waiting(write=site.write, read=site.read, keys=site.keys)
    return Ticker(entries=site.log, reader=site.reader, plans=OneRulebook(), waiting=waiting, now_ms=lambda: now)


async def test_a_tick_comes_once_a_period_has_ended_and_no_event_has_closed_it(site: Site) -> None:
    await write_some_history(site, weeks=1)
    await site.judge_all()

    before = await ticker_at(site, BEGIN + 7 * DAY_MS).look()
    after = await ticker_at(site, BEGIN + 8 * DAY_MS).look()

    last = await site.log.entry(site.position + 1)
    assert (before, after) == (True, True)
    assert last is not None
    assert isinstance(last.entry, Tick)


async def test_no_tick_comes_before_anything_has_ended(site: Site) -> None:
    await write_some_history(site, weeks=1)
    await site.judge_all()
    position = site.position

    assert not await ticker_at(site, BEGIN + 6 * DAY_MS + 3_600_000).look()
    assert await site.log.entry(position + 1) is None


async def test_while_history_is_open_nothing_ticks_and_nothing_that_waits_is_forgotten(site: Site) -> None:
    opened = Append(
        mark=None,
        digest=None,
        payload=encode_entry(HistoryOpened()),
        recorded=BEGIN,
        said_recorded=True,
        history="opens",
    )
    held = Append(
        mark=b"m" * 16, digest=b"d" * 16, payload=b"held", recorded=BEGIN, said_recorded=True, waits_for="whom"
    )
    await site.log.append([opened, held])
    later = ticker_at(site, BEGIN + 90 * DAY_MS)

    ticked = await later.look()
    waiting = await Waiting(write=site.write, read=site.read, keys=site.keys).count()
    ended = Append(
        mark=None, digest=None, payload=encode_entry(HistoryEnded()), recorded=BEGIN + 90 * DAY_MS, history="ends"
    )
    await site.log.append([ended])
    await later.look()

    assert (ticked, waiting) == (False, 1)
    assert await site.log.entry(3) is None
    assert await Waiting(write=site.write, read=site.read, keys=site.keys).count() == 0
