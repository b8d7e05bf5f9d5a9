"""What time itself brings: years that are named, currency that runs out, and recognitions that ask first."""

from engine.core.asking_first import HIDDEN, MOST_ASKED, SHOWN, WAITS, all_asked, answer_to, ask, set_answer
from engine.core.entries import Awarded, Corrected, MemberErased, MemberFacts, MemberSet, MembershipChanged, Turned
from engine.core.entries import RecognitionAnswered as Answered
from engine.core.journal import Decision
from engine.core.lines.periods import Recognised
from engine.core.lines.refusals import Reason
from engine.core.lines.turning import AnswerSet, ExpiryAnnounced, LotBegun, YearsReached
from engine.core.lots import announced, lots_of
from engine.core.periods import PeriodKind, month_of, period_bounds_days
from engine.core.states import MemberState
from engine.core.turning import MOST_MONTHS_LATE, is_due
from tests.core.builders import MONDAY, Plain, World, act, lines, moment, points, refusals, retraction

JANUARY = month_of(MONDAY)
"""The month in which all histories here begin."""
NOTICE = 30


def first_of(month: int) -> int:
    """How many days after the first Monday the first day of a month is, counted from January."""
    return period_bounds_days(PeriodKind.MONTH, JANUARY + month)[0] - MONDAY


def last_of(month: int) -> int:
    """The last day of such a month, as a day's number."""
    return period_bounds_days(PeriodKind.MONTH, JANUARY + month)[1]


def turn(world: World, day: int, member: str = "anna") -> Decision:
    """The day comes for a member."""
    return world.post(Turned(member, MONDAY + day), at=moment(day))


def due(world: World, day: int, member: str = "anna") -> bool:
    return is_due(world.plan, world.member(member), MONDAY + day)


def walk(world: World, first: int, last: int, member: str = "anna") -> list[tuple[int, Decision]]:
    """Day after day, as the turner goes: what came of those on which something was due."""
    return [(day, turn(world, day, member)) for day in range(first, last + 1) if due(world, day, member)]


# Years


def years_book(*years: int, **more: object) -> Plain:
    return {"anniversaries": [{"id": "years", "years": list(years), **more}]}


def began(world: World, month: int, member: str = "anna") -> None:
    """The member's first month at work, counted from January."""
    world.post(MemberSet(member, MemberFacts(started_on=JANUARY + month)))


def test_years_are_named_once_when_their_month_begins() -> None:
    world = World(years_book(1, 5))
    began(world, 3 - 12)

    days = walk(world, 0, first_of(8))

    assert [(day, [(line.years, line.month) for line in lines(found, YearsReached)]) for day, found in days] == [
        (first_of(3), [(1, JANUARY + 3)])
    ]


def test_a_second_entry_of_the_same_day_changes_nothing_and_concerns_nobody() -> None:
    world = World(years_book(1))
    began(world, 1 - 12)
    turn(world, first_of(1))
    before = world.bytes()

    again = turn(world, first_of(1))

    assert (again.people, again.lines) == ((), ())
    assert world.bytes()["m:anna"] == before["m:anna"]


def test_an_entry_can_not_bring_a_day_that_has_not_come() -> None:
    world = World(years_book(1))
    began(world, 1 - 12)

    early = world.post(Turned("anna", MONDAY + first_of(1)), at=moment(3))

    assert lines(early, YearsReached) == []


def test_a_month_in_which_nobody_looked_is_made_good_for_some_months() -> None:
    world = World(years_book(1, 2))
    began(world, 1 - 12)

    assert due(world, first_of(1 + MOST_MONTHS_LATE))
    assert not due(world, first_of(2 + MOST_MONTHS_LATE))
    assert [line.years for line in lines(turn(world, first_of(1 + MOST_MONTHS_LATE)), YearsReached)] == [1]


def test_years_before_joining_are_not_told_and_who_takes_no_part_has_none() -> None:
    world = World(years_book(1), members=())
    world.post(MemberSet("anna", MemberFacts(started_on=JANUARY - 12)))
    world.post(MemberSet("bela", MemberFacts(started_on=JANUARY + 1 - 12)))

    assert not due(world, first_of(1), "bela")
    world.post(MembershipChanged("anna", "join", moment(first_of(1))))
    assert not due(world, first_of(1))

    world.post(MembershipChanged("bela", "join", moment(first_of(1))))
    world.post(MembershipChanged("bela", "pause", moment(first_of(1))))
    assert not due(world, first_of(1), "bela")
    world.post(MembershipChanged("bela", "resume", moment(first_of(2))))
    assert due(world, first_of(2), "bela")
    world.post(MemberErased("bela"))
    assert not due(world, first_of(2), "bela")


