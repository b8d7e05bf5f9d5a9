from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.admission import MOST_CONTENT_ID, MOST_KEY, MOST_LISTED, Admitted, Offered, People, admit
from engine.core.genesis import genesis
from engine.core.rulebook import ACT_FIELD_VALUES, EventType, Field, FieldType
from engine.core.rules import Text
from engine.sources.events import MAX_SUBJECT_LENGTH, JsonValue
from engine.sources.mapping.reading import FIRST_MILLISECONDS, bounded, moment_of
from engine.sources.mapping.values import fitting
from engine.sources.times import parse_time

TOPICS = ("hiring", "products")
NINE = 1_795_417_920_000
"""2026-11-23T07:12:00Z"""


def field(type_: FieldType, *choices: str) -> Field:
    return Field(name="it", type=type_, choices=choices)


@pytest.mark.parametrize(
    ("type_", "sent", "held"),
    [
        (FieldType.YES_NO, "true", True),
        (FieldType.YES_NO, "Yes", True),
        (FieldType.YES_NO, "1", True),
        (FieldType.YES_NO, "Kyllä", True),
        (FieldType.YES_NO, " no ", False),
        (FieldType.YES_NO, 0, False),
        (FieldType.YES_NO, False, False),
        (FieldType.YES_NO, "perhaps", None),
        (FieldType.YES_NO, 2, None),
        (FieldType.NUMBER, "+3", 3),
        (FieldType.NUMBER, " -3.0 ", -3),
        (FieldType.NUMBER, 3, 3),
        (FieldType.NUMBER, "3.5", None),
        (FieldType.NUMBER, True, None),
        (FieldType.NUMBER, 2**53, None),
        (FieldType.NUMBER, "9" * 19, None),
        (FieldType.CHOICE, "hiring", "hiring"),
        (FieldType.CHOICE, " Hiring", "hiring"),
        (FieldType.CHOICE, "sales", None),
        (FieldType.CHOICES, "hiring, products,hiring", ["hiring", "products"]),
        (FieldType.CHOICES, ["products"], ["products"]),
        (FieldType.CHOICES, [], []),
        (FieldType.CHOICES, ["products", 3], None),
        (FieldType.MEMBERS, "email:a@example.org, slack:U1", ["email:a@example.org", "slack:U1"]),
        (FieldType.MEMBERS, [["a"]], None),
        (FieldType.MEMBER, 7, "7"),
        (FieldType.TEXT, "so", "so"),
        (FieldType.TEXT, {"a": 1}, None),
        (FieldType.KEY, 7, "7"),
        (FieldType.CONTENT, "post-7", "post-7"),
        (FieldType.TIME, NINE, "2026-11-23T07:12:00.000Z"),
        (FieldType.TIME, "soon", None),
    ],
)
def test_a_value_is_read_as_the_type_of_its_field_says(type_: FieldType, sent: JsonValue, held: JsonValue) -> None:
    choices = TOPICS if type_ in {FieldType.CHOICE, FieldType.CHOICES} else ()

    assert fitting(field(type_, *choices), sent) == held
    assert type(fitting(field(type_, *choices), sent)) is type(held)


def test_two_choices_that_differ_in_capitals_only_are_told_apart() -> None:
    both = field(FieldType.CHOICE, "X", "x")

    assert [fitting(both, "X"), fitting(both, "x")] == ["X", "x"]


@pytest.mark.parametrize(
    "sent",
    [
        NINE,
        str(NINE),
        NINE // 1000,
        "1795417920",
        "1795417920.000000",
        Decimal("1795417920.0"),
        "2026-11-23T07:12:00Z",
        "2026-11-23T09:12:00.000+02:00",
        "2026-11-23 07:12:00 UTC",
        "2026-11-23 09:12:00 +0200",
    ],
    ids=repr,
)
def test_a_moment_is_read_in_each_way_in_which_tools_write_it(sent: JsonValue) -> None:
    assert moment_of(sent) == NINE


