"""What members of the demo say themselves: thanks to colleagues, and acts that no tool reports. Pure."""

import random
from typing import Any

import msgspec

from cli.demo.acts import CHANNELS, TOPICS
from cli.demo.people import LEAVING, THANKFUL, Person
from cli.demo.rhythm import Frame

FOR_WHAT = (
    "Thank you for the careful review",
    "Your idea saved us a week",
    "Thank you for showing me how it is done",
    "Good that you said no to that one",
    "Thank you for the pictures",
    "You made our newcomer feel at home",
)
FAREWELL = "Thank you for all these years"
THANKS_A_MEMBER_AND_DAY, ACTS_A_MEMBER_AND_DAY = 0.026, 0.016
ANSWER_DAYS = (1, 2, 5)


class Said(msgspec.Struct, frozen=True):
    """One call of a member: who, where, what."""

    who: int
    path: str
    body: dict[str, Any]


class Voices:
    """Draws from a chance of its own."""

    def __init__(self, frame: Frame, everybody: list[Person], chance: random.Random) -> None:
        self._frame, self._everybody, self._chance = frame, everybody, chance
        self._count = 0
        self._answers: dict[int, list[tuple[int, int]]] = {}
        self._lately: list[tuple[int, int]] = []

    def on(self, day: int) -> list[Said]:
        """What is said on a day; nothing where nobody is at work."""
        if not self._frame.is_workday(day):
            return []
        here = [person for person in self._everybody if person.takes_part(day)]
        if len(here) < self._frame.members // 4:
            return []
        said = [self._thanks(giver, receiver) for giver, receiver in self._pairs(day, here)]
        return said + [self._act(day, person) for person in self._some(here, ACTS_A_MEMBER_AND_DAY)]

    def _pairs(self, day: int, here: list[Person]) -> list[tuple[int, int]]:
        chance, present = self._chance, {person.number for person in here}
        pairs = [(person.number, self._colleague(person, day)) for person in self._some(here, THANKS_A_MEMBER_AND_DAY)]
        for giver, receiver in list(pairs):
            if chance.random() < 0.25:
                self._answers.setdefault(day + chance.choice(ANSWER_DAYS), []).append((receiver, giver))
        if self._lately and chance.random() < 0.2:
            pairs.append(chance.choice(self._lately))
        pairs.extend(pair for pair in self._answers.pop(day, ()) if pair[0] in present)
        if day // 7 % 4 == 1 and THANKFUL in present:
            # Two a day in some weeks: more than the allowance.
            pairs.extend((THANKFUL, chance.choice(here).number) for _ in range(2))
        if day // 7 == self._frame.farewell_week and LEAVING in present:
            pairs.extend((person.number, LEAVING) for person in chance.sample(here, min(9, len(here))))
        pairs = [(giver, receiver) for giver, receiver in pairs if giver in present and giver != receiver]
        self._lately = [*self._lately, *pairs][-12:]
        return pairs

    def _some(self, here: list[Person], a_day: float) -> list[Person]:
        count = self._frame.members * a_day * self._chance.uniform(0.5, 1.5)
        return self._chance.choices(here, [min(person.activity, 6.0) for person in here], k=round(count))

    def _colleague(self, person: Person, day: int) -> int:
        """Mostly somebody of the own team; who does not take part is thanked as well."""
        known = [each for each in self._everybody if each.known_on <= day]
        team = [each for each in known if each.team == person.team and each != person]
        return self._chance.choice(team if team and self._chance.random() < 0.6 else known).number

    def _thanks(self, giver: int, receiver: int) -> Said:
        self._count += 1
        text = FAREWELL if receiver == LEAVING else self._chance.choice(FOR_WHAT)
        to = self._everybody[receiver].alias
        return Said(giver, "/v1/thanks", {"id": f"thanks-{self._count}", "to": to, "text": text})

    def _act(self, day: int, person: Person) -> Said:
        chance = self._chance
        self._count += 1
        body: dict[str, Any] = {"id": f"said-{self._count}", "data": {"topics": [chance.choice(TOPICS)]}}
        if chance.random() < 0.3:
            body["type"] = chance.choice(("question.answered", "talk.given"))
        else:
            body["type"] = "content.shared"
            body["data"] |= {"channel": chance.choice(CHANNELS), "own_words": True, "labelled": True}
        if chance.random() < 0.3:
            body["time"] = self._frame.moment(day, 9, chance.randrange(60)).isoformat()
        return Said(person.number, "/v1/me/acts", body)