def test_the_same_years_are_not_named_again_when_the_first_month_is_put_right() -> None:
    world = World(years_book(1, 2))
    began(world, 1 - 12)
    turn(world, first_of(1))
    began(world, 2 - 12)

    assert not due(world, first_of(2))
    began(world, 2 - 24)
    assert [line.years for line in lines(turn(world, first_of(2)), YearsReached)] == [2]


# Currency


def coin_book(**more: object) -> Plain:
    """Ten points a share, and a coin for each point."""
    coins = {"id": "coins", "per_point": 1, "announce_days": NOTICE, **more}
    return {"rules": [{"id": "share", "on": ["content.shared"], "points": 10}], "currencys": [coins]}


def test_what_was_earned_in_a_month_ends_with_the_month_so_many_later_and_is_told_before() -> None:
    world = World(coin_book(expires_months=4))
    world.post(act(day=0))
    world.post(act(day=first_of(1)))

    days = walk(world, first_of(1), first_of(5))

    told = MONDAY + days[0][0]
    assert told == last_of(4) - NOTICE
    assert lines(days[0][1], ExpiryAnnounced) == [
        ExpiryAnnounced(0, world.code("currency", "coins"), JANUARY, 10, last_of(4))
    ]
    assert [day for day, found in days if points(found)] == [first_of(5)]
    assert points(days[-1][1])[0] == -10
    assert (world.balance(currency="coins"), world.balance()) == (10, 20)


def test_nothing_ends_without_its_notice_however_late_the_day_is_looked_at() -> None:
    world = World(coin_book(expires_months=4))
    world.post(act(day=0))

    late = turn(world, first_of(7))

    told = MONDAY + first_of(7) + NOTICE
    assert [line.last_day for line in lines(late, ExpiryAnnounced)] == [told]
    assert not due(world, first_of(7) + NOTICE)
    assert world.balance(currency="coins") == 10
    assert points(turn(world, first_of(7) + NOTICE + 1)) == [-10]
    assert not due(world, first_of(12))


def test_what_is_spent_is_the_oldest_and_what_is_left_of_a_month_ends() -> None:
    world = World(coin_book(expires_months=4))
    world.post(act(day=0))
    world.post(act(day=first_of(1)))
    world.post(Corrected("anna", moment(first_of(1)), -13, "coins"))

    days = walk(world, first_of(1), first_of(6))

    assert [amount for _, found in days for amount in points(found)] == [-7]
    assert world.balance(currency="coins") == 0
    assert world.member().lots == {}


def test_what_is_taken_back_comes_out_of_its_own_month_first() -> None:
    world = World(coin_book(expires_months=4))
    world.post(act(day=0))
    world.post(act(day=first_of(1), key="february"))

    world.post(retraction("february", day=first_of(1)))

    coins = world.code("currency", "coins")
    assert [(lot.month, lot.amount) for lot in lots_of(world.member(), coins)] == [(JANUARY, 10)]


def test_a_balance_below_zero_has_no_lots_and_is_made_good_first() -> None:
    world = World(coin_book(expires_months=4))
    world.post(Corrected("anna", moment(0), -4, "coins"))
    assert world.member().lots == {}

    world.post(act(day=0))

    assert [(lot.month, lot.amount) for lot in lots_of(world.member(), world.code("currency", "coins"))] == [
        (JANUARY, 6)
    ]


def test_after_the_last_day_nothing_is_earned_points_go_on_and_what_is_left_ends() -> None:
    last = last_of(2)
    world = World(coin_book(last_day=last))
    world.post(act(day=0))
    before = world.post(act(day=last - MONDAY))
    after = world.post(act(day=last - MONDAY + 1))

    by_hand = world.post(Awarded("anna", moment(last - MONDAY + 1), 5, "coins"))

    assert (points(before), points(after), points(by_hand)) == ([10, 10], [10], [])
    assert refusals(after) == refusals(by_hand) == [Reason.CURRENCY_ENDED]
    walk(world, last - MONDAY + 1, last - MONDAY + NOTICE + 2)
    assert (world.balance(currency="coins"), world.balance()) == (0, 30)


def test_a_correction_may_still_put_right_what_was_earned_before_the_last_day() -> None:
    world = World(coin_book(last_day=last_of(0)))

    assert points(world.post(Corrected("anna", moment(first_of(1)), 5, "coins"))) == [5]


def test_what_was_there_before_a_currency_had_an_end_counts_as_earned_when_that_is_seen() -> None:
    world = World(coin_book())
    world.post(act(day=0))
    world.publish(coin_book(expires_months=4), day=first_of(1))

    found = turn(world, first_of(1))

    coins = world.code("currency", "coins")
    assert lines(found, LotBegun) == [LotBegun(0, coins, JANUARY + 1, 10)]
    assert not due(world, first_of(1))
    world.publish(coin_book(), day=first_of(1))
    assert not due(world, first_of(9))