@pytest.mark.parametrize(
    "sent", ["yesterday", "2026-11-23", "2026-13-01T00:00:00Z", -1, True, [1], "", "9" * 16, 10**16]
)
def test_what_is_no_moment_is_none(sent: JsonValue) -> None:
    assert moment_of(sent) is None


def test_seconds_end_where_milliseconds_begin() -> None:
    assert moment_of(FIRST_MILLISECONDS - 1) == (FIRST_MILLISECONDS - 1) * 1000
    assert moment_of(FIRST_MILLISECONDS) == FIRST_MILLISECONDS


def test_what_is_too_long_for_an_id_becomes_a_digest_that_is_the_same_every_time() -> None:
    long = "a" * (MOST_KEY + 1)

    assert bounded("a" * MOST_KEY, MOST_KEY) == "a" * MOST_KEY
    assert bounded(long, MOST_KEY) == bounded(long, MOST_KEY) != bounded(long + "a", MOST_KEY)
    assert len(bounded(long, MOST_KEY)) == 33
    assert bounded("a\nb", MOST_KEY).startswith("~")


def test_a_content_id_that_the_core_would_refuse_becomes_a_digest() -> None:
    for sent in ("a|b", "a" * (MOST_CONTENT_ID + 1), "a\tb"):
        held = fitting(field(FieldType.CONTENT), sent)
        assert isinstance(held, str)
        assert len(held) <= MOST_CONTENT_ID
        assert held.isprintable()
        assert "|" not in held


def test_lists_and_texts_that_the_core_would_refuse_are_not_read() -> None:
    many: list[JsonValue] = [f"slack:U{number}" for number in range(ACT_FIELD_VALUES + 1)]
    choices = tuple(f"t{number}" for number in range(MOST_LISTED + 1))
    topics: list[JsonValue] = list(choices)

    assert fitting(field(FieldType.MEMBERS), many) is None
    assert fitting(field(FieldType.MEMBERS), many[1:]) == many[1:]
    assert fitting(field(FieldType.CHOICES, *choices), topics) is None
    assert fitting(field(FieldType.CHOICES, *choices), topics[1:]) == topics[1:]
    assert fitting(field(FieldType.TEXT), "a" * (MOST_KEY + 1)) is None
    assert fitting(field(FieldType.TEXT), "a" * MOST_KEY) == "a" * MOST_KEY
    assert fitting(field(FieldType.MEMBER), "a" * (MAX_SUBJECT_LENGTH + 1)) is None
    assert fitting(field(FieldType.MEMBER), "a" * MAX_SUBJECT_LENGTH) == "a" * MAX_SUBJECT_LENGTH


SENT = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["hiring", "PRODUCTS", "hiring,products", "2026-11-23T07:12:00Z", NINE, "7", "ei"])
    | st.lists(st.text() | st.sampled_from(["hiring", "slack:U1"]), max_size=4)
)


@pytest.mark.parametrize("type_", FieldType)
@given(sent=SENT)
def test_whatever_is_read_is_admitted_by_the_core(type_: FieldType, sent: JsonValue) -> None:
    choices = TOPICS if type_ in {FieldType.CHOICE, FieldType.CHOICES} else ()
    held = fitting(field(type_, *choices), sent)
    if held is None:
        return
    if type_ is FieldType.TIME:
        assert isinstance(held, str)
        time = parse_time(held)
        assert time is not None
        held = time.utc_ms
    event = EventType(
        type="a.b",
        title=Text({"en": "A"}),
        purpose="p",
        keep_days=1,
        seen_by=("member",),
        said_by=("tool",),
        fields={"it": field(type_, *choices)},
    )
    offered = Offered(type="a.b", source="s", subject="m", time=None, data={"it": held}, key=None, said_by_member=False)

    admitted = admit(
        msgspec.structs.replace(genesis(), events={"a.b": event}),
        offered,
        People(lambda name: name, lambda _member, _time: True),
        NINE,
    )

    assert isinstance(admitted, Admitted), admitted
