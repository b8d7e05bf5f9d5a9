"""What is at hand while one entry is judged or its lines are applied."""

from engine.core.draft import Draft
from engine.core.journal import Person
from engine.core.plan import Plan
from engine.core.states import MemberState


class Workplace:
    """The rulebook, the draft, and the entry's table of people, which may grow between lines.

    `members` are their states, by the same places; what is read there may be looked at, not changed. `today` is the
    day on which the entry was recorded.
    """

    __slots__ = ("draft", "members", "organization", "people", "plan", "position", "recorded", "today")

    def __init__(self, plan: Plan, draft: Draft, position: int, recorded: int) -> None:
        self.plan, self.draft, self.position, self.recorded = plan, draft, position, recorded
        self.people: list[Person] = []
        self.members: list[MemberState] = []
        self.organization = draft.change_organization()
        self.today = plan.local_day(recorded)
