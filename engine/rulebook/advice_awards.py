"""Advice about what people see: badges, levels, boards, winners and the metrics behind them."""

from collections.abc import Iterator
from statistics import median

from engine.core.periods import PeriodKind
from engine.core.questions import Operator, Scope
from engine.core.rulebook import Rulebook
from engine.core.rules import Badge, Metric, Recognition
from engine.core.windows import Window, window_name
from engine.rulebook.advice_parts import Advice, days_of, pays, periods_in, tests_of
from engine.rulebook.did_you_mean import joined

MOST_ACTS_PER_DAY = 5
"""A badge that asks for more than this every day is out of reach for people who also have work to do."""

FEWEST_SHOWN = 5
"""Units with fewer members are never shown on a board."""

ACTS_IN_FIRST_MONTH = 12
"""Three a week: what a newcomer with some eagerness does."""


def badge_out_of_reach(rulebook: Rulebook) -> Iterator[Advice]:
    """A badge whose highest tier nobody can have."""
    for badge in rulebook.badges:
        if badge.metric is None or badge.window is None:
            continue
        most = _most(rulebook, badge.metric, badge.window)
        top = max(tier.at for tier in badge.tiers)
        if most is not None and top > most:
            yield Advice(
                code="badge-out-of-reach",
                subject=f"badge:{badge.id}",
                found=f"{badge.id} asks for {top}; {_most_in_words(badge, badge.metric, most)}.",
                why="Feeling able is one of the three things that carry motivation. "
                "A goal that can't be met takes it away.",
                cure=f"Ask for {most} or fewer, or take a longer window.",
            )


def _most(rulebook: Rulebook, metric: Metric, window: Window) -> int | None:
    """The most that a metric can be in a window; None where there is no end."""
    days = days_of(window)
    if metric.id == rulebook.points.id:
        periods = [(cap.points, periods_in(window, cap.slot.per)) for cap in rulebook.caps if not cap.on]
        return min((points * count for points, count in periods if count is not None), default=None)
    if metric.measure == "distinct":
        if metric.of_period is not None:
            return periods_in(window, Window(metric.of_period.value))
        events = [rulebook.events[type_] for type_ in metric.on if type_ in rulebook.events]
        fields = [event.fields[metric.of] for event in events if metric.of in event.fields]
        if fields and all(field.choices for field in fields):
            return len({choice for field in fields for choice in field.choices})
        return None
    if metric.measure == "count" and days is not None:
        return days * MOST_ACTS_PER_DAY
    return None


def _most_in_words(badge: Badge, metric: Metric, most: int) -> str:
    window = window_name(badge.window) if badge.window else "ever"
    if metric.measure == "count":
        return f"even {MOST_ACTS_PER_DAY} acts every single day make {most} in its window ({window})"
    return f"{metric.id} can't be more than {most} there ({window})"


def unread_metric(rulebook: Rulebook) -> Iterator[Advice]:
    """A metric that nothing asks for."""
    read = {badge.metric.code for badge in rulebook.badges if badge.metric is not None}
    read |= {board.metric.code for board in rulebook.boards}
    read |= {challenge.metric.code for challenge in rulebook.challenges}
    conditions = [
        *(rule.condition for rule in rulebook.rules),
        *(badge.condition for badge in rulebook.badges),
        *(metric.condition for metric in rulebook.metrics),
        *(boost.condition for boost in rulebook.boosts),
    ]
    read |= {test.reading.metric for condition in conditions for test in tests_of(condition)}
    read |= {reading.metric for formulas in rulebook.formulas.values() for reading in formulas.readings}
    for metric in rulebook.metrics:
        if metric.code not in read:
            yield Advice(
                code="unread-metric",
                subject=f"metric:{metric.id}",
                found=f"{metric.id} is counted, and no badge, board, challenge, condition or formula reads it.",
                why="What is kept of people without a purpose should not be kept.",
                cure="Use it in a badge or a board, or take it away.",
            )


def small_units(rulebook: Rulebook) -> Iterator[Advice]:
    """Boards of units, some of which may be a handful of people: said once, since nothing may be wrong with them."""
    boards = [board for board in rulebook.boards if set(board.by) - {"members"}]
    if boards:
        units = joined(dict.fromkeys(by for board in boards for by in board.by if by != "members"))
        yield Advice(
            code="small-units",
            subject=f"board:{boards[0].id}",
            found=f"Of the {units} on {joined(board.id for board in boards)}, those with fewer than {FEWEST_SHOWN} "
            "joined members are hidden, and one more where a hidden one could be worked out.",
            why="In a small unit a sum says what one person did. Small groups also fill both ends of every ranking by "
            "chance, which is why sums are drawn towards the mean.",
            cure="Nothing, if your units are larger. If most are smaller, rank departments or countries instead.",
        )


def daily_boards_only(rulebook: Rulebook) -> Iterator[Advice]:
    """A board that begins anew every morning."""
    for board in rulebook.boards:
        if board.periods and set(board.periods) == {PeriodKind.DAY}:
            yield Advice(
                code="daily-board-only",
                subject=f"board:{board.id}",
                found=f"{board.id} has days only.",
                why="A daily board asks people to be loud every day; those with part-time work or days off never show. "
                "Steady beats loud.",
                cure='Add weeks or months: periods = ["week", "month"].',
            )


def leaders_can_win(rulebook: Rulebook) -> Iterator[Advice]:
    """Winners among whom the leaders are."""
    for recognition in rulebook.recognitions:
        if not _leaves_out_leaders(recognition):
            yield Advice(
                code="leaders-can-win",
                subject=f"recognition:{recognition.id}",
                found=f"{recognition.id} leaves nobody out, so leaders can win it.",
                why="Leaders go first by example, and have more time and reach for it. Where the same few names "
                "win, the rest give up.",
                cure="Add leave_out.member.is_leader = true, and give leaders a badge of their own.",
            )


def _leaves_out_leaders(recognition: Recognition) -> bool:
    return any(
        test.reading.scope is Scope.MEMBER
        and test.reading.name == "is_leader"
        and test.operator is Operator.IS
        and test.operand is True
        for test in recognition.leave_out
    )


def no_early_level(rulebook: Rulebook) -> Iterator[Advice]:
    """Nothing to reach in the first month: three acts a week of middling pay make the first level or don't."""
    amounts = [rule.points for rule in rulebook.rules if pays(rule) and isinstance(rule.points, int)]
    steps = [level.at for level in rulebook.levels if level.at > 0]
    if not amounts or not steps:
        return
    in_first_month = int(median(amounts) * ACTS_IN_FIRST_MONTH)
    if min(steps) > in_first_month:
        first = min(rulebook.levels, key=lambda level: (level.at <= 0, level.at))
        yield Advice(
            code="no-early-level",
            subject=f"level:{first.id}",
            found=f"The first level begins at {min(steps)} points; a month brings about {in_first_month}.",
            why="People leave when nothing comes for too long. In a study of 756 students interest in points dipped "
            "after four weeks: by then something should have been reached.",
            cure=f"Add a level at {max(1, in_first_month // 2)} points or so.",
        )
