"""Streaks: what makes them go on, what pauses them, what bridges and repairs them, and what they bring."""

from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.core.entries import MemberFacts, MemberSet, MembershipChanged, Retried
from engine.core.journal import Decision
from engine.core.lines.badges import BadgeGranted, BadgeWithdrawn
from engine.core.lines.ledger import Posted
from engine.core.lines.refusals import Reason
from engine.core.lines.streaks import StreakActed, StreakWentOn
from engine.core.periods import local_day
from engine.core.runs import Standing, standing_of
from tests import oracle_streaks
from tests.core.builders import MONDAY, Plain, World, act, lines, moment, points, refusals, retraction
from tests.core.test_invariants import chances, quick
from tests.oracle_streaks import best_until, going_on, length_at

WEEK = 7


def book(**streak: Any) -> Plain:  # noqa: ANN401
    """Weeks in a row, on anything, for five points each; `days_off`, `caps` and `badges` are the rulebook's."""
    own: Plain = {str(name): streak.pop(name) for name in ("days_off", "caps", "badges", "days_back") if name in streak}
    return {"streaks": [{"id": "weekly", "on": ["content.shared"], "every": "week", "points": 5, **streak}], **own}


def world(**streak: Any) -> World:  # noqa: ANN401
    return World(book(**streak), members=("anna",))


def shares(world: World, *weeks: float) -> list[Decision]:
    """A share on the Wednesday of each of these weeks, known by its week, as it happens."""
    return [world.post(act(day=week * WEEK + 2, key=f"week-{week}")) for week in weeks]


def standing(world: World, day: float) -> Standing:
    plan, state = world.plan, world.member()
    at = local_day(moment(day), state.facts.time_zone or plan.rulebook.zone)
    return standing_of(plan, next(iter(plan.streaks.values())), state, at)


def away(world: World, first: int, last: int, *, day: float) -> None:
    """Anna says of these days, on that one, that she is away."""
    world.post(MembershipChanged("anna", "away", moment(day), MONDAY + first, MONDAY + last), at=moment(day))


def test_a_streak_goes_on_from_its_second_week_and_pays_each_week_once() -> None:
    house = world()

    paid = [points(decision) for decision in shares(house, 0, 0.2, 1, 1.2, 2)]

    assert paid == [[], [], [5], [], [5]]
    assert standing(house, 2 * WEEK + 3) == Standing(length=3, best=3, freezes=0, has_now=True)


def test_a_week_that_is_not_over_may_still_be_empty() -> None:
    house = world()
    shares(house, 0, 1)

    assert standing(house, 2 * WEEK + 6) == Standing(length=2, best=2, freezes=0, has_now=False)
    assert standing(house, 3 * WEEK).length == 0


def test_after_an_empty_week_a_streak_begins_anew_and_the_best_one_stays() -> None:
    house = world()

    paid = [points(decision) for decision in shares(house, 0, 1, 2, 4, 5)]

    assert paid == [[], [5], [5], [], [5]]
    assert standing(house, 5 * WEEK + 3) == Standing(length=2, best=3, freezes=0, has_now=True)


def test_an_act_that_comes_late_makes_two_streaks_one_and_pays_what_goes_on_by_it_once() -> None:
    house = world()
    shares(house, 0, 2)

    repaired = house.post(act(day=WEEK, key="late"), at=moment(2 * WEEK + 4))

    assert [(line.first - MONDAY, line.length, line.amount) for line in lines(repaired, StreakWentOn)] == [
        (WEEK, 2, 5),
        (2 * WEEK, 3, 5),
    ]
    assert standing(house, 2 * WEEK + 4).length == 3
    assert house.balance() == 10


def test_a_freeze_bridges_an_empty_week_and_more_are_earned() -> None:
    house = world(start=1, earn=4, most=2)

    shares(house, 0, 2, 3, 4)
    assert standing(house, 4 * WEEK + 3) == Standing(length=4, best=4, freezes=1, has_now=True)

    shares(house, 6)
    assert standing(house, 6 * WEEK + 3) == Standing(length=5, best=5, freezes=0, has_now=True)
    assert house.balance() == 20


def test_there_are_never_more_freezes_than_the_most() -> None:
    house = world(start=1, earn=1, most=3)

    shares(house, *range(9))

    assert standing(house, 8 * WEEK + 3).freezes == 3


