from decimal import Decimal

import pytest

from engine.sources.events import JsonValue
from engine.sources.mapping.paths import MOST_ITEMS, MOST_STEPS, View
from engine.sources.mapping.templates import (
    MOST_ALTERNATIVES,
    MOST_HOLES,
    Gap,
    TemplateFault,
    parse,
)

MESSAGE: JsonValue = {
    "user": {"id": 7, "name": "", "bot": False},
    "links": [{"url": "https://a.example"}, {"url": "https://b.example"}, {}],
    "text": "shared linkedin own words",
    "score": Decimal("2.5"),
    "nothing": None,
    "body": {"header": "inner"},
}


def view(body: JsonValue = MESSAGE, **headers: str) -> View:
    return View({name.replace("_", "-"): value for name, value in headers.items()}, body, {"team": "T1"}, "/items/3")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("chat:{user.id}", "chat:7"),
        ("{user.bot}", "false"),
        ("{score}", "2.5"),
        ("{links.1.url}", "https://b.example"),
        ("{text.0}/{text.1}", "shared/linkedin"),
        ("{user.name|user.id}", "7"),
        ("{nothing | missing | text.3}", "words"),
        ("{{user}} {user.id} }}{{", "{user} 7 }{"),
        ("{body.user.id}", "7"),
        ("{body.body.header}", "inner"),
        ("{outer.team}", "T1"),
        ("{header.x-kind}", "star"),
        ("{header.X-Kind}", "star"),
        ("plain", "plain"),
    ],
)
def test_a_template_is_filled_from_the_message(template: str, text: str) -> None:
    assert parse(template).text(view(x_kind="star")) == text


@pytest.mark.parametrize(
    ("template", "pointer", "found"),
    [
        ("chat:{user.name}", "/items/3/user/name", "nothing"),
        ("{nothing}", "/items/3/nothing", "nothing"),
        ("{user.id}-{missing.deep}", "/items/3/missing/deep", "nothing"),
        ("{user}", "/items/3/user", "an object of 3 fields"),
        ("{links.*.url}", "/items/3/links/*/url", "a list of 2"),
        ("{links.9.url}", "/items/3/links/9/url", "nothing"),
        ("{text.9}", "/items/3/text/9", "nothing"),
        ("{user.id.0}", "/items/3/user/id/0", "nothing"),
        ("{outer.nobody}", "/nobody", "nothing"),
        ("{header.x-kind}", "", "header x-kind: nothing"),
        ("{a/b~c}", "/items/3/a~1b~0c", "nothing"),
    ],
)
def test_what_is_missing_or_no_text_is_a_gap_with_its_place(template: str, pointer: str, found: str) -> None:
    with pytest.raises(Gap) as gap:
        parse(template).text(view())

    assert (gap.value.pointer, gap.value.found) == (pointer, found)


def test_one_hole_with_a_list_makes_a_text_for_each_item() -> None:
    assert parse("url:{links.*.url}").texts(view()) == ["url:https://a.example", "url:https://b.example"]
    assert parse("chat:{people}").texts(view({"people": "U1, U2,,"})) == ["chat:U1", "chat:U2"]
    with pytest.raises(Gap):
        parse("chat:{links}").texts(view())


def test_of_a_long_list_the_first_items_are_looked_at() -> None:
    items: list[JsonValue] = [{"n": number} for number in range(MOST_ITEMS + 1)]

    assert len(parse("{all.*.n}").texts(view({"all": items}))) == MOST_ITEMS


@pytest.mark.parametrize(
    ("template", "offset"),
    [
        ("a {b", 2),
        ("a } b", 2),
        ("{}", 1),
        ("{a..b}", 1),
        ("{a|}", 3),
        ("{a[0]}", 2),
        ("{header}", 1),
        ("{a|header.b.c}", 3),
        ("{a.*.b.*}", 1),
        ("{a}" * (MOST_HOLES + 1), 3 * MOST_HOLES),
        ("{" + "|".join("a" * (MOST_ALTERNATIVES + 1)) + "}", 1),
        ("{" + ".".join("a" * (MOST_STEPS + 1)) + "}", 1),
    ],
)
def test_a_text_that_is_no_template_is_told_at_its_character(template: str, offset: int) -> None:
    with pytest.raises(TemplateFault) as fault:
        parse(template)

    assert fault.value.offset == offset


def test_as_much_as_is_possible_is_a_template() -> None:
    many = "{a}" * (MOST_HOLES - 1) + "{" + "|".join(".".join("b" * MOST_STEPS) for _ in range(MOST_ALTERNATIVES)) + "}"

    assert len(parse(many).holes) == MOST_HOLES
