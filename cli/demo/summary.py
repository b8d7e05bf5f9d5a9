"""The end of the demo, for a person to enjoy: who leads, who was named, what was earned, what rested, how to go on."""

from collections import Counter
from typing import Any

from rich.columns import Columns
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.demo.calls import Calls
from cli.demo.people import DEPARTMENTS, SPAMMER, people
from cli.demo.rhythm import Frame
from cli.demo.steps import steps
from cli.demo.tally import Tally, tally
from engine.bootstrap import Site

BARS = "▁▂▃▄▅▆▇█"
TOP, LAST_WEEKS, MOST_BADGES = 3, 5, 12
STEADY = 4
WIDEST = 100


class Summary:
    """Prints it, from what the service answers and what its journal holds."""

    def __init__(self, site: Site, calls: Calls, console: Console, frame: Frame, address: str) -> None:
        self._site, self._calls, self._console = site, calls, console
        self._frame, self._address = frame, address

    async def show(self, seconds: float) -> None:
        """All of it; `seconds` is how long the events took on their way in and through."""
        book = (await self._site.plans.in_force({})).rulebook
        names = {member: record.name for member, record in (await self._site.directory.all_members()).items()}
        found = await tally(self._site, book)
        self._head(found, seconds)
        await self._leaders()
        self._named(found, names)
        self._badges(found.badges)
        await self._together()
        self._in_a_row(found.in_a_row)
        self._rested(found.rested)
        await self._loud()
        await self._go_on()

    def _title(self, text: str) -> None:
        self._console.print()
        self._console.print(Text(text, style="bold"))

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(
            Padding(Text(text, style=style), (0, 0, 0, 2), expand=False), width=min(WIDEST, self._console.width)
        )

    def _head(self, found: Tally, seconds: float) -> None:
        frame = self._frame
        by_week = Counter(dict.fromkeys(range(frame.weeks), 0))
        for step in steps(frame):
            if step.kind in {"events", "said"}:
                week = (step.at.date() - frame.first_day).days // 7
                by_week[week] += len(step.body) if step.kind == "events" else 1
        most = max(by_week.values())
        line = "".join(BARS[(len(BARS) - 1) * by_week[week] // most] for week in range(frame.weeks))
        self._title(
            f"Sulka: {frame.members} people in {len(DEPARTMENTS)} teams, {frame.first_day:%-d %b %Y} "
            f"to {frame.last_day:%-d %b %Y}"
        )
        self._say(f"{line}  {sum(by_week.values()):,} events, week by week")
        each_second = found.entries / max(seconds, 0.001)
        self._say(
            f"{found.entries:,} entries of the log through the HTTP door, judged and stored in {seconds:.0f} s: "
            f"{each_second:,.0f} a second."
        )

    async def _leaders(self) -> None:
        self._title("Who leads, of those who chose to be seen")
        tables: list[Table] = []
        for board in await self._get("/v1/leaderboards"):
            kind = board["periods"][-1]
            view = await self._get(f"/v1/leaderboards/{board['id']}?period={kind}&limit={TOP}")
            period = "all time" if kind == "ever" else view["period"]
            table = Table(box=None, padding=(0, 1, 0, 0), title=f"{board['title']}\n{period}")
            table.title_justify = "left"
            table.show_header = False
            for row in view["rows"]:
                table.add_row(str(row["rank"]), row["name"], f"{row['score']:,}")
            tables.append(table)
        self._console.print(Padding(Columns(tables, padding=(0, 3)), (0, 0, 0, 2), expand=False))
        teams = (await self._get("/v1/leaderboards/advocates?period=ever&by=teams"))["rows"][:TOP]
        said = ", ".join(f"{row['name']} {row['score']:.0f}" for row in teams)
        self._say(f"Teams, in points a head: {said}")

    def _named(self, found: Tally, names: dict[str, str]) -> None:
        with_winners = sum(1 for won in found.weeks.values() if won)
        self._title(f"Feathers of the week: {len(found.weeks)} weeks are closed, {with_winners} with winners")
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        for week, won in list(found.weeks.items())[-LAST_WEEKS:]:
            table.add_row(week, ", ".join(names[member] for member in won))
        for month, titles in list(found.months.items())[-1:]:
            for title, won in titles.items():
                table.add_row(month, f"{title}: {', '.join(names[member] for member in won)}")
        self._console.print(Padding(table, (0, 0, 0, 2), expand=False))

    def _badges(self, badges: Counter[str]) -> None:
        self._title(f"Badges: {sum(badges.values()):,} earned or given")
        said = [f"{title} {count}" for title, count in badges.most_common(MOST_BADGES)]
        self._console.print(Padding(Columns(said, padding=(0, 3)), (0, 0, 0, 2), expand=False))

    async def _together(self) -> None:
        challenges = (await self._get("/v1/challenges"))["challenges"]
        if not challenges:
            return
        self._title("What was reached together")
        for each in challenges:
            days = f"{each['first_day']} to {each['last_day']}"
            if each["sum"] is not None:
                self._say(f"{each['title']} ({days}): {each['sum']:,} of {each['goal']:,}")
                continue
            reached = sum(1 for unit in each["units"] if unit["reached_at"] is not None)
            teams = f"{reached} of {len(each['units'])} teams with five or more people"
            self._say(f"{each['title']} ({days}): {teams} reached {each['goal']:,}")

    def _in_a_row(self, in_a_row: dict[str, int]) -> None:
        if not in_a_row:
            return
        steady = sum(length >= STEADY for length in in_a_row.values())
        self._title(f"Weeks in a row: {len(in_a_row)} people found a rhythm")
        self._say(
            f"{steady} of them have had {STEADY} weeks or more, the longest {max(in_a_row.values())}. "
            "Days off and time away are left out, and each of them sees this alone."
        )

    def _rested(self, rested: Counter[str]) -> None:
        self._title("What rested, and why; each receipt says so kindly")
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        table.add_column(justify="right")
        table.add_column()
        for why, count in rested.most_common():
            table.add_row(f"{count:,}", why)
        self._console.print(Padding(table, (0, 0, 0, 2), expand=False))

    async def _loud(self) -> None:
        shares = Counter(
            event["subject"]
            for step in steps(self._frame)
            if step.kind == "events"
            for event in step.body
            if event["type"] == "content.shared"
        )
        loud = people(self._frame)[SPAMMER]
        mine = await self._calls.call("GET", "/v1/me", await self._calls.own_token(loud.number))
        best = (await self._get("/v1/leaderboards/advocates?period=ever&limit=1"))["rows"][0]
        self._say(
            f"Somebody shared {shares[loud.alias]:,} times in {self._frame.weeks} weeks, which brought "
            f"{mine['points']:,} points; {best['name']}, who leads, has {best['score']:,}: steady and kind beats loud."
        )

    async def _go_on(self) -> None:
        token, address = self._calls.token, self._address
        self._title(f"Sulka listens on {address} (calls: /schema). Ctrl-C ends it.")
        me, hr = await self._calls.own_token(0), await token("hr")
        for who, lines in (
            ("As an employee", (f"ME={me}", f'curl -H "Authorization: Bearer $ME" {address}/v1/me/ledger')),
            (
                "As HR",
                (f"HR={hr}", f'curl -H "Authorization: Bearer $HR" "{address}/v1/leaderboards/advocates?period=ever"'),
            ),
            ("As the administrator", (f"ADMIN={await token('admin')}",)),
        ):
            self._say(who)
            for line in lines:
                self._console.print(f"    {line}", soft_wrap=True, markup=False, highlight=False)

    async def _get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        return await self._calls.call("GET", path, await self._calls.token("hr"))