def test_a_late_act_never_makes_a_streak_shorter_though_the_longer_run_has_used_its_freezes() -> None:
    house = world(start=1, earn=4, most=1)
    shares(house, 2, 4)
    assert standing(house, 4 * WEEK + 3).length == 2

    house.post(act(day=0, key="late"), at=moment(4 * WEEK + 4))

    assert standing(house, 4 * WEEK + 4).length == 2


def test_days_off_expect_nothing_and_a_week_of_nothing_else_counts_neither_way() -> None:
    house = world(working=True, days_off={"FI": range(WEEK, WEEK + 5)})

    paid = [points(decision) for decision in shares(house, 0, 2)]
    in_the_week_off = house.post(act(day=WEEK + 1, key="off"), at=moment(2 * WEEK + 3))

    assert paid == [[], [5]]
    assert points(in_the_week_off) == []
    assert standing(house, 2 * WEEK + 3).length == 2


def test_a_streak_of_days_passes_over_weekends() -> None:
    house = world(every="day", working=True, days_off={"FI": ()})

    house.post(act(day=4))
    house.post(act(day=5, channel="x"))
    house.post(act(day=7))

    assert standing(house, 7).length == 2


def test_the_calendar_is_that_of_the_members_country_or_of_the_one_that_is_named() -> None:
    off = {"FI": (), "SE": range(WEEK, WEEK + 5)}
    lengths = {}
    for country in (None, "FI"):
        house = World(book(working=True, days_off=off, country=country), members=())
        for member, home in (("anna", "SE"), ("bela", "FI"), ("cleo", "DE")):
            house.joins(member, country=home)
            for week in (0, 2):
                house.post(act(member, day=week * WEEK + 2, key=f"{member}-{week}"), at=moment(20))
        streak = next(iter(house.plan.streaks.values()))
        lengths[country] = [
            standing_of(house.plan, streak, house.member(member), MONDAY + 20).length
            for member in ("anna", "bela", "cleo")
        ]

    assert lengths == {None: [2, 1, 1], "FI": [1, 1, 1]}


def test_time_away_pauses_a_streak_also_when_it_is_said_afterwards() -> None:
    house = world(working=True, away=True, days_off={"FI": ()})
    shares(house, 0, 2)
    assert standing(house, 2 * WEEK + 3).length == 1

    away(house, WEEK, WEEK + 4, day=2 * WEEK + 3)

    assert standing(house, 2 * WEEK + 3).length == 2
    assert house.balance() == 0


def test_an_act_in_a_week_away_counts() -> None:
    house = world(working=True, away=True, days_off={"FI": ()})
    away(house, WEEK, 2 * WEEK + 4, day=0)

    shares(house, 0, 1, 3)

    assert standing(house, 3 * WEEK + 3).length == 3


def test_a_week_with_a_working_day_left_is_no_week_away() -> None:
    house = world(working=True, away=True, days_off={"FI": ()})
    away(house, WEEK, WEEK + 3, day=0)

    shares(house, 0, 2)

    assert standing(house, 2 * WEEK + 3).length == 1


def test_time_away_means_nothing_to_a_streak_that_does_not_say_so() -> None:
    house = world()
    away(house, WEEK, WEEK + 6, day=0)

    shares(house, 0, 2)

    assert standing(house, 2 * WEEK + 3).length == 1


def test_a_pause_of_taking_part_pauses_every_streak() -> None:
    house = world()
    shares(house, 0)
    house.post(MembershipChanged("anna", "pause", moment(6)))
    assert standing(house, 5 * WEEK).length == 1
    house.post(MembershipChanged("anna", "resume", moment(3 * WEEK + 1)))

    shares(house, 3)

    assert standing(house, 3 * WEEK + 3).length == 2


def test_weeks_are_those_of_the_members_own_zone() -> None:
    house = World(book(), members=())
    house.joins("anna", time_zone="Pacific/Honolulu")

    house.post(act(day=6, hour=23))  # Sunday 13:00 in Honolulu
    house.post(act(day=7, hour=5))  # still Sunday there
    first = standing(house, 7)
    house.post(act(day=7, hour=23))

    assert first.length == 1
    assert standing(house, 8).length == 2


def test_a_zone_that_nobody_knows_is_that_of_the_organization() -> None:
    house = World(book(), members=())
    house.joins("anna", time_zone="Nowhere/Land")

    decision = house.post(act(day=1))

    assert lines(decision, StreakActed)


