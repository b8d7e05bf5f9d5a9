"""Challenges: reached together, each rewarded once, taken back exactly."""

import pytest

from engine.core.entries import ChallengesSettled, MemberErased, MemberFacts, MemberSet, MembershipChanged
from engine.core.goals import BLOCK, KEPT_MS, MOST_SPAN_DAYS
from engine.core.lines.badges import BadgeGranted, BadgeWithdrawn
from engine.core.lines.challenges import ChallengeCounted, ChallengeReached, ChallengeStood
from engine.core.lines.ledger import Posted
from engine.core.lines.refusals import Reason
from tests.core.builders import MONDAY, Plain, World, act, lines, moment, points, refusals, retraction, thanks, verdict

ACTS = {"id": "acts", "on": ["content.shared", "planning.joined"]}
GIVEN = {"id": "together"}
SPAN = {"first_day": MONDAY, "last_day": MONDAY + 13}
OVER = 15
"""The first day on which nothing counts for it any more: its last day and a day of grace are over."""


def challenge(**more: object) -> Plain:
    """Acts of a team in two weeks, for a badge to each who did one."""
    return {"id": "c", "for": "team", "of": "acts", "goal": 3, **SPAN, "reward": {"badge": "together"}, **more}


def book(*challenges: Plain, **more: object) -> Plain:
    """A rulebook with these challenges."""
    return {"metrics": [ACTS], "badges": [GIVEN], "challenges": list(challenges or [challenge()]), **more}


def world(*challenges: Plain, members: tuple[str, ...] = ("anna", "bela", "cleo"), **more: object) -> World:
    """A world in which these members, all of one team, have joined."""
    return World(book(*challenges, **more), members=members)


def plays(world: World, *who: str, day: float = 1) -> None:
    """Each of them acts once."""
    for number, member in enumerate(who):
        world.post(act(member, day=day, hour=1 + number / 100, key=f"{member}-{day}-{number}"))


def holders(world: World, *members: str) -> set[str]:
    """Who of them holds the badge."""
    return {member for member in members or ("anna", "bela", "cleo") if world.badges(member)}


def test_everyone_with_their_share_is_rewarded_once_the_team_reaches_its_goal() -> None:
    played = world()

    plays(played, "anna", "bela")
    assert not played.organization().owed
    plays(played, "anna", day=2)
    reached = played.goal("c", "red").reached
    played.settle()

    assert reached == moment(2, 1)
    assert holders(played) == {"anna", "bela"}


def test_an_act_that_reaches_the_goal_rewards_nobody_by_itself() -> None:
    played = world()
    plays(played, "anna", "anna")

    decision = played.post(act("bela", day=2))

    assert lines(decision, ChallengeReached) == [ChallengeReached(played.code("challenge", "c"), "red")]
    assert not lines(decision, BadgeGranted)
    assert played.organization().owed


def test_who_reaches_their_share_later_is_rewarded_then() -> None:
    played = world(challenge(reward={"badge": "together", "own_share": 2}))
    plays(played, "anna", "anna", "bela")
    played.settle()
    assert holders(played) == {"anna"}

    plays(played, "bela", day=3)
    played.settle()

    assert holders(played) == {"anna", "bela"}


def test_nobody_is_rewarded_twice_however_often_the_following_entry_comes() -> None:
    played = world(challenge(reward={"points": 5}))
    plays(played, "anna", "bela", "cleo")

    played.settle()
    late = [played.post(ChallengesSettled()) for _ in range(3)]
    plays(played, "anna", day=4)
    played.settle()

    assert [decision.lines for decision in late] == [(), (), ()]
    assert [played.balance(member) for member in ("anna", "bela", "cleo")] == [5, 5, 5]


