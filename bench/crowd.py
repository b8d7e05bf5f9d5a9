"""The people of all measurements, and what they do: as in the demo, only more of them. Pure.

The kinds of acts come in the proportions of the demo (`python -m bench.crowd` counts them there, a test compares),
a tenth of the people do a third of it all, and a few posts of the last days are what most of it is about.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

import msgspec

from cli.demo.rhythm import frame_until
from cli.demo.steps import steps
from engine.core.entries import Act, AnyEntry, MemberFacts, MemberSet, MembershipChanged, VisibilityChosen
from engine.core.questions import Value

THANKS: Final = "thanks"
MIX: Final[Mapping[str, int]] = {
    "content.shared": 409,
    "content.reviewed": 113,
    "planning.joined": 108,
    "content.proposed": 79,
    THANKS: 56,
    "content.liked": 54,
    "content.approved": 34,
    "training.completed": 33,
    "content.commented": 22,
    "link.clicked": 21,
    "content.cowritten": 19,
    "content.written": 11,
    "mentoring.held": 10,
    "colleague.credited": 7,
    "talk.given": 7,
    "content.withheld": 5,
    "question.answered": 4,
    "idea.adopted": 4,
    "training.taught": 2,
    "campaign.led": 1,
    "content.removed": 1,
}
"""Of a thousand acts, how many of each kind."""

COUNTRIES: Final = ("FI", "SE", "EE", "DE")
CHANNELS: Final = ("linkedin", "linkedin", "linkedin", "x", "bluesky", "mastodon", "blog")
TOPICS: Final = ("hiring", "working-life", "products", "customers", "technology", "sustainability")
MODULES: Final = ("guidelines", "labelling", "privacy", "writing", "pictures", "speaking")
RECENT_POSTS: Final = 12
"""What is shared is one of so many last posts; one a day comes."""

JOINED_OF_TEN: Final = 9
"""So many of ten members have joined; the acts of the others become blank entries."""

IN_A_TEAM: Final = 20
DAY: Final = timedelta(days=1)
Event = dict[str, Any]


class Done(msgspec.Struct, frozen=True):
    """Something that somebody did. `giver` is set for a thanks, which a member says; the rest is a source's event."""

    body: Event
    giver: int | None = None


class Crowd:
    """So many members who act; the same seed gives the same acts."""

    def __init__(self, members: int, *, name: str, seed: int = 7) -> None:
        """`name` begins the ids of all acts."""
        self.members, self._name = members, name
        self._chance = random.Random(seed)
        self._count = 0
        self._kinds, self._weights = tuple(MIX), tuple(MIX.values())
        self._said = tuple(weight if kind != THANKS else 0 for kind, weight in MIX.items())

    def acts(self, count: int, at: datetime, day: int) -> Iterator[Done]:
        """What is done at this moment of the crowd's day with that number, thanks among it."""
        for kind in self._chance.choices(self._kinds, self._weights, k=count):
            yield self._thanks() if kind == THANKS else Done(self._event(kind, at, day))

    def events(self, count: int, at: datetime, day: int = 0) -> list[Event]:
        """What sources report; the thanks are left out."""
        return [self._event(kind, at, day) for kind in self._chance.choices(self._kinds, self._said, k=count)]

    def share(self, member: int, at: datetime, day: int = 0) -> Event:
        """A share in own words by this member."""
        data = {"channel": "linkedin", "own_words": True, "content": self._post(day)}
        return self._posted("content.shared", alias(member), at, data)

    def _thanks(self) -> Done:
        giver = self._somebody()
        while not has_joined(giver):
            giver = self._somebody()
        receiver = (giver + 1 + self._chance.randrange(self.members - 1)) % self.members
        self._count += 1
        body = {"id": f"{self._name}-{self._count}", "to": alias(receiver), "text": "Thank you for the careful review"}
        return Done(body, giver)

    def _event(self, kind: str, at: datetime, day: int) -> Event:
        subject = alias(self._somebody())
        return self._posted(kind, subject, at, self._data(kind, subject, at, day))

    def _posted(self, kind: str, subject: str, at: datetime, data: Event) -> Event:
        self._count += 1
        number = f"{self._name}-{self._count}"
        time = at.isoformat(timespec="milliseconds")
        return {"id": number, "key": number, "type": kind, "subject": subject, "time": time, "data": data}

    def _data(self, kind: str, subject: str, at: datetime, day: int) -> Event:
        chance = self._chance
        topics = {"topics": [chance.choice(TOPICS)]}
        match kind:
            case "content.shared":
                own = {"own_words": chance.random() < 0.6, "content": self._post(day)}
                return {"channel": chance.choice(CHANNELS), "labelled": chance.random() < 0.4, **topics, **own}
            case "content.written":
                return {"channel": chance.choice(CHANNELS), "labelled": chance.random() < 0.4, **topics}
            case "content.liked" | "content.commented" | "content.removed":
                return {"content": self._post(day)}
            case "link.clicked":
                visitor = f"v{chance.randrange(10**6)}"
                return {"content": self._post(day), "visitor": visitor, "human": chance.random() < 0.9}
            case "content.reviewed":
                return {"useful": chance.random() < 0.85, **topics}
            case "content.withheld":
                return {"reviewers": [subject, self._other(subject)]}
            case "content.approved":
                return {"proposer": self._other(subject), "proposed_at": (at - 3 * DAY).isoformat()}
            case "training.completed":
                return {"module": chance.choice(MODULES), **topics}
            case "mentoring.held":
                return {"partner": self._other(subject), **topics}
            case "colleague.credited":
                return {"colleague": self._other(subject)}
            case _:
                return topics

    def _post(self, day: int) -> str:
        return post_id(day - self._chance.randrange(RECENT_POSTS))

    def _somebody(self) -> int:
        """One of the members: the first tenth of the numbers in a third of the cases, the first half in 71 of 100."""
        return int(self.members * self._chance.random() ** 2)

    def _other(self, subject: str) -> str:
        while (found := alias(self._somebody())) == subject:
            pass
        return found


