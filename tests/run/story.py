"""A programme of real rule files, people and acts, as histories of the engine's tests tell them."""

from engine.bootstrap import Site
from engine.core.entries import (
    Act,
    AnyEntry,
    HistoryOpened,
    MemberFacts,
    MemberSet,
    MembershipChanged,
    VisibilityChosen,
    encode_entry,
)
from engine.core.questions import Value
from engine.store.log import Append
from tests.rulebook.books import ORGANIZATION, rule, texts
from tests.run.site import DAY_MS, rows_of_door

PACK = (
    rule("fade = { per = 'week', percent = [100, 50] }\nlimits = [{ times = 3, per = 'week' }]")
    + """
[[cap]]
on = "*"
points = 40
per = "week"

[[metric]]
id = "shares"
title = "Shares"
on = "content.shared"

[[badge]]
id = "often"
title = "Often"
of = { metric = "shares", per = "ever" }
at = 3

[[leaderboard]]
id = "board"
title = "Board"
of = "points"
periods = ["week", "ever"]
by = ["members", "teams"]

[[recognition]]
id = "best"
title = "Best"
at_end_of = "week"
board = "board"
places = 1

[[thanks]]
id = "thanks"
title = "Thanks"
allowance = { times = 5, per = "week" }
same_pair = { times = 1, per = "week" }
giver = 2
receiver = 10
"""
)
BOOK = texts(PACK, ORGANIZATION)
CHANGED = texts(PACK.replace("points = 10", "points = 12", 1), ORGANIZATION)
MEMBERS = tuple(f"member-{number}" for number in range(7))
WEEK_MS = 7 * DAY_MS


def beginning_weeks_on(day: str, pack: str = PACK, *, zone: str = "Europe/Helsinki") -> dict[str, str]:
    """The programme with weeks that begin on another day, in another zone."""
    lines = f'time_zone = "{zone}"\nweek_starts = "{day}"'
    return texts(pack, ORGANIZATION.replace('time_zone = "Europe/Helsinki"', lines))


async def append(site: Site, entry: AnyEntry, recorded: int) -> None:
    item = Append(
        mark=None,
        digest=None,
        payload=encode_entry(entry),
        recorded=recorded,
        said_recorded=True,
        history="opens" if isinstance(entry, HistoryOpened) else "",
        rows=await rows_of_door(site.directory, entry),
    )
    (appended,) = await site.log.append([item])
    assert appended.status == "accepted"


async def join(site: Site, member: str, team: str, at: int) -> None:
    await append(site, MemberSet(member, MemberFacts(country="FI", team=team)), at)
    await append(site, MembershipChanged(member, "join", at), at)
    await append(site, VisibilityChosen(member, boards=True, wall=True, badges=True), at)


def share(member: str, at: int, number: int) -> Act:
    data: dict[str, Value] = {
        "channel": "linkedin",
        "own_words": True,
        "topics": ["hiring"],
        "content": f"post-{number}",
    }
    return Act("content.shared", at, "hub", member, data, f"{member}-{number}".encode())