def test_many_are_rewarded_by_as_many_entries_as_it_takes() -> None:
    people = tuple(f"p{number:03}" for number in range(2 * BLOCK + 1))
    played = world(challenge(goal=len(people)), members=people)

    plays(played, *people)
    followed = played.settle()

    assert [len(lines(decision, BadgeGranted)) for decision in followed] == [BLOCK, BLOCK, 1]
    assert holders(played, *people) == set(people)


def test_a_team_does_not_reach_its_goal_by_the_acts_of_another() -> None:
    played = World(book(), members=())
    played.joins("anna", team="red")
    played.joins("bela", team="blue")

    plays(played, "anna", "bela", "bela")
    played.settle()

    assert (played.goal("c", "red").sum, played.goal("c", "blue").sum) == (1, 2)
    assert holders(played, "anna", "bela") == set()


def test_what_was_brought_to_a_team_stays_with_it_when_a_member_moves() -> None:
    played = world()
    plays(played, "anna", "anna")

    played.post(MemberSet("anna", MemberFacts(team="blue")))
    plays(played, "anna", day=2)
    plays(played, "bela", day=2)
    played.settle()

    assert (played.goal("c", "red").sum, played.goal("c", "blue").sum) == (3, 1)
    assert holders(played) == {"anna", "bela"}


@pytest.mark.parametrize(("whose", "fact"), [("department", "department"), ("country", "country"), ("team", "team")])
def test_a_challenge_may_be_that_of_any_unit(whose: str, fact: str) -> None:
    played = World(book(challenge(**{"for": whose})), members=())
    facts: Plain = {"team": None, fact: "x:y/z"}
    for member in ("anna", "bela"):
        played.joins(member, **facts)

    plays(played, "anna", "bela", "anna")
    played.settle()

    assert holders(played, "anna", "bela") == {"anna", "bela"}


def test_who_has_no_team_brings_nothing_to_a_challenge_of_teams() -> None:
    played = World(book(), members=())
    played.joins("anna", team=None)

    decision = played.post(act("anna", day=1))

    assert not lines(decision, ChallengeCounted)


def test_everyone_together_can_reach_a_goal() -> None:
    played = World(book(challenge(**{"for": "everyone"})), members=())
    for number, member in enumerate(("anna", "bela", "cleo")):
        played.joins(member, team=f"team-{number}")

    plays(played, "anna", "bela", "cleo")
    played.settle()

    assert holders(played) == {"anna", "bela", "cleo"}


def test_each_member_reaches_a_goal_of_members_alone() -> None:
    played = world(challenge(**{"for": "member"}, goal=2))

    plays(played, "anna", "bela", "anna")
    played.settle()

    assert holders(played) == {"anna"}


def test_acts_outside_of_the_span_do_not_count() -> None:
    played = world(challenge(first_day=MONDAY + 2, last_day=MONDAY + 3))

    for day in (1, 2, 3, 4):
        plays(played, "anna", day=day)

    assert played.goal("c", "red").sum == 2


def test_a_late_act_counts_within_the_grace_and_not_after_it() -> None:
    played = world()

    played.post(act("anna", day=13), at=moment(OVER, 0) - 1)
    played.post(act("bela", day=13), at=moment(OVER, 0))

    assert (played.part("c", "red"), played.part("c", "red", member="bela")) == (1, 0)


def test_who_is_owed_a_reward_gets_it_although_the_challenge_is_over_by_then() -> None:
    played = world()
    plays(played, "anna", "bela", "cleo", day=13)

    played.tick(OVER + 10)
    played.settle()

    assert holders(played) == {"anna", "bela", "cleo"}


def test_points_are_a_number_that_a_challenge_can_count() -> None:
    rule = {"id": "share", "on": ["content.shared"], "points": 10}
    paid = {"id": "ok", "on": ["content.approved"], "pays": "field:proposer", "points": 6}
    played = world(challenge(of="points", goal=26, reward={"points": 5, "own_share": 6}), rules=[rule, paid])

    plays(played, "anna", "anna")
    played.post(act("cleo", day=2, type="content.approved", proposer="bela"))
    reached = played.goal("c", "red")
    played.settle()

    assert reached.sum == 26
    assert [played.balance(member) for member in ("anna", "bela", "cleo")] == [25, 11, 0]
    assert played.goal("c", "red").sum == 26, "the reward counts for no challenge"