def member_id(number: int) -> str:
    """The id of a made-up member."""
    return f"m{number:011}"


def alias(number: int) -> str:
    """By what senders know a made-up member."""
    return f"email:person{number}@example.org"


def has_joined(number: int) -> bool:
    """Whether that one takes part."""
    return number % 10 < JOINED_OF_TEN


def facts_of(number: int, members: int) -> MemberFacts:
    """Where that one of so many works: as in the demo, teams of about twenty, two or three of them a department."""
    team = number % max(1, members // IN_A_TEAM)
    return MemberFacts(country=COUNTRIES[number % 4], team=f"team-{team}", department=f"d-{team * 2 // 5}")


def beginning_of(number: int, members: int, at_ms: int) -> list[AnyEntry]:
    """The entries by which one of so many becomes known, joins and is shown; of some the first alone."""
    member = member_id(number)
    known: list[AnyEntry] = [MemberSet(member, facts_of(number, members))]
    if has_joined(number):
        known.append(MembershipChanged(member, "join", at_ms))
        known.append(VisibilityChosen(member, boards=True, wall=True, badges=True))
    return known


def as_act(event: Event, source: str) -> Act:
    """A source's event as the door would write it."""
    data: dict[str, Value] = {name: _written(name, value) for name, value in event["data"].items()}
    key = blake2b(event["key"].encode(), digest_size=16).digest()
    at = milliseconds(datetime.fromisoformat(event["time"]))
    return Act(event["type"], at, source, _id_of(event["subject"]), data, key)


def _written(name: str, value: Any) -> Value:  # noqa: ANN401 - a field of any type
    match name:
        case "reviewers":
            return [_id_of(each) for each in value]
        case "proposer" | "partner" | "colleague":
            return _id_of(value)
        case "proposed_at":
            return milliseconds(datetime.fromisoformat(value))
        case "visitor":
            return blake2b(value.encode(), digest_size=16).hexdigest()
        case _:
            written: Value = value
            return written


def _id_of(said: str) -> str:
    return member_id(int(said.removeprefix("email:person").partition("@")[0]))


def post_id(day: int) -> str:
    """The post of a day; before the first day lie some, too."""
    return f"post-{day + RECENT_POSTS}"


def post_of(day: int, at: datetime) -> Event | None:
    """The post of a day as it is made known; one in six is not."""
    if day % 6 == 5:
        return None
    topics, published = [TOPICS[day % len(TOPICS)]], at.isoformat()
    return {"id": post_id(day), "published": published, "topics": topics, "kind": "post", "evergreen": False}


def counted_in_the_demo() -> Counter[str]:
    """How often each kind of act comes in the demo."""
    found: Counter[str] = Counter()
    for step in steps(frame_until(date(2026, 11, 22), 250, 27)):
        if step.kind == "events":
            found.update(event["type"] for event in step.body)
        elif step.kind == "said":
            found[step.body.get("type", THANKS)] += 1
    return found


def milliseconds(at: datetime) -> int:
    """A moment as entries have it."""
    return int(at.timestamp() * 1_000)


def moment(at_ms: int) -> datetime:
    """The other way round."""
    return datetime.fromtimestamp(at_ms / 1_000, UTC)


def main() -> None:
    """Count what the demo does."""
    counted = counted_in_the_demo()
    for kind, count in counted.most_common():
        print(f"{1_000 * count / counted.total():6.1f}  {kind}")


if __name__ == "__main__":
    main()
