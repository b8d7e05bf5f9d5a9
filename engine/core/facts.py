"""What conditions and formulas can ask about an act."""

from engine.core.boosts import boost_of
from engine.core.conditions import Facts, Reader
from engine.core.desk import Desk
from engine.core.entries import ContentFacts
from engine.core.keys import content_key
from engine.core.numbers import value_in
from engine.core.periods import local_clock, local_day, weekday
from engine.core.plan import TypePlan
from engine.core.questions import Formula, FormulaFault, Formulas, Reading, Value
from engine.core.rules import Boost
from engine.core.states import ContentState, MemberState


class ActFacts(Facts):
    """The facts of one act, looked up when asked for."""

    __slots__ = (
        "_boost",
        "_bound",
        "_content",
        "day",
        "desk",
        "faults",
        "member",
        "on",
        "plan",
        "subject",
        "time",
        "type",
    )

    def __init__(self, desk: Desk, type_: str, time: int, data: dict[str, Value], subject: int) -> None:
        super().__init__(data)
        self.desk, self.type, self.time, self.subject = desk, type_, time, subject
        self.day = desk.plan.local_day(time)
        self.on = desk.plan.days[self.day]
        """The same day with its periods."""
        self.plan: TypePlan = desk.plan.of_type(type_)
        self.member = desk.members[subject] if subject >= 0 else MemberState()
        """The subject's state; of nobody nothing is known."""
        self._content: ContentFacts | bool | None = False
        self._boost: Boost | bool | None = False
        self._bound: object = None
        self.faults: list[tuple[Formula, str]] = []

    def clock(self, name: str) -> int:
        """`weekday` (1 = Monday … 7) or `hour` in the organization's zone."""
        if name == "weekday":
            return weekday(self.day)
        return local_clock(self.time, self.desk.plan.rulebook.zone)[1]

    def member_fact(self, name: str) -> Value | None:
        """A fact of the subject."""
        value: Value | None = getattr(self.member.facts, name)
        return value

    def content_fact(self, name: str) -> Value | None:
        """A fact of the event's content; a content that Sulka doesn't know has none."""
        facts = self._content_facts()
        if facts is None:
            return None
        match name:
            case "present":
                return True
            case "age_days":
                if facts.published is None:
                    return None
                return self.day - local_day(facts.published, self.desk.plan.rulebook.zone)
            case "topics":
                return list(facts.topics)
            case _:
                value: Value | None = getattr(facts, name)
                return value

    def metric(self, reading: Reading) -> int:
        """A metric of the subject, this event included."""
        assert reading.window is not None
        metric = self.desk.plan.metrics[reading.metric]
        return value_in(self.member, metric, reading.window, self.day, self.desk.plan.rulebook.week_starts)

    def formula(self, formula: Formula) -> bool | int | FormulaFault:
        """What a formula says; its faults are kept, so that they can be shown."""
        formulas: Formulas = self.desk.plan.rulebook.formulas[self.type]
        if self._bound is None:
            self._bound = formulas.bind([Reader(reading).value(self) for reading in formulas.readings])
        result = formula.evaluate(self._bound)
        if isinstance(result, FormulaFault):
            self.faults.append((formula, result.reason))
        return result

    def forget_bound(self) -> None:
        """The metrics have changed: bind anew for the next formula."""
        self._bound = None

    def boost(self) -> Boost | None:
        """The boost that works on the act: asked once, so that no payment of the act decides about the next."""
        if self._boost is False:
            self._boost = boost_of(self.plan.boosts, self, self.day)
        assert not isinstance(self._boost, bool)
        return self._boost

    def people_of(self, field: str) -> list[str]:
        """The members that a field of type `member` or `members` names."""
        value = self.data.get(field)
        if isinstance(value, str):
            return [value]
        return list(value) if isinstance(value, list) else []

    def content_id(self) -> str | None:
        """The content that the act is about, by the first field of type `content`."""
        field = self.plan.content_field
        value = self.data.get(field) if field is not None else None
        return value if isinstance(value, str) else None

    def _content_facts(self) -> ContentFacts | None:
        if self._content is False:
            content = self.content_id()
            state = self.desk.draft.get(content_key(content)) if content is not None else None
            self._content = state.facts if isinstance(state, ContentState) else None
        assert not isinstance(self._content, bool)
        return self._content
