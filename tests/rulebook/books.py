"""Small rulebooks to break: an organization and one pack, with a mark where a mistake is expected."""

from engine.core.codes import assign
from engine.core.rulebook import Rulebook
from engine.rulebook import Mistake, check, compile_rulebook, namings

MARK = "«"
"""Stands before the character at which a mistake is expected; it is taken out before the text is read."""

ORGANIZATION = """\
[organization]
time_zone = "Europe/Helsinki"
country = "FI"
languages = ["en", "fi"]
packs = ["starter"]

[[topic]]
id = "hiring"
title = "Hiring"

[[topic]]
id = "products"
title = "Products"

[[event]]
type = "content.shared"
title = "Shared"
purpose = "Recognise sharing"
keep = "90 days"
seen_by = ["member"]
said_by = ["tool", "member"]
data.content = { type = "content", optional = true }
data.channel = { type = "choice", of = ["linkedin", "x", "bluesky", "blog"] }
data.own_words = { type = "yes-no", default = false }
data.topics = { type = "choices", of = "topics", default = [] }
data.minutes = { type = "number", optional = true }

[[event]]
type = "link.clicked"
title = "Clicked"
purpose = "Show results"
keep = "90 days"
seen_by = ["member"]
said_by = ["tool"]
data.content = { type = "content" }
data.visitor = { type = "key" }
data.human = { type = "yes-no" }

[[event]]
type = "content.approved"
title = "Approved"
purpose = "Recognise planning"
keep = "90 days"
seen_by = ["member"]
said_by = ["tool"]
data.proposer = { type = "member" }
data.proposed_at = { type = "time" }

[[event]]
type = "planning.joined"
title = "Joined"
purpose = "Recognise planning"
keep = "90 days"
seen_by = ["member"]
said_by = ["tool"]

[[group]]
id = "sharing"
events = ["content.shared", "link.clicked"]

[[group]]
id = "acts"
events = ["content.shared", "planning.joined"]
"""

PACK = "starter/sharing.toml"
PACK_OFF = "extras/off.toml"
OFF = """\
[[metric]]
id = "off_metric"
on = "thanks"

[[rule]]
id = "off-rule"
title = "Off"
on = "thanks"
points = 1

[[badge]]
id = "off-badge"
title = "Off"
of = { metric = "off_metric", per = "ever" }
at = 1

[[leaderboard]]
id = "off-board"
title = "Off"
of = { metric = "off_metric" }
periods = ["week"]
"""
"""A pack beside the one in force: what is wrong in the other one is looked at twice, and has to be told once."""


def rule(lines: str = "", *, id_: str = "share", on: str = "content.shared", points: str = "10") -> str:
    """A rule with these lines after its own four."""
    return f'[[rule]]\nid = "{id_}"\ntitle = "Share"\non = "{on}"\npoints = {points}\n{lines}\n'


def texts(pack: str = "", organization: str = ORGANIZATION) -> dict[str, str]:
    """An organization, one pack in force, and one that is off."""
    return {"organization.toml": organization, PACK: pack, PACK_OFF: OFF}


def mistakes_of(pack: str = "", organization: str = ORGANIZATION) -> tuple[Mistake, ...]:
    """What is wrong with a pack, or with an organization."""
    return check(texts(pack, organization)).mistakes


def compiled(pack: str, organization: str = ORGANIZATION) -> Rulebook:
    """The rulebook of these files, with codes of its own."""
    files = texts(pack, organization)
    return compile_rulebook(files, assign({}, namings(check(files))))


def marked(text: str) -> tuple[str, int, int]:
    """The text without its mark, and the line and column of the mark."""
    before, found, after = text.partition(MARK)
    assert found, f"no {MARK} in {text}"
    return before + after, before.count("\n") + 1, len(before) - before.rfind("\n")