def test_taking_back_the_act_that_kept_a_week_takes_back_its_points_and_leaves_the_others() -> None:
    house = world()
    shares(house, 0, 1, 2)

    taken = house.post(retraction("week-1"), at=moment(2 * WEEK + 3))

    assert [(line.amount, line.day - MONDAY) for line in lines(taken, Posted)] == [(-5, WEEK + 2)]
    assert house.balance() == 5
    assert standing(house, 2 * WEEK + 3) == Standing(length=1, best=1, freezes=0, has_now=True)


def test_a_week_that_another_act_keeps_stays_paid_and_goes_with_the_last_of_them() -> None:
    house = world()
    shares(house, 0, 1, 1.2)

    first = house.post(retraction("week-1"), at=moment(2 * WEEK))
    assert points(first) == []
    assert house.balance() == 5

    last = house.post(retraction("week-1.2"), at=moment(2 * WEEK))
    assert points(last) == [-5]
    assert house.balance() == 0


def test_an_act_that_closed_a_gap_takes_back_all_that_went_on_by_it() -> None:
    house = world()
    shares(house, 0, 2)
    house.post(act(day=WEEK, key="late"), at=moment(2 * WEEK + 4))

    taken = house.post(retraction("late"), at=moment(2 * WEEK + 5))

    assert points(taken) == [-5, -5]
    assert standing(house, 2 * WEEK + 5).length == 1


def test_a_week_whose_points_were_taken_back_is_paid_again_by_a_new_act_and_never_twice() -> None:
    house = world()
    shares(house, 0, 1)
    house.post(retraction("week-1"), at=moment(WEEK + 3))

    again = house.post(act(day=WEEK + 4, key="again"))
    more = house.post(act(day=WEEK + 5, key="more"))

    assert (points(again), points(more)) == ([5], [])


def test_a_week_that_stays_paid_while_it_does_not_go_on_is_not_paid_once_more() -> None:
    house = world()
    shares(house, 0, 1, 2)
    house.post(retraction("week-1"), at=moment(2 * WEEK + 3))

    again = house.post(act(day=WEEK + 3, key="again"), at=moment(2 * WEEK + 4))

    assert points(again) == [5]
    assert house.balance() == 10


def test_what_another_act_brought_to_a_week_goes_from_the_team_in_which_it_came() -> None:
    spec = book() | {"boards": [{"id": "board", "of": "points", "periods": ["ever"]}]}
    house = World(spec, members=())
    house.joins("anna", team="red")
    shares(house, 0, 2)
    house.post(MemberSet("anna", MemberFacts(team="blue")), at=moment(2 * WEEK + 3))
    house.post(act(day=WEEK, key="late"), at=moment(2 * WEEK + 4))
    assert [sums[0] for sums in house.unit("blue").sums.values()] == [10]

    house.post(retraction("week-2"), at=moment(2 * WEEK + 5))

    assert [sums[0] for sums in house.unit("blue").sums.values()] == [5]
    assert [sums for sums in house.unit("red").sums.values() if sums[0]] == []


def test_what_a_removal_took_comes_back_with_it_but_no_week_is_paid_twice() -> None:
    spec = book() | {"removals": [{"on": "content.removed", "within_days": 30}]}
    house = World(spec, members=("anna",))
    shares(house, 0)
    house.post(act(day=WEEK, key="post", content="p"))
    house.post(act(type="content.removed", content="p", day=WEEK + 1, key="removed"))
    assert house.balance() == 0
    shares(house, 1)
    assert house.balance() == 5

    house.post(retraction("removed"), at=moment(WEEK + 3))

    assert house.balance() == 5
    assert standing(house, WEEK + 3).length == 2


def test_the_cap_over_everything_holds_for_streaks_and_is_free_again_afterwards() -> None:
    house = world(caps=[{"id": "all", "points": 7, "per": "month"}])

    paid = [points(decision) for decision in shares(house, 0, 1, 2)]
    refused = shares(house, 3)[0]
    assert paid == [[], [5], [2]]
    assert refusals(refused) == [Reason.CAP]

    house.post(retraction("week-2"), at=moment(3 * WEEK + 3))
    house.post(act(day=2 * WEEK + 3, key="again"), at=moment(3 * WEEK + 4))
    assert house.balance() == 7


def test_a_week_that_brought_nothing_because_a_cap_was_full_is_not_paid_afterwards() -> None:
    house = world(caps=[{"id": "all", "points": 5, "per": "week"}])
    spec = house.specs[max(house.specs)]
    spec["rules"] = [{"id": "share", "on": ["content.shared"], "points": 5}]
    house.publish(spec)

    paid = [points(decision) for decision in shares(house, 0, 1, 2)]

    assert paid == [[5], [5], [5]]
    assert house.balance() == 15