def test_points_of_an_act_whose_subject_takes_no_part_count_for_whom_they_pay() -> None:
    paid = {"id": "ok", "on": ["content.approved"], "pays": "field:proposer", "points": 6}
    played = world(challenge(of="points", goal=6), rules=[paid])

    played.post(act(None, day=1, type="content.approved", proposer="bela"))
    played.settle()

    assert holders(played) == {"bela"}


def test_thanks_can_be_brought_to_a_challenge() -> None:
    spec = book(challenge(of="given"), metrics=[{"id": "given", "on": ["thanks"]}])
    played = World({**spec, "thanks": {"id": "thanks", "giver": 1, "receiver": 2}}, members=("anna", "bela"))

    for day in (1, 2, 3):
        played.post(thanks(day=day))
    played.settle()

    assert holders(played, "anna", "bela") == {"anna"}


def test_a_reward_in_points_holds_to_the_cap_over_everything_and_earns_what_points_earn() -> None:
    cap = {"id": "all", "points": 8, "per": "week"}
    coins = {"id": "coins", "per_point": 2}
    played = world(challenge(goal=1, reward={"points": 10}), caps=[cap], currencys=[coins])

    plays(played, "anna")
    played.settle()

    assert (played.balance(), played.balance(currency="coins")) == (8, 16)


def test_a_reward_in_another_currency_holds_to_its_limit() -> None:
    coins = {"id": "coins", "limits": [{"per": "year", "most": 3}]}
    played = world(challenge(goal=1, reward={"points": 5, "currency": "coins"}), currencys=[coins])

    plays(played, "anna")
    played.settle()

    assert (played.balance(), played.balance(currency="coins")) == (0, 3)


def test_a_full_cap_leaves_no_points_and_says_so() -> None:
    rule = {"id": "share", "on": ["content.shared"], "points": 10}
    cap = {"id": "all", "points": 10, "per": "week"}
    played = world(challenge(goal=1, reward={"points": 5, "badge": "together"}), rules=[rule], caps=[cap])
    plays(played, "anna")

    (followed,) = played.settle()

    assert refusals(followed) == [Reason.CAP]
    assert (played.balance(), holders(played)) == (10, {"anna"})


def test_taking_back_an_act_takes_the_reward_of_whoever_has_no_share_any_more() -> None:
    played = world(challenge(reward={"badge": "together", "points": 5}))
    plays(played, "anna", "anna", "bela", "cleo")
    played.settle()

    decision = played.post(retraction("bela-1-2", day=3))

    assert holders(played) == {"anna", "cleo"}
    assert points(decision) == [-5]
    assert [played.balance(member) for member in ("anna", "bela", "cleo")] == [5, 0, 5]


def test_the_reward_of_others_stays_when_the_sum_is_below_the_goal_again() -> None:
    played = world()
    plays(played, "anna", "bela", "cleo")
    played.settle()

    played.post(retraction("bela-1-1", day=3))

    assert not played.goal("c", "red").reached
    assert holders(played) == {"anna", "cleo"}


def test_nobody_is_rewarded_for_a_goal_that_was_taken_back_before_it_was_settled() -> None:
    played = world()
    plays(played, "anna", "bela", "cleo")

    played.post(retraction("bela-1-1", day=3))

    assert not played.organization().owed
    plays(played, "bela", day=4)
    played.settle()
    assert holders(played) == {"anna", "bela", "cleo"}


def test_who_has_their_share_by_other_acts_keeps_the_reward() -> None:
    played = world()
    plays(played, "anna", "bela", "bela")
    played.settle()

    played.post(retraction("bela-1-2", day=3))

    assert holders(played) == {"anna", "bela"}


