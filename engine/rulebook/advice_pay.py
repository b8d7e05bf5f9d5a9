"""Advice about what pays: rules, caps and currencies."""

from collections.abc import Iterator

from engine.core.questions import Operator, Scope
from engine.core.rulebook import FieldType, Rulebook
from engine.core.rules import Cap, Currency, Rule
from engine.core.windows import window_name
from engine.rulebook.advice_parts import (
    PLANNING,
    REACTIONS,
    SHARING,
    Advice,
    days_of,
    is_about,
    is_only_about,
    listed_rules,
    most_points,
    paying,
    paying_only,
    pays,
)

SPAM_ACTS_PER_DAY = 5
"""More paid acts of one kind than this, every day, are a flood to the people who follow someone."""

_OWN_WORDS = "own_words"


def cash_for_volume(rulebook: Rulebook) -> Iterator[Advice]:
    """Money for sharing, by name or by points of which sharing may make up more than half."""
    volume = paying_only(rulebook, SHARING | REACTIONS)
    for currency in rulebook.currencies:
        if currency.worth is None:
            continue
        by_name = [
            rule for rule in rulebook.rules if is_only_about(rule, SHARING | REACTIONS) and _gives(rule, currency)
        ]
        by_points = volume if currency.per_point > 0 and not _is_held_to_half(rulebook, volume) else []
        earning = by_name or by_points
        if earning:
            amount, unit = currency.worth[1], currency.worth[0].upper()
            yield Advice(
                code="cash-for-volume",
                subject=f"currency:{currency.id}",
                found=f"{currency.id} are worth {amount} {unit} and are earned by {listed_rules(earning)}.",
                why="In 128 experiments, rewards that were promised and could be cashed made people do a thing less of "
                "their own accord afterwards; kind words did the opposite. Paid volume also reads as advertising.",
                cure="Let the currency come from planning, reviewing and learning, or hold sharing by a cap to at most "
                "half of the cap over everything.",
            )


def _gives(rule: Rule, currency: Currency) -> bool:
    return any(code == currency.code and amount > 0 for code, amount in rule.also)


def _is_held_to_half(rulebook: Rulebook, rules: list[Rule]) -> bool:
    """Whether one cap on all these rules is at most half of a cap over everything for the same period."""
    types = {type_ for rule in rules for type_ in rule.on}
    return any(
        cap.on
        and types <= set(cap.on)
        and not whole.on
        and cap.slot.per == whole.slot.per
        and cap.points * 2 <= whole.points
        for cap in rulebook.caps
        for whole in rulebook.caps
    )


def paid_reactions(rulebook: Rulebook) -> Iterator[Advice]:
    """Likes and comments on command."""
    for rule in rulebook.rules:
        if is_about(rule, REACTIONS) and (pays(rule) or any(amount > 0 for _, amount in rule.also)):
            yield Advice(
                code="paid-reactions",
                subject=f"rule:{rule.id}",
                found=f"{rule.id} pays for likes or comments.",
                why="A like that is paid for says nothing any more, and networks count likes on command as faked "
                "interest: posts lose reach, accounts can be limited.",
                cure="Set points = 0, and pay for own words, planning or reviewing instead.",
            )


def no_brake(rulebook: Rulebook) -> Iterator[Advice]:
    """A rule that pays the hundredth act of a day like the first."""
    for rule in rulebook.rules:
        if pays(rule) and rule.fade is None and not rule.limits and rule.once is None:
            yield Advice(
                code="no-brake",
                subject=f"rule:{rule.id}",
                found=f"{rule.id} pays every act in full: it has no limits, no fade and no once_per.",
                why="What pays without end is done without end. People complain of volume over quality, and of one "
                "click that schedules a flood.",
                cure='Add limits = [{ times = 3, per = "week" }], or a fade that ends with 0.',
            )


def cap_invites_spam(rulebook: Rulebook) -> Iterator[Advice]:
    """A cap that leaves room for more than a few paid acts of one rule, day after day."""
    for cap in rulebook.caps:
        days = days_of(cap.slot.per)
        if days is None:
            continue
        for rule in rulebook.rules:
            acts = _acts_per_day(rulebook, rule, cap, days)
            if acts > SPAM_ACTS_PER_DAY:
                scope = cap.label or "everything"
                yield Advice(
                    code="cap-invites-spam",
                    subject=f"cap:{scope}",
                    found=f"{cap.points} points ({window_name(cap.slot.per)}) on {scope} leave room for {acts} paid "
                    f"acts of {rule.id} a day.",
                    why="A cap is meant to make variety the best plan. So high a one pays for a flood, and friends who "
                    "see twenty posts of one kind stop reading.",
                    cure=f"Lower the cap, raise what one act of {rule.id} brings, or give the rule a limit of its own.",
                )
                break