def test_a_streak_earns_no_other_currency() -> None:
    house = World(book() | {"currencys": [{"id": "coins", "per_point": 1}]}, members=("anna",))

    shares(house, 0, 1)

    assert (house.balance(), house.balance(currency="coins")) == (5, 0)


def test_a_badge_comes_with_so_many_in_a_row_and_stays_when_the_streak_ends() -> None:
    house = world(badges=[{"id": "steady", "streak": "weekly", "tiers": (2, 4)}])

    granted = [len(lines(decision, BadgeGranted)) for decision in shares(house, 0, 1, 4, 5, 6, 7, 8)]

    assert granted == [0, 1, 0, 0, 0, 1, 0]
    assert house.badges() == [("steady", "", 0), ("steady", "", 1)]


def test_a_badge_goes_with_the_act_that_had_brought_it_unless_badges_stay() -> None:
    for stays in (True, False):
        house = world(badges=[{"id": "steady", "streak": "weekly", "tiers": (2,)}])
        shares(house, 0, 1)

        taken = house.post(retraction("week-1", badges_stay=stays), at=moment(2 * WEEK))

        assert len(lines(taken, BadgeWithdrawn)) == (0 if stays else 1)
        assert house.badges() == ([("steady", "", 0)] if stays else [])


def test_a_badge_stays_when_another_act_is_taken_back_and_the_calendar_has_changed_since() -> None:
    badges = [{"id": "steady", "streak": "weekly", "tiers": (2,)}]
    house = world(working=True, days_off={"FI": range(WEEK, WEEK + 5)}, badges=badges)
    shares(house, 0, 2, 2.2)
    house.publish(book(working=True, days_off={"FI": ()}, badges=badges))

    house.post(retraction("week-2.2"), at=moment(3 * WEEK))

    assert house.badges() == [("steady", "", 0)]


def test_an_act_that_is_judged_only_when_its_time_was_folded_stays_out_of_it() -> None:
    house = world()
    aside = house.set_aside(act(day=2, key="aside"), at=moment(2))
    shares(house, *range(1, 14))
    assert house.member().runs

    retried = house.post(Retried(aside), at=moment(14 * WEEK))

    assert lines(retried, StreakActed) == []
    assert standing(house, 14 * WEEK).length == 13


def test_months_in_a_row_are_months() -> None:
    house = world(every="month", days_back=180)

    for day in (10, 30, 70):
        house.post(act(day=day, key=f"day-{day}"))

    assert standing(house, 80) == Standing(length=3, best=3, freezes=0, has_now=True)


def test_weeks_that_begin_on_another_day_go_on_and_no_week_is_paid_twice() -> None:
    house = world()
    shares(house, 0, 1)
    house.publish(book() | {"week_starts": 6}, day=WEEK + 3)

    house.post(act(day=WEEK + 4, key="same-week"))
    assert (house.balance(), standing(house, WEEK + 4).length) == (5, 2)

    house.post(retraction("week-1"), at=moment(WEEK + 4))
    assert (house.balance(), standing(house, WEEK + 4).length) == (5, 2)


def test_what_can_not_change_any_more_is_folded_and_little_of_it_is_kept() -> None:
    house = world(start=1, earn=4, most=3)
    shares(house, *range(60))

    state = house.member()
    records = next(iter(state.streaks.values()))
    assert standing(house, 59 * WEEK + 3) == Standing(length=60, best=60, freezes=3, has_now=True)
    assert len(records) // 4 <= (45 + 8 + 14) // WEEK + 2
    assert len(next(iter(state.runs.values()))) == 4


def test_what_was_folded_stays_so_when_acts_may_come_later_than_before() -> None:
    house = world(days_back=7)
    shares(house, *range(20))
    folded = next(iter(house.member().runs.values()))
    house.publish(book(days_back=180))

    shares(house, 20, 21, 22)

    assert next(iter(house.member().runs.values())) == folded
    assert standing(house, 22 * WEEK + 3).length == 23


def test_a_streak_that_the_rulebook_does_not_know_any_more_is_forgotten_in_time() -> None:
    house = world()
    shares(house, 0, 1)
    house.publish({})
    assert house.member().streaks

    house.post(act(day=80))

    assert not house.member().streaks
    assert not house.member().runs


