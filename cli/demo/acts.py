"""What the demo's share hub reports, day by day: who did what, what comes late, twice, or follows later. Pure."""

import random
from datetime import datetime
from typing import Any

from cli.demo.people import SPAMMER, Habit, Person
from cli.demo.rhythm import Frame

Event = dict[str, Any]

CHANNELS = ("linkedin", "linkedin", "linkedin", "x", "bluesky", "mastodon", "blog")
TOPICS = ("hiring", "working-life", "products", "customers", "technology", "sustainability")
MODULES = ("guidelines", "labelling", "privacy", "writing", "pictures", "speaking")
WAYS: dict[Habit, dict[str, float]] = {
    "spammer": {"content.shared": 1},
    "sharer": {
        "content.shared": 54, "content.liked": 9, "content.commented": 4, "content.reviewed": 7, "planning.joined": 9,
        "content.proposed": 7, "training.completed": 4, "content.cowritten": 1.5, "content.written": 2,
        "mentoring.held": 1, "talk.given": 0.5,
    },
    "reviewer": {
        "content.reviewed": 68, "content.withheld": 5, "planning.joined": 12, "training.completed": 4,
        "content.cowritten": 4, "mentoring.held": 4, "idea.adopted": 1,
    },
    "planner": {
        "planning.joined": 32, "content.proposed": 28, "content.shared": 17, "content.reviewed": 8,
        "content.cowritten": 5, "training.completed": 4, "idea.adopted": 2, "campaign.led": 1, "training.taught": 2,
    },
    "leader": {
        "content.shared": 28, "planning.joined": 22, "content.reviewed": 15, "colleague.credited": 30,
        "training.completed": 4, "talk.given": 2,
    },
}  # fmt: skip
"""What people of each habit do, by weight."""

EARLY = "demo-early"
"""The key of an event that is taken back the evening before it is reported."""

RECENT_POSTS = 12
LATE_DAYS = (1, 3, 9, 9, 24)


