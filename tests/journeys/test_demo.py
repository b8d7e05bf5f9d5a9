"""`sulka demo`: a lifelike organization, the same however often it is stopped on the way, and right by another way.

The short one runs with all tests, the whole one with those that take minutes.
"""

import os
import re
import select
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from cli.demo.people import SPAMMER, people
from cli.demo.rhythm import Frame, frame_until
from cli.demo.steps import steps
from engine.bootstrap import running_or_own_server, site_at
from engine.core.chain import decode_journal
from engine.core.entries import Act, Awarded, Entry, Thanked
from engine.core.lines.badges import BadgeGranted
from engine.core.lines.entries import EntryTaken, RulebookSet
from engine.core.lines.ledger import Posted
from engine.core.lines.members import MembershipSet
from engine.core.lines.refusals import Reason, Refused
from engine.settings import DataSettings, Settings
from engine.store.raw import RawRows
from tests.journeys.posted import Posted as PostedByDemo
from tests.journeys.posted import period_of
from tests.journeys.serving import Serving, free_port
from tests.oracle import Oracle

UNTIL = date(2026, 11, 22)
LAST_WORDS = "ADMIN="
BY_HAND = -1
DEMO_SECONDS = 300
"""Patience on a machine that does much else; no promise."""

Boards = dict[tuple[str, str], list[tuple[int, str, int]]]


class Played(msgspec.Struct):
    """A demo that has come to its end and serves; what the oracle knows of it."""

    service: Serving
    oracle: Oracle
    joined: dict[tuple[str, str, int], Counter[tuple[str, str]]]
    left_out: Counter[str]
    said: str

    def token(self, name: str) -> str:
        """A token that it printed."""
        found: list[str] = re.findall(rf"^ +{name}=(\w+)", self.said, re.MULTILINE)
        return found[0]


def start(data: Path, frame: Frame) -> Serving:
    words = ("--members", str(frame.members), "--weeks", str(frame.weeks - 1), "--until", frame.last_day.isoformat())
    return Serving(data, free_port(), "demo", *words)


@pytest.fixture(
    scope="module",
    params=[pytest.param((60, 9), id="short"), pytest.param((250, 26), id="whole", marks=pytest.mark.soak)],
)
def frame(request: pytest.FixtureRequest) -> Frame:
    members, weeks = request.param
    return frame_until(UNTIL, members, weeks)


