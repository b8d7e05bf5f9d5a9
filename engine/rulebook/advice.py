"""Advice on the design of a programme: what the rules allow, and research or experience speaks against.

A rulebook with advice is no wrong rulebook. Every piece says what was found, why it matters and what to do.
"""

from collections.abc import Callable, Iterable
from typing import Final

from engine.core.rulebook import Rulebook
from engine.rulebook.advice_awards import (
    badge_out_of_reach,
    daily_boards_only,
    leaders_can_win,
    no_early_level,
    small_units,
    unread_metric,
)
from engine.rulebook.advice_challenges import (
    challenge_badge_twice,
    challenge_of_one,
    challenge_out_of_reach,
    challenge_pays_volume,
    challenge_too_long,
)
from engine.rulebook.advice_occasions import (
    boost_of_nothing,
    boosted_money,
    boosts_that_are_over,
    large_boost,
    own_approval,
)
from engine.rulebook.advice_parts import Advice
from engine.rulebook.advice_pay import (
    cap_invites_spam,
    cash_for_volume,
    inviter_learns_who,
    never_triggered,
    no_brake,
    no_planning,
    own_words_not_worth_it,
    paid_reactions,
    sharing_over_planning,
)
from engine.rulebook.advice_streaks import (
    daily_streak,
    streak_on_days_off,
    streak_without_freezes,
    streak_worth_more_than_acts,
)
from engine.rulebook.advice_time import runs_out_soon, tells_years

__all__ = ["Advice", "advise"]

_LOOKS: Final[tuple[Callable[[Rulebook], Iterable[Advice]], ...]] = (
    cash_for_volume,
    paid_reactions,
    no_brake,
    cap_invites_spam,
    never_triggered,
    no_planning,
    sharing_over_planning,
    own_words_not_worth_it,
    inviter_learns_who,
    badge_out_of_reach,
    unread_metric,
    small_units,
    daily_boards_only,
    leaders_can_win,
    no_early_level,
    challenge_pays_volume,
    challenge_out_of_reach,
    challenge_too_long,
    challenge_of_one,
    challenge_badge_twice,
    large_boost,
    boosted_money,
    boost_of_nothing,
    own_approval,
    runs_out_soon,
    tells_years,
    daily_streak,
    streak_on_days_off,
    streak_without_freezes,
    streak_worth_more_than_acts,
)


def advise(rulebook: Rulebook, today: int = 0) -> tuple[Advice, ...]:
    """All advice on a rulebook, the same for the same rulebook and day (since 1970), in the order of `_LOOKS`."""
    found = tuple(advice for look in _LOOKS for advice in look(rulebook))
    return (*found, *boosts_that_are_over(rulebook, today))