def test_a_reward_that_was_taken_back_comes_again_with_a_new_share() -> None:
    played = world(challenge(reward={"badge": "together", "points": 5}))
    plays(played, "anna", "anna", "bela")
    played.settle()
    played.post(retraction("bela-1-2", day=3))

    plays(played, "bela", day=4)
    played.settle()

    assert (played.balance("bela"), holders(played)) == (5, {"anna", "bela"})


def test_what_a_reward_used_of_limits_is_free_again_with_it() -> None:
    cap = {"id": "all", "points": 5, "per": "week"}
    rule = {"id": "plan", "on": ["planning.joined"], "points": 5}
    spec = challenge(goal=1, reward={"points": 5}, of="shares")
    played = world(spec, metrics=[{"id": "shares", "on": ["content.shared"]}], rules=[rule], caps=[cap])
    plays(played, "anna")
    played.settle()
    played.post(retraction("anna-1-0", day=1, hour=3))

    played.post(act("anna", type="planning.joined", day=1, hour=4))

    assert played.balance() == 5


def test_a_reward_is_taken_back_for_the_team_in_which_it_was_given() -> None:
    board = {"id": "b", "of": "points", "periods": ["ever"]}
    played = world(challenge(**{"for": "everyone"}, goal=1, reward={"points": 5}), boards=[board])
    plays(played, "anna")
    played.post(MemberSet("anna", MemberFacts(team="blue")))
    played.settle()
    played.post(MemberSet("anna", MemberFacts(team="green")))

    played.post(retraction("anna-1-0", day=3))

    assert [played.unit(team).sums for team in ("red", "blue", "green")] == [{}, {}, {}]


def test_a_badge_for_points_that_a_reward_brought_goes_with_it() -> None:
    rich = {"id": "rich", "metric": "points", "per": "ever", "tiers": (5,)}
    played = World(book(challenge(goal=1, reward={"points": 5}), badges=[GIVEN, rich]), members=("anna",))
    plays(played, "anna")
    played.settle()
    assert played.badges() == [("rich", "", 0)]

    played.post(retraction("anna-1-0", day=3))

    assert played.badges() == []


def test_badges_that_stay_keep_the_reward() -> None:
    played = world(challenge(goal=1, reward={"badge": "together", "points": 5}))
    plays(played, "anna")
    played.settle()

    played.post(retraction("anna-1-0", day=3, badges_stay=True))

    assert (played.balance(), holders(played), played.part("c", "red")) == (5, {"anna"}, 0)


def test_what_a_challenge_came_to_stays_when_it_is_over() -> None:
    played = world(challenge(goal=1))
    plays(played, "anna")
    played.settle()

    decision = played.post(retraction("anna-1-0"), at=moment(OVER, 0))

    assert not lines(decision, ChallengeCounted)
    assert not lines(decision, BadgeWithdrawn)
    assert (played.goal("c", "red").sum, holders(played)) == (1, {"anna"})


def test_what_a_removal_that_was_none_took_comes_back() -> None:
    removal = {"on": "content.removed", "within_days": 30, "badges_stay": False}
    played = world(challenge(goal=1), removals=[removal])
    played.post(act("anna", day=1, content="p"))
    played.settle()
    played.post(act("anna", day=2, type="content.removed", content="p", key="gone"))
    assert (holders(played), played.goal("c", "red").sum) == (set(), 0)

    played.post(retraction("gone", day=3))
    played.settle()

    assert (holders(played), played.goal("c", "red").sum) == ({"anna"}, 1)


def test_who_has_left_or_was_erased_is_passed_over() -> None:
    played = world()
    plays(played, "anna", "bela", "cleo")
    played.post(MembershipChanged("anna", "leave", moment(2)))
    played.post(MemberErased("bela"))

    played.settle()

    assert holders(played) == {"cleo"}
    assert not played.organization().owed


