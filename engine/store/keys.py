"""The names of all keys of one organization. The braces are a hash tag: all of them live on one node of a cluster."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, final

from engine.core.keys import is_of_an_era

UNIT_KINDS = ("teams", "departments", "countries")

WallKind = Literal["recognition", "thanks", "badge"]
WALL_KINDS: tuple[WallKind, ...] = ("recognition", "thanks", "badge")
"""What the wall may show."""


@final
@dataclass(frozen=True)
class Place:
    """One board in one period: its code, the kind's number in `engine.core.plan.KINDS`, and the period's number."""

    code: int
    kind: int
    period: int

    @property
    def field(self) -> str:
        """How the hash of closed boards calls it."""
        return f"{self.code}:{self.kind}:{self.period}"


def place_of(field: str) -> Place:
    """The place that `Place.field` calls so."""
    code, kind, period = field.split(":")
    return Place(int(code), int(kind), int(period))


class Keys:
    """Key names of one organization; see the store's page in `docs/architecture.md` for what each holds."""

    def __init__(self, organization: str) -> None:
        self.organization = organization
        self.prefix = prefix = f"{{{organization}}}:"
        self.log = f"{prefix}log"
        self.door = f"{prefix}door"
        self.marks = f"{prefix}marks:"
        """The names of the rotating hashes begin so; their number follows."""
        self.engine = f"{prefix}engine"
        self.states = f"{prefix}states"
        self.journal = f"{prefix}journal"
        self.index = f"{prefix}index"
        self.final = f"{prefix}final"
        self.flagged = f"{prefix}flagged"
        """Closed boards whose pages are not written yet; the same fields as `final`."""
        self.recut = f"{prefix}recut"
        """What is to be filled since weeks were cut anew; gone when it is."""
        self.aside = f"{prefix}aside"
        self.aside_order = f"{prefix}aside:order"
        """The same positions as a sorted set, so that they can be read a page at a time."""
        self.retried = f"{prefix}retried"
        """Which of the entries that went aside were tried again, for the door; the core knows by itself."""
        self.rulebooks = f"{prefix}rulebooks"
        self.versions = f"{prefix}versions"
        self.directory = f"{prefix}directory"
        self.aliases = f"{prefix}aliases"
        self.membership = f"{prefix}membership"
        self.tokens = f"{prefix}tokens"
        self.sources = f"{prefix}sources"
        self.texts = f"{prefix}texts"
        self.links = f"{prefix}links"
        """Codes by which members link accounts."""
        self.imports = f"{prefix}imports"
        """What became of the nightly tables of people."""
        self.outbox = f"{prefix}outbox"
        """Subscriptions (`s:<id>`), how far each is (`l:<id>`), and the epoch of the worker that sends."""
        self.attempts = f"{prefix}attempts:"
        """The names of the lists of the newest tries begin so; the subscription's id follows."""
        self.notices = f"{prefix}notices"
        """What members chose to be told by mail."""
        self.digests = f"{prefix}digests"
        """Up to which week each of them was told."""
        self.waiting = f"{prefix}waiting"
        """Sorted set of all events that wait, `<whom>:<mark>` by the time they came."""
        self._shelves: dict[str, str] = {}
        """The hashes of eras by their numbers: few, since an era is as long as `days_back`."""

    def recent(self, era: int) -> str:
        """What is remembered for `days_back` days, one shelf."""
        return f"{self.prefix}recent:{era}"

    def state(self, key: str) -> tuple[str, str]:
        """Hash and field of a state key of `engine.core.states`."""
        if not is_of_an_era(key):
            return self.states, key
        era, _, rest = key.partition("/")
        shelf = self._shelves.get(era)
        if shelf is None:
            shelf = self._shelves[era] = f"{self.prefix}recent:{era}"
        return shelf, rest

    def by_hash(self, keys: Iterable[str]) -> dict[str, tuple[list[str], list[str]]]:
        """State keys by the hash that they are in: the fields, and the keys in the same order."""
        groups: dict[str, tuple[list[str], list[str]]] = {}
        for key in keys:
            name, field = self.state(key)
            group = groups.get(name)
            if group is None:
                group = groups[name] = ([], [])
            fields, whole = group
            fields.append(field)
            whole.append(key)
        return groups

    def board(self, place: Place) -> str:
        """The sorted set of members of an open board."""
        return self.board_of(place.field)

    def board_of(self, place: str) -> str:
        """The same by `engine.core.keys.place_key`."""
        return f"{self.prefix}board:{place}"

    def units(self, place: Place, by: str) -> str:
        """The sums of teams, departments or countries on a board."""
        return self.units_of(place.field, by)

    def units_of(self, place: str, by: str) -> str:
        """The same by `engine.core.keys.place_key`."""
        return f"{self.prefix}units:{by}:{place}"

    def pages(self, place: Place, by: str) -> str:
        """The pages of a final board."""
        return f"{self.prefix}pages:{place.code}:{by}:{place.kind}:{place.period}"

    def wall(self, kind: WallKind) -> str:
        """Sorted set of the positions whose journal has something of this kind for the wall."""
        return f"{self.prefix}wall:{kind}"

    def ranks(self, place: Place) -> str:
        """Each member's rank on the final board of the last period, until the next one is final."""
        return f"{self.prefix}ranks:{place.code}:{place.kind}:{place.period}"

    def team(self, team: str) -> str:
        """The ids of a team's members."""
        return f"{self.prefix}team:{team}"

    def looks(self, member: str) -> str:
        """Who has looked at this member's record."""
        return f"{self.prefix}looks:{member}"

    def deliveries(self, source: str) -> str:
        """What a sender has delivered: a row by id. The keys below it say in which lists each row stands."""
        return f"{self.prefix}deliveries:{source}"

    def waiting_for(self, whom: str) -> str:
        """The events that wait for one alias, by its keyed digest in hex."""
        return f"{self.prefix}waiting:{whom}"
