import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sources.events import MAX_DATA_FIELDS, MAX_ID_LENGTH, MAX_KEY_LENGTH, MAX_SUBJECT_LENGTH, JsonValue
from engine.sources.mapping.mapped import Event, Link, Mapped, Undone, Unreadable
from engine.sources.mapping.mapping import MOST_EACH
from engine.sources.mapping.maps import MOST_CODE_LENGTH
from tests.sources.mapping.chat import SHARED, SOURCE, chat, delivery, event_of, read

SHARE: dict[str, JsonValue] = {"user": "U1", "network": "x"}
LIKED = """
[[map]]
id = "share"
if.kind = "shared"
if.where = "here"
makes = "content.shared"
subject = "chat:{user}"
event_id = "{id}"
key = "share:{user}:{post}"
data.channel = "x"
undone_by.kind = "unshared"
"""
LIKE: dict[str, JsonValue] = {"kind": "shared", "where": "here", "user": "U1", "post": 7, "id": "e1"}
ANY = """
[[map]]
id = "any"
if.type.present = true
makes = "{type}"
subject = "{who}"
event_id = "{id}"
time = "{at}"
key = "{key}"
data = "{body}"
"""
PLAIN: dict[str, JsonValue] = {"type": "content.shared", "who": "m1", "id": "e1"}
LINKED = """
[[link]]
id = "link"
if.command = "/sulka"
alias = "chat:{user}"
code = "{text}"
"""


def test_a_message_that_is_wanted_becomes_an_event() -> None:
    assert event_of(SHARE) == Event(
        id="d1/shared",
        type="content.shared",
        subject="chat:U1",
        time=None,
        data={"channel": "x"},
        key=None,
    )


def test_a_message_that_nobody_wants_becomes_nothing() -> None:
    assert read({**LIKE, "kind": "other"}, LIKED) == Mapped()


def test_a_wanted_message_that_lacks_something_says_where() -> None:
    assert read({"network": "x"}) == Mapped(
        unreadable=(Unreadable(map="shared", pointer="/user", found="nothing", expected="a text or a number"),)
    )
    assert read({**SHARE, "network": "nowhere"}).unreadable == (
        Unreadable(
            map="shared",
            pointer="/network",
            found='"nowhere"',
            expected="one of linkedin, x, bluesky, blog for channel",
        ),
    )


def test_two_maps_may_want_one_message_and_their_events_have_ids_of_their_own() -> None:
    both = SHARED + SHARED.replace('id = "shared"', 'id = "again"')

    mapped = read(SHARE, both)

    assert [each.id for each in mapped.made if isinstance(each, Event)] == ["d1/shared", "d1/again"]


def test_what_one_map_can_not_read_takes_nothing_from_another() -> None:
    both = SHARED + SHARED.replace('id = "shared"', 'id = "again"').replace("{network}", "{net}")

    mapped = read(SHARE, both)

    assert [each.id for each in mapped.made if isinstance(each, Event)] == ["d1/shared"]
    assert [each.map for each in mapped.unreadable] == ["again"]


def test_what_takes_back_has_the_same_key_as_what_was_made() -> None:
    made, undone = read(LIKE, LIKED), read({**LIKE, "kind": "unshared", "id": "e2"}, LIKED)

    (event,) = made.made
    assert isinstance(event, Event)
    assert undone.made == (Undone(key="share:U1:7", id="e2/share"),)
    assert event.key == "share:U1:7"


def test_the_other_lines_of_a_map_hold_for_what_takes_back_too() -> None:
    assert read({**LIKE, "kind": "unshared", "where": "elsewhere"}, LIKED) == Mapped()


def test_what_takes_back_without_its_key_can_not_be_read() -> None:
    (unreadable,) = read({"kind": "unshared", "where": "here", "user": "U1", "id": "e2"}, LIKED).unreadable

    assert (unreadable.map, unreadable.pointer) == ("share", "/post")


def test_a_message_without_an_id_is_told_where_the_map_names_none() -> None:
    (unreadable,) = read(SHARE, id_=None).unreadable

    assert unreadable.found == "a delivery without an id"


def test_the_content_is_the_id_where_the_map_says_so() -> None:
    tables = SHARED + 'event_id = "content"\n'
    mapping, types = chat(tables, SOURCE)

    def id_of(body: JsonValue) -> str:
        (event,) = mapping.read(delivery(body, id_=None), types).made
        assert isinstance(event, Event)
        return event.id

    assert id_of(SHARE) == id_of({"network": "x", "user": "U1"}) != id_of({**SHARE, "more": 1})


def test_a_long_id_and_a_long_key_are_bounded_and_stay_what_they_are() -> None:
    long = event_of({**LIKE, "id": "e" * 300, "post": "p" * 300}, LIKED)
    again = event_of({**LIKE, "id": "e" * 300, "post": "p" * 300}, LIKED)

    assert long == again
    assert len(long.id) <= MAX_ID_LENGTH
    assert long.key is not None
    assert len(long.key) <= MAX_KEY_LENGTH


def test_a_name_that_is_too_long_can_not_be_read() -> None:
    fits = "U" * (MAX_SUBJECT_LENGTH - len("chat:"))

    assert event_of({**SHARE, "user": fits}).subject == f"chat:{fits}"
    (unreadable,) = read({**SHARE, "user": f"{fits}U"}).unreadable
    assert unreadable.pointer == "/user"