def test_who_comes_back_is_rewarded_with_their_next_act() -> None:
    played = world()
    plays(played, "anna", "bela", "cleo")
    played.post(MembershipChanged("anna", "leave", moment(2)))
    played.settle()

    played.post(MembershipChanged("anna", "join", moment(3)))
    plays(played, "anna", day=4)
    played.settle()

    assert holders(played) == {"anna", "bela", "cleo"}


def test_a_badge_that_somebody_has_already_is_not_given_again_nor_taken() -> None:
    first, second = challenge(id="a", goal=1), challenge(id="b", goal=1, of="shares")
    played = world(first, second, metrics=[ACTS, {"id": "shares", "on": ["content.shared"]}])
    played.post(act("anna", day=1, type="planning.joined"))
    played.settle()
    plays(played, "anna", day=2)
    followed = played.settle()

    decision = played.post(retraction("anna-2-0", day=3))

    assert not [line for each in followed for line in lines(each, BadgeGranted)]
    assert lines(decision, ChallengeStood)
    assert holders(played) == {"anna"}


def test_a_challenge_that_is_taken_out_of_the_rulebook_owes_nothing_any_more() -> None:
    played = world()
    plays(played, "anna", "bela", "cleo")

    played.publish({**book(), "challenges": []})
    followed = played.settle()

    assert len(followed) == 1
    assert holders(played) == set()
    plays(played, "anna", day=2)
    assert played.goal("c", "red").sum == 3


def test_a_goal_that_is_lowered_is_reached_with_the_next_act() -> None:
    played = world(challenge(goal=9))
    plays(played, "anna", "bela", "cleo")

    played.publish(book(challenge(goal=3)))
    plays(played, "anna", day=2)
    played.settle()

    assert holders(played) == {"anna", "bela", "cleo"}


def test_a_part_is_forgotten_some_weeks_after_the_challenge_and_not_before() -> None:
    played = world()
    plays(played, "anna")
    over = played.plan.challenges[played.code("challenge", "c")].closes_ms

    played.post(MemberSet("anna", MemberFacts(team="red")), at=over + KEPT_MS - 1)
    assert played.part("c", "red") == 1
    played.post(MemberSet("anna", MemberFacts(team="red")), at=over + KEPT_MS + 14 * 86_400_000)

    assert played.member().challenges == {}


def test_the_list_of_a_goal_that_was_never_reached_goes_with_its_shelf() -> None:
    played = world(challenge(goal=99))
    plays(played, "anna", "bela")
    assert any("/l:" in key for key in played.states)

    for weeks in range(0, 54, 3):
        played.tick(weeks * 7 + 3)
    assert any("/l:" in key for key in played.states)
    for weeks in range(54, 110, 3):
        played.tick(weeks * 7 + 3)

    assert not any("/l:" in key for key in played.states)


def test_a_plain_act_writes_nothing_about_challenges_where_none_counts_it() -> None:
    played = world(challenge(of="shares"), metrics=[ACTS, {"id": "shares", "on": ["content.shared"]}])

    decision = played.post(act("anna", day=1, type="planning.joined"))

    assert not lines(decision, ChallengeCounted)
    assert not lines(decision, Posted)


def test_whoever_is_short_of_a_share_that_was_raised_meanwhile_is_passed_over() -> None:
    played = world(challenge(reward={"badge": "together"}))
    plays(played, "anna", "anna", "bela")

    played.publish(book(challenge(reward={"badge": "together", "own_share": 2})))
    played.settle()
    assert holders(played) == {"anna"}
    plays(played, "bela", day=2)
    played.settle()

    assert holders(played) == {"anna", "bela"}


def test_only_who_brought_their_share_is_listed() -> None:
    played = world(challenge(reward={"badge": "together", "own_share": 2}))

    plays(played, "anna", "bela", "anna")

    assert played.goal("c", "red").listed == 1