@pytest.fixture(scope="module")
def played(frame: Frame, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    service = start(tmp_path_factory.mktemp("demo") / "data", frame)
    try:
        posted = PostedByDemo(frame)
        oracle, before = Oracle({}, {}, set()), posted.joined()
        joined: dict[tuple[str, str, int], Counter[tuple[str, str]]] = {}
        for event in posted.events():
            oracle.rules = oracle.rules or event["rules"]
            oracle.tell(event)
            joined |= dict.fromkeys(oracle.finals.keys() - joined.keys(), before)
            before = posted.joined() if event["do"] in {"shown", "units"} else before
        yield Played(
            service,
            oracle,
            joined,
            posted.left_out,
            service.wait_until_printed(LAST_WORDS, patience_seconds=DEMO_SECONDS),
        )
    finally:
        service.end()


def by_hr(played: Played) -> httpx.Client:
    return httpx.Client(
        base_url=f"{played.service.address}/v1/leaderboards/",
        headers={"Authorization": f"Bearer {played.token('HR')}"},
        timeout=10,
    )


def board(client: httpx.Client, id_: str, period: str) -> list[tuple[int, str, int]]:
    """All rows of a members' board, page by page; within a tie by name, as ids are random."""
    rows: list[tuple[int, str, int]] = []
    asked: dict[str, str | int] = {"period": period, "limit": 100}
    while True:
        answer = client.get(id_, params=asked)
        assert answer.status_code == httpx.codes.OK, answer.text
        page: dict[str, Any] = answer.json()
        rows.extend((row["rank"], row["name"], row["score"]) for row in page["rows"])
        if not page["cursor"]:
            return sorted(rows)
        asked["cursor"] = page["cursor"]


def standings(played: Played) -> Boards:
    """All boards that are final, and that of all time."""
    asked = [(id_, period_of(per, first)) for id_, per, first in played.oracle.finals]
    with by_hr(played) as client:
        return {(id_, name): board(client, id_, name) for id_, name in [*asked, ("advocates", "ever")]}


def expected(oracle: Oracle) -> Boards:
    """The same by the oracle; a member who hides or leaves later is dropped at reading, and ranks stay."""
    found: Boards = {}
    for (id_, per, first), final in oracle.finals.items():
        scores = [score for _, score in final["rows"]]
        rows = [(1 + sum(other > score for other in scores), who, score) for who, score in final["rows"]]
        found[id_, period_of(per, first)] = sorted(row for row in rows if row[1] not in oracle.hidden)
    ever = oracle.board("points", "ever", 0)["rows"]
    found["advocates", "ever"] = sorted(
        (1 + sum(other > score for _, other in ever), who, score) for who, score in ever
    )
    return found


def units_expected(final: dict[str, Any], by: str, joined: Counter[tuple[str, str]]) -> list[tuple[str, float]]:
    """(sum + 5 × overall mean) / (joined + 5); none under five is shown, nor a second one that would tell of it."""
    sums = {unit: total for (kind, unit), (total, _) in final["units"].items() if kind == by}
    size = {unit: count for (kind, unit), count in joined.items() if kind == by}
    by_size = sorted({*sums, *size}, key=lambda unit: (size.get(unit, 0), unit))
    hidden = 0
    while by_size and (size.get(by_size[0], 0) < 5 or 0 < hidden < 5):
        hidden += size.get(by_size.pop(0), 0)
    mean = Fraction(sum(sums.values()), sum(size.values()))
    scores = {unit: (sums[unit] + 5 * mean) / (size[unit] + 5) for unit in by_size if sums.get(unit, 0) > 0}
    return sorted((unit, floor(score * 100 + Fraction(1, 2)) / 100) for unit, score in scores.items())


def test_the_oracle_gets_every_final_board_of_units_too(played: Played) -> None:
    hides_some = 0
    with by_hr(played) as client:
        for (id_, per, first), final in played.oracle.finals.items():
            (board,) = (board for board in played.oracle.rules["boards"] if board["id"] == id_)
            for by in (by for by in board["by"] if by != "members"):
                expected = units_expected(final, by, played.joined[id_, per, first])

                answer = client.get(id_, params={"period": period_of(per, first), "by": by}).json()

                assert sorted((row["name"], row["score"]) for row in answer["rows"]) == expected, (id_, per, first, by)
                hides_some += len(expected) < len({unit for kind, unit in final["units"] if kind == by})
    assert hides_some


def test_the_oracle_gets_every_final_board_from_what_was_posted(played: Played, frame: Frame) -> None:
    found = standings(played)

    weeks = [rows for (id_, period), rows in found.items() if "-W" in period]
    assert found == expected(played.oracle)
    assert len(weeks) == frame.weeks - 1
    assert all(weeks)
    closed, with_winners = re.findall(r"(\d+) weeks are closed, (\d+) with winners", played.said)[0]
    assert int(closed) == int(with_winners) >= frame.weeks - 1


def test_the_demo_as_it_comes_closes_half_a_year_of_weeks_each_with_winners() -> None:
    """By the oracle alone, for the whole one takes minutes to play; that both agree is tested beside this."""
    posted, oracle = PostedByDemo(frame_until(UNTIL, 250, 26)), Oracle({}, {}, set())
    for event in posted.events():
        oracle.rules = oracle.rules or event["rules"]
        oracle.tell(event)

    weeks = {first: final for (_, per, first), final in oracle.finals.items() if per == "week"}
    assert len(weeks) >= 24
    assert all(final["winners"] for final in weeks.values())


def test_it_says_what_goes_in(played: Played, frame: Frame) -> None:
    said = " ".join(played.said.split())
    assert f"What {frame.members} people did from {frame.first_day} to {frame.last_day} goes in there now" in said


async def test_the_demo_meets_what_a_half_year_brings(played: Played, frame: Frame) -> None:
    settings = Settings(data=DataSettings(dir=str(played.service.data)))
    met: Counter[Any] = Counter()
    with running_or_own_server(settings) as url:
        async with site_at(url, settings) as site:
            judged = await site.reader.judged()
            entries = [logged.entry for logged in await site.log.read(0, judged)]
            rows = [decode_journal(row) async for row in RawRows(read=site.read, keys=site.keys).journal(judged)]
    for entry, row in zip(entries, rows, strict=True):
        met["late"] += row.late
        met["blank"] += not row.people and not row.lines
        met.update(word for line in row.lines if (word := bite(entry, line)) is not None)

    enough = {
        "faded", "late", "blank", "taken back", "pause", "resume", "leave", "away", "rulebook", "by hand", "below",
        "badge by hand", "mutual", Reason.FADED, Reason.LIMIT_TIMES, Reason.CAP, Reason.ONCE, Reason.ALLOWANCE,
        Reason.SAME_PAIR, Reason.KEY_AGAIN, Reason.TAKEN_BACK_BEFORE, Reason.CONDITION,
    }  # fmt: skip
    assert enough <= {word for word, count in met.items() if count}
    assert met["rulebook"] == 3
    assert judged > 35 * frame.members
    assert min(played.left_out[why] for why in ("never joined", "paused or left", "not joined yet")) > 0


def bite(entry: Entry, line: object) -> object:
    """What hard thing a line of the journal of this entry is."""
    match entry, line:
        case _, Refused():
            return line.reason
        case _, EntryTaken():
            return "taken back"
        case _, MembershipSet():
            return line.change
        case _, RulebookSet():
            return "rulebook"
        case _, Posted(cause=cause, amount=amount) if cause == BY_HAND:
            return "by hand" if amount > 0 else "below"
        case Thanked(), Posted(percent=percent, amount=amount) if percent < 100 and amount > 0:
            return "mutual"
        case Act(), Posted(percent=percent, amount=amount) if percent < 100 and amount > 0:
            return "faded"
        case Awarded(badge=str()), BadgeGranted():
            return "badge by hand"
        case _:
            return None


def test_fade_and_limits_tame_the_one_who_shares_most(played: Played, frame: Frame) -> None:
    loud = people(frame)[SPAMMER]
    shares = Counter(
        event["subject"]
        for step in steps(frame)
        if step.kind == "events"
        for event in step.body
        if event["type"] == "content.shared"
    )

    with by_hr(played) as client:
        ever = board(client, "advocates", "ever")

    points = next(score for _, name, score in ever if name == loud.name)
    assert shares.most_common(1)[0][0] == loud.alias
    assert points < shares[loud.alias]
    assert points < ever[0][2] / 2


def test_the_lines_that_it_prints_to_go_on_with_work(played: Played) -> None:
    lines = [line.strip() for line in played.said.splitlines() if re.match(r" +(ME|HR|curl)\b", line)]
    tokens, calls = ([line for line in lines if line.startswith("curl") is is_call] for is_call in (False, True))

    answers = [bash([*tokens, call]) for call in calls]

    assert answers[0]["receipts"]
    assert answers[1]["board"] == "advocates"
    assert answers[1]["rows"]


def bash(lines: list[str]) -> Any:  # noqa: ANN401 - JSON
    done = subprocess.run(["bash", "-c", "\n".join(lines)], capture_output=True, timeout=30, check=True)
    return msgspec.json.decode(done.stdout)


def kill_when_halfway(data: Path, frame: Frame, who: str, halfway: int) -> None:
    """Kill -9 the engine, or everything, in the middle of the filling."""
    service = start(data, frame)
    service.wait_until_ready()
    while (said := service.ready()) is None or said["position"] < halfway:
        assert service.process.poll() is None, "the demo has ended"
    if who == "engine":
        os.kill(service.worker("engine"), signal.SIGKILL)
        service.wait_until_printed(LAST_WORDS, patience_seconds=DEMO_SECONDS)
        service.end()
        return
    # The folder is free when the store, which is told by the kernel, has ended too.
    store = [os.pidfd_open(pid) for pid in service.children()]
    service.process.kill()
    service.process.wait()
    for handle in store:
        assert select.select([handle], [], [], 20)[0], "somebody lives on"
        os.close(handle)


@pytest.mark.parametrize("who", ["engine", "everything"])
def test_a_demo_that_was_killed_goes_on_and_ends_with_the_same_standings(
    tmp_path: Path, played: Played, frame: Frame, who: str
) -> None:
    kill_when_halfway(tmp_path / "data", frame, who, halfway=played.service.wait_until_judged() // 2)

    service = start(tmp_path / "data", frame)
    try:
        again = Played(
            service,
            played.oracle,
            played.joined,
            played.left_out,
            service.wait_until_printed(LAST_WORDS, patience_seconds=DEMO_SECONDS),
        )
        assert standings(again) == standings(played)
        assert "no difference" in service.run("verify")
    finally:
        service.end()