def test_a_list_in_a_message_is_read_item_by_item_each_with_an_id_and_what_is_around_it() -> None:
    source = SOURCE + 'each = "items"\n'
    tables = SHARED.replace("chat:{user}", "{outer.team}:{user}").replace('"{outer', '"t:{outer')
    items: list[JsonValue] = [SHARE, {"network": "x"}, {**SHARE, "user": "U2"}]

    mapped = read({"items": items, "team": "T1"}, tables, source=source)

    assert [(each.id, each.subject) for each in mapped.made if isinstance(each, Event)] == [
        ("d1/0/shared", "t:T1:U1"),
        ("d1/2/shared", "t:T1:U2"),
    ]
    assert [each.pointer for each in mapped.unreadable] == ["/items/1/user"]


def test_a_message_may_itself_be_the_list() -> None:
    mapped = read([SHARE, {"network": "x"}], source=SOURCE + 'each = "body"\n')

    assert [each.id for each in mapped.made if isinstance(each, Event)] == ["d1/0/shared"]
    assert [each.pointer for each in mapped.unreadable] == ["/1/user"]


def test_a_list_that_is_none_or_too_long_can_not_be_read() -> None:
    source = SOURCE + 'each = "items"\n'
    many: list[JsonValue] = [SHARE] * (MOST_EACH + 1)

    assert len(read({"items": many[1:]}, source=source).made) == MOST_EACH
    assert [each.pointer for each in read({"items": many}, source=source).unreadable] == ["/items"]
    assert [each.pointer for each in read({"items": "one"}, source=source).unreadable] == ["/items"]
    assert read({"ping": True}, source=source) == Mapped()


def test_a_message_may_say_itself_which_event_it_is() -> None:
    event = event_of(
        {
            **PLAIN,
            "at": "2026-11-23T07:12:00Z",
            "channel": "LinkedIn",
            "own_words": "yes",
            "minutes": "3",
            "topics": "",
        },
        ANY,
    )

    assert (event.subject, event.time, event.key) == ("m1", 1_795_417_920_000, None)
    assert event.data == {"channel": "linkedin", "own_words": True, "minutes": 3}


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"type": "content.sharred"}, "/type"),
        ({"channel": "x", "ownwords": True}, "/ownwords"),
        ({"channel": "x", "minutes": "long"}, "/minutes"),
        ({}, "/channel"),
        ({"channel": "x", "at": "soon"}, "/at"),
        ({"channel": "x", "id": None}, "/id"),
        ({f"a{number}": 1 for number in range(MAX_DATA_FIELDS)}, ""),
    ],
)
def test_what_a_message_says_of_itself_is_looked_at(more: dict[str, JsonValue], pointer: str) -> None:
    mapped = read({**PLAIN, **more}, ANY)

    assert mapped.made == ()
    assert [each.pointer for each in mapped.unreadable] == [pointer]


def test_a_table_looks_a_word_up_and_leaves_out_what_it_has_not() -> None:
    tables = (
        SHARED.replace('"{network}"', '{ from = "{network}", map = { TW = "x" }, default = "blog" }')
        + 'data.topics = { from = "{labels.*.name}", map = { job = "hiring", p = "products" } }\n'
    )
    labels: list[JsonValue] = [{"name": "job"}, {"name": "bug"}]

    assert event_of({**SHARE, "network": "TW", "labels": labels}, tables).data == {"channel": "x", "topics": ["hiring"]}
    assert event_of({**SHARE, "network": "FB"}, tables).data == {"channel": "blog"}
    (unreadable,) = read({**SHARE, "network": "FB"}, tables.replace(', default = "blog"', "")).unreadable
    assert (unreadable.pointer, unreadable.expected) == ("/network", "one of TW")


def test_a_code_links_an_account() -> None:
    said: dict[str, JsonValue] = {"command": "/sulka", "user": "U1"}

    assert read({**said, "text": " 123456 "}, LINKED).made == (Link(alias="chat:U1", code="123456"),)
    assert [each.pointer for each in read(said, LINKED).unreadable] == ["/text"]
    assert [each.map for each in read({**said, "text": "1" * (MOST_CODE_LENGTH + 1)}, LINKED).unreadable] == ["link"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["user", "network", "kind", "where", "post", "id", "type", "who", "at", "text", "items"])
            | st.text(max_size=3),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)
EVERYTHING = chat(SHARED + LIKED + ANY + LINKED + SHARED.replace('"shared"', '"content"') + 'event_id = "content"\n')
EACH = chat(SHARED, SOURCE + 'each = "items"\n')


@given(JSON, st.none() | st.text(), st.dictionaries(st.text(), st.text(), max_size=3))
def test_no_message_whatever_it_holds_is_more_than_can_not_be_read(
    body: JsonValue, id_: str | None, headers: dict[str, str]
) -> None:
    for mapping, types in (EVERYTHING, EACH):
        mapped = mapping.read(delivery(body, id_=id_, headers=headers), types)
        for each in mapped.made:
            if isinstance(each, Event):
                assert each.type in types
                assert 0 < len(each.id) <= MAX_ID_LENGTH
                assert 0 < len(each.subject) <= MAX_SUBJECT_LENGTH
                assert each.data.keys() <= types[each.type].fields.keys()