def test_whoever_is_listed_at_the_end_and_taken_back_leaves_no_trace() -> None:
    played = world()
    plays(played, "anna", "bela")

    played.post(retraction("bela-1-1", day=3))

    assert played.goal("c", "red").listed == 1
    assert played.member("bela").challenges == {}


def test_whoever_is_listed_twice_is_rewarded_once() -> None:
    played = world(challenge(reward={"points": 5}))
    plays(played, "anna", "bela")
    played.post(retraction("anna-1-0", day=2))
    plays(played, "anna", "anna", day=3)
    assert played.goal("c", "red").listed == 3

    played.settle()

    assert (played.balance(), played.balance("bela")) == (5, 5)


def test_what_was_owed_to_each_alone_is_not_paid_when_it_becomes_the_goal_of_teams() -> None:
    played = world(challenge(**{"for": "member"}, goal=1))
    plays(played, "anna")
    assert played.organization().owed

    played.publish(book(challenge(goal=9)))
    played.settle()

    assert holders(played) == set()
    assert not played.organization().owed


def test_points_that_somebody_has_agreed_to_count_for_a_challenge_then_and_go_with_their_act() -> None:
    approval = {"over": 5, "within_days": 14}
    rule = {"id": "share", "on": ["content.shared"], "points": 10}
    played = world(challenge(of="points", goal=10), rules=[rule], approval=approval)
    plays(played, "anna")
    waiting = len(played.log)
    assert played.goal("c", "red").sum == 0

    played.post(verdict(waiting), at=moment(2))
    played.settle()
    assert (played.goal("c", "red").sum, holders(played)) == (10, {"anna"})
    played.post(retraction("anna-1-0", day=3))

    assert (played.goal("c", "red").sum, played.balance(), holders(played)) == (0, 0, set())


@pytest.mark.parametrize("whose", ["team", "everyone", "member"])
def test_a_challenge_that_is_left_out_of_a_rulebook_and_comes_back_rewards_nobody_again(whose: str) -> None:
    year = challenge(**{"for": whose}, goal=2, last_day=MONDAY + 365, reward={"points": 10})
    played = world(year)
    plays(played, "anna", "anna")
    played.settle()
    played.publish({"metrics": [ACTS]}, day=20)
    plays(played, "anna", day=60)  # what nothing can ask for any more goes
    played.publish(book(year), day=61)

    plays(played, "anna", "anna", day=62)
    played.settle()

    assert played.balance() == 10


def test_what_was_brought_to_a_challenge_that_stays_out_of_the_rulebook_is_forgotten_in_the_end() -> None:
    played = world()
    plays(played, "anna")
    played.publish({"metrics": [ACTS]}, day=20)
    plays(played, "anna", day=40)
    assert played.member().challenges

    plays(played, "anna", day=40 + MOST_SPAN_DAYS + 1)

    assert played.member().challenges == {}
    assert played.member().since == {}


def test_a_list_outlives_a_rulebook_that_looks_less_far_back() -> None:
    year = challenge(goal=2, last_day=MONDAY + 365)
    played = world(year)
    plays(played, "anna")
    played.publish(book(year, days_back=1), day=2)
    for day in range(3, 365, 2):
        played.tick(day)

    plays(played, "bela", day=365)
    played.settle()

    assert holders(played) == {"anna", "bela"}


def test_a_challenge_whose_days_were_moved_beyond_its_list_begins_another_list() -> None:
    played = world(challenge(goal=99))
    plays(played, "anna")
    days = {"first_day": MONDAY + 1_000, "last_day": MONDAY + 1_100}
    played.publish(book(challenge(goal=2, **days)), day=20)
    for day in range(30, 1_000, 40):
        played.tick(day)

    plays(played, "bela", day=1_001)
    played.settle()

    assert holders(played) == {"bela"}