def test_a_streak_that_is_gone_still_gives_back_what_is_taken_from_it() -> None:
    house = world()
    shares(house, 0, 1)
    house.publish({})

    house.post(retraction("week-1"), at=moment(2 * WEEK))

    assert house.balance() == 0


def test_somebody_who_comes_back_after_years_begins_anew_and_keeps_the_best() -> None:
    house = world(start=1, earn=4, most=3, working=True, days_off={"FI": ()})
    shares(house, 0, 1, 2)

    shares(house, 250)

    assert standing(house, 250 * WEEK + 3) == Standing(length=1, best=3, freezes=1, has_now=True)


KINDS = {"day": 1, "week": 7}


def random_streak(chance: Random) -> Plain:
    """Days or weeks in a row, with some freezes."""
    start = chance.randint(0, 2)
    streak: Plain = {"every": chance.choice(["day", "week"]), "start": start, "most": chance.randint(start, 3)}
    streak["earn"] = chance.choice([0, 1, 2, 4])
    streak["working"] = chance.random() < 0.5
    streak["away"] = chance.random() < 0.7
    return streak


class Expects:
    """Whether a period of days counted from `MONDAY` expects anything; written anew from the words of the rules."""

    def __init__(self, streak: Plain, off: set[int], spans: list[tuple[int, int]]) -> None:
        self.width, self.working = KINDS[streak["every"]], streak["working"]
        self.off, self.spans = off, spans if streak["away"] else []

    def __call__(self, period: int) -> str:
        days = range(period * self.width, (period + 1) * self.width)
        working = [day for day in days if not self.working or (day % 7 < 5 and day not in self.off)]
        if not working:
            return "no"
        away = all(any(first <= day <= last for first, last in self.spans) for day in working)
        return "if active" if away else "yes"


@quick
@given(chances, st.sampled_from([30, 110]))
def test_a_streak_is_what_the_slow_way_says_whatever_the_order_in_which_its_acts_came(
    chance: Random, within: int
) -> None:
    streak = random_streak(chance)
    off = {chance.randrange(0, 120) for _ in range(chance.randint(0, 12))}
    spans = [(first, first + chance.randint(0, 20)) for first in (chance.randrange(0, 100) for _ in range(2))]
    days = sorted({chance.randrange(0, within) for _ in range(chance.randint(1, 25))})
    house = world(days_off={"FI": off}, **streak)
    for first, last in spans:
        away(house, first, last, day=0)

    told = [(day + chance.choice([0, 0, 0, 3, 9, 25, 44]), day) for day in days]
    chance.shuffle(told)
    for recorded, day in sorted(told, key=lambda each: each[0]):
        house.post(act(day=day, key=f"day-{day}"), at=moment(recorded, 13))

    expects, width, now = Expects(streak, off, spans), KINDS[streak["every"]], max(told)[0]
    active = {day // width for day in days}
    length, freezes = length_at(streak, active, now // width, expects)
    found = standing(house, now)
    assert (found.length, found.freezes) == (length, freezes)
    assert found.best == best_until(streak, active, now // width, expects)
    assert house.balance() == 5 * len(going_on(streak, active, expects))


@quick
@given(chances)
def test_taking_acts_back_leaves_the_streak_of_those_that_are_left(chance: Random) -> None:
    streak = random_streak(chance)
    days = sorted({chance.randrange(0, 40) for _ in range(chance.randint(1, 20))})
    house = world(days_off={"FI": ()}, **streak)
    for day in days:
        house.post(act(day=day, key=f"day-{day}"))
    taken = [day for day in days if chance.random() < 0.4]
    for day in taken:
        house.post(retraction(f"day-{day}"), at=moment(41))

    expects, width = Expects(streak, set(), []), KINDS[streak["every"]]
    active = {day // width for day in days if day not in taken}
    found = standing(house, 41)
    assert (found.length, found.freezes) == length_at(streak, active, 41 // width, expects)
    assert found.best == best_until(streak, active, 41 // width, expects)
    paid = {line.first for entry in house.journal for line in entry.lines if isinstance(line, StreakWentOn)}
    assert 5 * len(going_on(streak, active, expects)) <= house.balance() <= 5 * len(paid)


def test_the_slow_way_knows_nothing_of_the_engine() -> None:
    text = Path(oracle_streaks.__file__).read_text("utf-8")

    assert "engine" not in {line.split()[1].partition(".")[0] for line in text.splitlines() if "import " in line}
