"""The people of the measurements do what those of the demo do."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from bench.crowd import (
    MIX,
    THANKS,
    Crowd,
    alias,
    as_act,
    beginning_of,
    counted_in_the_demo,
    has_joined,
    member_id,
    milliseconds,
    moment,
    post_id,
    post_of,
)
from bench.service import all_packs
from engine.core.admission import MOST_KEY
from engine.core.entries import decode_entry, encode_entry
from engine.rulebook.book import check, compile_rulebook, namings

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_mix_is_that_of_the_demo_to_half_a_hundredth() -> None:
    counted = counted_in_the_demo()

    assert sum(MIX.values()) == 1_000
    assert counted.keys() == MIX.keys()
    for kind, count in counted.items():
        assert abs(1_000 * count / counted.total() - MIX[kind]) <= 5, kind


def test_a_crowd_keeps_to_the_mix_and_a_tenth_does_a_third() -> None:
    done = list(Crowd(2_000, name="t").acts(20_000, NOW, day=5))

    kinds = Counter(THANKS if each.giver is not None else each.body["type"] for each in done)
    subjects = Counter(each.body["subject"] for each in done if each.giver is None)
    first_tenth = sum(subjects[alias(number)] for number in range(200))
    assert all(abs(kinds[kind] / 20 - share) <= 12 for kind, share in MIX.items())
    assert 0.28 <= first_tenth / subjects.total() <= 0.35
    assert len({each.body["id"] for each in done}) == 20_000


def test_the_same_seed_gives_the_same_acts() -> None:
    first, again = (list(Crowd(50, name="t").acts(500, NOW, day=5)) for _ in range(2))

    assert first == again


def test_all_fields_are_those_of_the_shipped_events() -> None:
    texts = all_packs()
    codes = {naming.name: code for code, naming in enumerate(namings(check(texts)))}
    known = compile_rulebook(texts, codes).events

    for event in Crowd(2_000, name="t").events(5_000, NOW, day=5):
        fields = known[event["type"]].fields
        assert event["data"].keys() <= fields.keys(), event
        assert {name for name, field in fields.items() if not field.optional and field.default is None} <= event[
            "data"
        ].keys(), event


def test_only_those_who_have_joined_give_thanks_and_nobody_thanks_themselves() -> None:
    thanks = [each for each in Crowd(50, name="t").acts(20_000, NOW, day=5) if each.giver is not None]

    assert thanks
    for each in thanks:
        assert each.giver is not None
        assert has_joined(each.giver)
        assert each.body["to"] != alias(each.giver)


def test_an_event_is_written_as_the_door_would_write_it() -> None:
    events = Crowd(2_000, name="t").events(5_000, NOW, day=5)

    aliases = {member_id(number): alias(number) for number in range(2_000)}
    for event in events:
        act = as_act(event, "bench")
        assert decode_entry(1, 1, encode_entry(act)).entry == act
        assert act.subject is not None
        assert aliases[act.subject] == event["subject"]
        assert act.time == milliseconds(NOW)
        assert act.key is not None
        assert len(act.key) <= MOST_KEY
        assert not any("@" in str(value) for value in act.data.values())


@pytest.mark.parametrize("number", [0, 9, 10])
def test_who_joins_is_known_first_and_shown_last(number: int) -> None:
    kinds = [type(entry).__name__ for entry in beginning_of(number, 100, 1)]

    all_three = ["MemberSet", "MembershipChanged", "VisibilityChosen"]
    assert kinds == (all_three if has_joined(number) else all_three[:1])
    assert all(getattr(entry, "member", None) == member_id(number) for entry in beginning_of(number, 100, 1))


def test_five_posts_of_six_are_made_known_under_the_name_by_which_they_are_shared() -> None:
    known = [body for day in range(60) if (body := post_of(day, NOW)) is not None]

    assert len(known) == 50
    assert {body["id"] for body in known} < {post_id(day) for day in range(60)}


def test_a_moment_is_the_same_in_milliseconds_and_back() -> None:
    assert moment(milliseconds(NOW)) == NOW