class Hub:
    """The sender: it draws from a chance of its own, so that the same days always hold the same events."""

    def __init__(self, frame: Frame, everybody: list[Person], chance: random.Random) -> None:
        self.frame, self._everybody, self._chance = frame, everybody, chance
        self._posts: list[tuple[str, list[str]]] = []
        self._follow: dict[int, list[Event]] = {}
        self._before: list[Event] = []
        self._shared: list[tuple[int, Person, str]] = []
        self._count = 0

    def publish(self, day: int, at: datetime) -> Event | None:
        """A post of the organization, as it is made known; one in six is not made known to Sulka."""
        chance = self._chance
        topics = chance.sample(TOPICS, chance.choice((1, 1, 2)))
        post = f"post-{len(self._posts) + 1}"
        self._posts.append((post, topics))
        if chance.random() < 1 / 6:
            return None
        is_guide = chance.random() < 0.15
        return {
            "id": post,
            # One in five is an older text that is brought up again.
            "published": (at if chance.random() < 0.8 else self.frame.moment(day - 24, 9)).isoformat(),
            "topics": topics,
            "kind": "guide" if is_guide else "post",
            "evergreen": is_guide,
            "requires_label": chance.random() < 0.3,
        }

    def events_on(self, day: int) -> list[Event]:
        """All that is reported on a day, in the order of reporting: late ones and repeats at the end."""
        chance = self._chance
        events = [self._act(day) for _ in range(self.frame.events_on(day, chance))]
        events.extend(self._follow.pop(day, ()))
        if day // 7 == self.frame.viral_week:
            events.extend(self._click(day) for _ in range(self.frame.members // 4))
        if day % 9 == 8 and (taken_down := self._taken_down(day)) is not None:
            events.append(taken_down)
        if day == self.frame.at(0.5) + 1:
            shared = self._event(self._everybody[0].alias, "planning.joined", day, {"topics": []})
            events.append({**shared, "id": EARLY, "key": EARLY})
        events.sort(key=lambda event: str(event["time"]))
        on_time = [event for event in events if chance.random() >= 0.02]
        late = [event for event in events if event not in on_time]
        for event in late:
            event["time"] = self.frame.moment(day - chance.choice(LATE_DAYS), 12).isoformat()
        repeats = chance.sample(self._before, min(4, len(self._before))) if day % 3 == 0 else []
        if day % 10 == 0 and self._before:
            # The same thing reported by a second delivery: another id, the same key.
            self._count += 1
            repeats.append({**chance.choice(self._before), "id": f"demo-{self._count}"})
        self._before = on_time
        return on_time + late + repeats

    def mistaken(self) -> str | None:
        """The key of something that was reported by mistake in the last days."""
        keys = [event["key"] for event in self._before]
        return self._chance.choice(keys) if keys else None

    def shared_lately(self, day: int) -> tuple[Person, str] | None:
        """Somebody and the post that they shared in the last three weeks."""
        self._shared = [each for each in self._shared if each[0] >= day - 21]
        if not self._shared:
            return None
        _, person, post = self._chance.choice(self._shared)
        return person, post

    def _act(self, day: int) -> Event:
        # The hub knows newcomers a little before Sulka does: what they do until then waits.
        here = [person for person in self._everybody if person.known_on <= day + 2]
        person = self._chance.choices(here, [person.activity for person in here])[0]
        ways = WAYS[person.habit]
        type_ = self._chance.choices(tuple(ways), tuple(ways.values()))[0]
        return self._event(person.alias, type_, day, self._data(person, type_, day))

    def _event(self, subject: str, type_: str, day: int, data: Event) -> Event:
        chance = self._chance
        at = self.frame.moment(day, 8 + min(int(chance.betavariate(2, 2) * 13), 12), chance.randrange(60))
        self._count += 1
        number = f"demo-{self._count}"
        return {
            "id": number, "key": number, "subject": subject, "time": at.isoformat(), "type": type_, "data": data,
        }  # fmt: skip

    def _data(self, person: Person, type_: str, day: int) -> Event:
        chance = self._chance
        match type_:
            case "content.shared" | "content.written":
                return self._share(person, type_, day)
            case "content.liked" | "content.commented":
                return {"content": self._post(day)[0]}
            case "content.reviewed":
                return {"useful": chance.random() < 0.85, "topics": [chance.choice(TOPICS)]}
            case "content.withheld":
                return {"reviewers": [person.alias, self._somebody(day)]}
            case "training.completed":
                return {"module": chance.choice(MODULES)}
            case "mentoring.held":
                return {"partner": self._somebody(day), "topics": [chance.choice(TOPICS)]}
            case "colleague.credited":
                return {"colleague": self._somebody(day)}
            case "content.proposed":
                self._approve_later(person, day)
                return {"topics": [chance.choice(TOPICS)]}
            case _:
                return {"topics": [chance.choice(TOPICS)]}

    def _share(self, person: Person, type_: str, day: int) -> Event:
        chance = self._chance
        post, topics = self._post(day)
        data: Event = {"channel": chance.choice(CHANNELS), "labelled": chance.random() < 0.4, "topics": topics}
        if type_ == "content.written":
            return data
        self._shared.append((day, person, post))
        return {**data, "content": post, "own_words": person.number != SPAMMER and chance.random() < 0.6}

    def _post(self, day: int) -> tuple[str, list[str]]:
        """What is shared: mostly one of the last posts, in the viral week one above all, now and then an old one."""
        chance = self._chance
        if day // 7 == self.frame.viral_week and chance.random() < 0.6:
            return self._posts[self.frame.viral_week * 7 // 3]
        if chance.random() < 0.04:
            return chance.choice(self._posts)
        return chance.choice(self._posts[-RECENT_POSTS:])

    def _approve_later(self, person: Person, day: int) -> None:
        chance = self._chance
        after = day + chance.randrange(1, 10)
        if chance.random() < 0.45 and after < self.frame.days:
            data = {"proposer": person.alias, "proposed_at": self.frame.moment(day, 12).isoformat()}
            self._follow.setdefault(after, []).append(self._event(self._somebody(day), "content.approved", after, data))

    def _click(self, day: int) -> Event:
        post = self._posts[self.frame.viral_week * 7 // 3][0]
        data = {"content": post, "visitor": f"v{self._chance.randrange(10**6)}", "human": self._chance.random() < 0.9}
        return self._event(self._somebody(day), "link.clicked", day, data)

    def _taken_down(self, day: int) -> Event | None:
        found = self.shared_lately(day)
        return None if found is None else self._event(found[0].alias, "content.removed", day, {"content": found[1]})

    def _somebody(self, day: int) -> str:
        return self._chance.choice([person for person in self._everybody if person.known_on <= day]).alias