def _acts_per_day(rulebook: Rulebook, rule: Rule, cap: Cap, days: int) -> int:
    """How many acts of a rule can be paid a day, day after day, under this cap and the rule's own bounds."""
    if not isinstance(rule.points, int) or rule.points == 0:
        return 0
    if cap.on and not set(rule.on) & set(cap.on):
        return 0
    bounds = [cap.points // rule.points // days]
    for limit in rule.limits:
        limit_days = days_of(limit.use.slot.per)
        if limit_days is None:
            continue
        values = _values_of(rulebook, rule, limit.use.slot.by)
        if values is not None and limit.times is not None:
            bounds.append(limit.times * values // limit_days)
        if values is not None and limit.points is not None:
            bounds.append(limit.points * values // rule.points // limit_days)
    fade_days = days_of(rule.fade.use.slot.per) if rule.fade else None
    if rule.fade and fade_days is not None and rule.fade.percents[-1] == 0 and rule.fade.use.slot.by is None:
        bounds.append(sum(percent > 0 for percent in rule.fade.percents) // fade_days)
    return min(bounds)


def _values_of(rulebook: Rulebook, rule: Rule, by: str | None) -> int | None:
    """How many values a limit counts by themselves; None where there is no end of them."""
    if by is None:
        return 1
    events = [rulebook.events[type_] for type_ in rule.on if type_ in rulebook.events]
    choices = {choice for event in events if by in event.fields for choice in event.fields[by].choices}
    return len(choices) or None


def never_triggered(rulebook: Rulebook) -> Iterator[Advice]:
    """A rule whose lines no event can meet."""
    for rule in rulebook.rules:
        reason = _never(rulebook, rule)
        if reason:
            yield Advice(
                code="never-triggered",
                subject=f"rule:{rule.id}",
                found=f"{rule.id} can never apply: {reason}.",
                why="A promise that can't come true costs more trust than no promise.",
                cure="Mend its condition, or take the rule away.",
            )


def _never(rulebook: Rulebook, rule: Rule) -> str:
    wanted: dict[tuple[Scope, str], object] = {}
    for test in rule.condition.all_of:
        if test.operator is not Operator.IS or test.reading.scope is Scope.METRIC:
            continue
        name = (test.reading.scope, test.reading.name)
        if wanted.setdefault(name, test.operand) != test.operand:
            return f"{test.reading.name} would have to have two values at once"
    for test in rule.condition.none_of:
        same = wanted.get((test.reading.scope, test.reading.name))
        if test.operator is Operator.IS and same is not None and same == test.operand:
            return f"its if and its unless name the same value of {test.reading.name}"
    types = [rulebook.events[type_] for type_ in rule.on if type_ in rulebook.events]
    about_content = any(field.type is FieldType.CONTENT for type_ in types for field in type_.fields.values())
    asks_content = any(
        test.reading.scope is Scope.CONTENT and test.operator is not Operator.ABSENT for test in rule.condition.all_of
    )
    return "it asks about a content, and its events name none" if asks_content and not about_content else ""


def no_planning(rulebook: Rulebook) -> Iterator[Advice]:
    """Only going out is rewarded, not thinking before."""
    if rulebook.rules and not paying(rulebook, PLANNING):
        yield Advice(
            code="no-planning",
            subject="rulebook",
            found="No rule pays for planning, proposing or reviewing.",
            why="People give most where they have a say. A programme that only pays for passing on makes them "
            "mouthpieces, and leaves out those who say in time that something should not go out.",
            cure="Add rules for planning.joined, content.approved and content.reviewed; the planning pack has some.",
        )


def sharing_over_planning(rulebook: Rulebook) -> Iterator[Advice]:
    """One share brings more than the best piece of planning."""
    sharing, planning = paying_only(rulebook, SHARING), paying(rulebook, PLANNING)
    if sharing and planning and most_points(sharing) > most_points(planning):
        best = max(sharing, key=lambda rule: most_points([rule]))
        yield Advice(
            code="sharing-over-planning",
            subject=f"rule:{best.id}",
            found=f"A share brings up to {most_points(sharing)} points, planning at most {most_points(planning)}.",
            why="Points say what a company values. Planning and reviewing take longer and are seen by fewer people.",
            cure="Pay more for planning and reviewing, or less for a share.",
        )


def own_words_not_worth_it(rulebook: Rulebook) -> Iterator[Advice]:
    """A copied text brings as much as one's own."""
    for type_, event in rulebook.events.items():
        rules = [rule for rule in rulebook.rules if type_ in rule.on and pays(rule)]
        if _OWN_WORDS not in event.fields or not rules:
            continue
        own = most_points([rule for rule in rules if _asks_own_words(rule) is not False])
        copied = most_points([rule for rule in rules if _asks_own_words(rule) is not True])
        if copied and own <= copied:
            yield Advice(
                code="own-words-not-worth-it",
                subject=f"event:{type_}",
                found=f"Own words bring {own} points, a ready text {copied}.",
                why="Twenty people posting the same text is what gives a programme away. Readers trust a person who "
                "speaks for themselves, and people grow by writing.",
                cure="Pay several times as much with if.own_words = true; 10 to 2 works.",
            )


def _asks_own_words(rule: Rule) -> bool | None:
    """What a rule wants `own_words` to be; None when it doesn't ask."""
    for test in rule.condition.all_of:
        if test.reading.scope is Scope.EVENT and test.reading.name == _OWN_WORDS and test.operator is Operator.IS:
            return test.operand is True
    return None


def inviter_learns_who(rulebook: Rulebook) -> Iterator[Advice]:
    """The inviter's receipt names the newcomer, and so tells who takes part."""
    for rule in rulebook.rules:
        if rule.pays.who == "invited_by" and rule.pays.says_who:
            yield Advice(
                code="inviter-learns-who",
                subject=f"rule:{rule.id}",
                found=f"The receipt of {rule.id} names the colleague who began.",
                why="Taking part is voluntary only while nobody can see who stays out; whoever invited five people and "
                "reads one name knows of four.",
                cure="Add says_who = false.",
            )
