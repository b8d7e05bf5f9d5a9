"""What waits until somebody agrees, in the engine: however batches are cut, and judged again by verifying."""

from pathlib import Path
from typing import cast

import msgspec
import pytest

from engine.core.entries import Retracted, Verdict
from engine.core.keys import HOLDS
from engine.core.plan import Plan
from engine.core.rules import Approval, Boost
from engine.core.states import HoldsState
from engine.run.verify import Verifier
from engine.store.connect import write_client
from engine.store.embedded import EmbeddedServer
from tests.core.programme import text
from tests.run.site import BEGIN, DAY_MS, OneRulebook, Site, programme, share, write_some_history
from tests.run.test_verify import change_field, side

HALF_A_DAY = DAY_MS // 2


class Waiting(OneRulebook):
    """The small programme, in which some shares are boosted, and what brings more than nine points waits."""

    def __init__(self) -> None:
        super().__init__()
        first_day = BEGIN // DAY_MS
        boost = Boost(
            code=90,
            id="week",
            title=text("Week"),
            on=("content.shared",),
            first_day=first_day,
            last_day=first_day + 2,
            percent=150,
        )
        approval = Approval(over=9, approver="hr", not_by=("giver", "receiver"), within_ms=3 * DAY_MS)
        self.plan = Plan(msgspec.structs.replace(programme().rulebook, boosts=(boost,), approval=approval))


async def history_with_verdicts(site: Site) -> list[int]:
    """Weeks of sharing with verdicts on most, a retraction of what was agreed to; the positions that were decided."""
    await write_some_history(site, weeks=2)
    decided: list[int] = []
    for day in range(14, 21):
        now = BEGIN + day * DAY_MS
        held = await site.append(share("anna", now, channel="x"), now)
        said = ("approve", "decline", "approve")[day % 3]
        if day != 20:
            await site.append(Verdict(held, "decline" if said == "decline" else "approve", now, "token"), now)
            decided.append(held)
        if day == 18:
            await site.append(Retracted("source", now, key=f"anna{now}".encode()), now + HALF_A_DAY)
    return decided


@pytest.mark.parametrize("batch_entries", [1, 7, 100])
async def test_where_batches_are_cut_makes_no_difference(site: Site, batch_entries: int) -> None:
    await history_with_verdicts(site)
    other = Site(f"{site.keys.organization}-single", site.write, site.read)
    await history_with_verdicts(other)

    await site.judge_all(batch_entries=batch_entries, plans=Waiting())
    await other.judge_all(batch_entries=3, plans=Waiting())

    assert await site.everything() == await other.everything()
    assert (await site.member("anna")).balances[0] > 0


async def test_what_waits_and_who_paid_it_is_verified(site: Site, tmp_path: Path) -> None:
    await history_with_verdicts(site)
    await site.judge_all(plans=Waiting())

    async def verified() -> set[str]:
        with EmbeddedServer.start(tmp_path / "replay") as server:
            async with write_client(server.url) as client:
                replay = Site(site.keys.organization, client, client)
                verifier = Verifier(keys=site.keys, stored=side(site), empty=side(replay), plans=Waiting())
                found = {each.place for each in (await verifier.verify()).differences}
                await client.flushall()
                return found

    assert await verified() == set()
    held = (await site.reader.read([HOLDS]))[HOLDS]
    assert isinstance(held, HoldsState)
    assert held.until

    names = [cast("bytes", name).decode() for name in await site.read.hkeys(site.keys.recent(0))]
    paid = next(name for name in names if name.startswith("v:"))
    await change_field(site, site.keys.states, HOLDS)
    await change_field(site, site.keys.recent(0), paid)

    assert await verified() == {f"states {HOLDS}", f"recent:0 {paid}"}
