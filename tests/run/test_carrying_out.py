"""What a mapping has made of a delivery is carried out in its order, and what could not be is told."""

import pytest

from engine.run.errors import HistoryNotOpen
from engine.run.outcomes import When
from engine.run.webhooks.carrying_out import MOST_FAULTS, CarryingOut, OnLink
from engine.sources.events import JsonValue
from engine.sources.mapping.mapped import Event, Link, Mapped, Undone, Unreadable
from engine.store.deliveries import Counts
from tests.api.house import SECRET, House
from tests.store.building import POINTS


def carrying_out(house: House, on_link: OnLink | None = None) -> CarryingOut:
    return CarryingOut(door=house.parts.door, recorder=house.parts.recorder, secret=SECRET, on_link=on_link)


def event(id: str = "e1", *, key: str | None = None, channel: str = "linkedin") -> Event:
    data: dict[str, JsonValue] = {"channel": channel, "own_words": True}
    subject = "email:anna@example.org"
    return Event(id=id, type="content.shared", subject=subject, time=None, data=data, key=key)


async def test_what_comes_and_goes_in_one_delivery_leaves_nothing(house: House) -> None:
    anna = await house.member("anna")
    made = (event("a", key="k"), Undone(key="k", id="b"), event("c"))

    carried = await carrying_out(house).carry_out(Mapped(made=made), "tool", house.when)
    again = await carrying_out(house).carry_out(Mapped(made=made), "tool", house.when)
    await house.judge()

    assert (carried.counts, carried.verdict) == (Counts(accepted=3), "accepted")
    assert (again.counts, again.verdict) == (Counts(duplicates=3), "duplicate")
    assert (await house.parts.members.state(anna)).balances[POINTS] == 10


async def test_what_needs_somebody_counts_before_what_was_taken(house: House) -> None:
    await house.member("anna")
    mapped = Mapped(made=(event("a"), event("b", channel="fax")))

    carried = await carrying_out(house).carry_out(mapped, "tool", house.when)

    assert (carried.counts, carried.verdict, carried.reason) == (
        Counts(accepted=1, unreadable=1),
        "unreadable",
        "wrong-value",
    )


async def test_so_many_faults_are_told_and_all_are_counted(house: House) -> None:
    gap = Unreadable(map="m", pointer="/a", found="nothing", expected="a text")

    carried = await carrying_out(house).carry_out(Mapped(unreadable=(gap,) * (MOST_FAULTS + 1)), "tool", house.when)

    assert (len(carried.faults), carried.counts.unreadable) == (MOST_FAULTS, MOST_FAULTS + 1)


@pytest.mark.parametrize(("answer", "expected"), [(True, Counts(accepted=1)), (False, Counts(ignored=1))])
async def test_a_link_is_carried_out_by_who_links_accounts(house: House, *, answer: bool, expected: Counts) -> None:
    asked: list[tuple[str, str, str]] = []

    async def on_link(source: str, link: Link, when: When) -> bool:
        assert when == house.when
        asked.append((source, link.alias, link.code))
        return answer

    mapped = Mapped(made=(Link(alias="slack:U1", code="123456"),))
    carried = await carrying_out(house, on_link).carry_out(mapped, "tool", house.when)

    assert (asked, carried.counts) == ([("tool", "slack:U1", "123456")], expected)


async def test_a_recorded_time_without_history_takes_nothing(house: House) -> None:
    before = await house.position()

    for made in (event(), Undone(key="k", id="u")):
        with pytest.raises(HistoryNotOpen):
            await carrying_out(house).carry_out(Mapped(made=(made,)), "tool", When(house.now, said=True))

    assert await house.position() == before