def test_what_is_earned_first_under_the_new_rules_keeps_what_was_there_before() -> None:
    world = World(coin_book())
    world.post(act(day=0))
    world.publish(coin_book(expires_months=4), day=first_of(1))
    world.post(act(day=first_of(1)))

    lots = lots_of(world.member(), world.code("currency", "coins"))

    assert [(lot.month, lot.amount) for lot in lots] == [(JANUARY + 1, 20)]


def test_a_rulebook_that_moves_the_day_away_tells_the_new_one_before_anything_ends() -> None:
    world = World(coin_book(expires_months=4))
    world.post(act(day=0))
    turn(world, first_of(4))
    coins = world.code("currency", "coins")
    assert announced(world.member(), [coins]) == [(MONDAY + first_of(4) + NOTICE, coins, 10)]
    world.publish(coin_book(expires_months=6), day=first_of(4))

    days = walk(world, first_of(4), first_of(7))

    assert [(len(lines(found, ExpiryAnnounced)), points(found)) for _, found in days] == [(1, []), (0, [-10])]
    assert [MONDAY + day for day, _ in days] == [last_of(6) - NOTICE, last_of(6) + 1]


def test_what_is_spent_while_a_currency_has_no_end_can_not_end_once_more() -> None:
    world = World(coin_book(expires_months=4))
    world.post(act(day=0))
    turn(world, first_of(4))
    world.publish(coin_book(), day=first_of(4))
    world.post(Corrected("anna", moment(first_of(4)), -7, "coins"))
    world.publish(coin_book(expires_months=4), day=first_of(4))

    days = walk(world, first_of(4), first_of(6))

    assert [amount for _, found in days for amount in points(found)] == [-3]
    assert world.balance(currency="coins") == 0


# Asking first


def winners_book(*, asks_first: bool) -> Plain:
    return {
        **coin_book(),
        "grace_hours": 0,
        "boards": [{"id": "board", "of": "points", "periods": ["week"]}],
        "recognitions": [{"id": "best", "at_end_of": "week", "board": "board", "asks_first": asks_first}],
    }


def won(*, asks_first: bool) -> tuple[World, Decision, int]:
    """Anna and Bela have won a week; the decision that said so, and its position."""
    world = World(winners_book(asks_first=asks_first))
    for who in ("anna", "bela"):
        world.post(act(who, day=0))
    closing = world.tick(7)
    return world, closing, len(world.log)


def test_winners_of_one_entry_are_asked_each_by_a_number_of_their_own() -> None:
    world, closing, position = won(asks_first=True)

    assert [line.asks for line in lines(closing, Recognised)] == [1, 2]
    assert [all_asked(world.member(who)) for who in ("anna", "bela")] == [
        [(position, 1, WAITS)],
        [(position, 2, WAITS)],
    ]


def test_where_the_rules_do_not_ask_nobody_is_asked() -> None:
    world, closing, _ = won(asks_first=False)

    assert [line.asks for line in lines(closing, Recognised)] == [0, 0]
    assert world.member().asked == []


def test_the_last_answer_holds() -> None:
    world, _, position = won(asks_first=True)

    for shown, answer in ((True, SHOWN), (False, HIDDEN), (True, SHOWN)):
        said = world.post(Answered("anna", position, 1, shown))

        assert lines(said, AnswerSet) == [AnswerSet(0, position, 1, shown)]
        assert answer_to(world.member(), position, 1) == answer
    assert answer_to(world.member("bela"), position, 2) == WAITS


def test_nobody_answers_what_a_colleague_was_asked() -> None:
    world, _, position = won(asks_first=True)

    refused = world.post(Answered("anna", position, 2, shown=True))

    assert refusals(refused) == [Reason.NOTHING_ASKED]
    assert answer_to(world.member("bela"), position, 2) == WAITS


def test_years_ask_first_too() -> None:
    world = World(years_book(1, asks_first=True))
    began(world, 1 - 12)

    turn(world, first_of(1))

    assert all_asked(world.member()) == [(len(world.log), 1, WAITS)]


def test_of_more_than_are_remembered_the_oldest_that_nobody_sees_goes_first() -> None:
    state = MemberState()
    for position in range(MOST_ASKED):
        ask(state, position, 1)
    set_answer(state, 0, 1, shown=True)

    ask(state, MOST_ASKED, 1)

    asked = [each.position for each in all_asked(state)]
    assert len(asked) == MOST_ASKED
    assert (asked[:2], asked[-1]) == ([0, 2], MOST_ASKED)
