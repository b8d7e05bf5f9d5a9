import pytest

from engine.sources.events import JsonValue
from engine.sources.mapping.mapped import Event
from tests.sources.mapping.chat import SHARED, read

MESSAGE: JsonValue = {
    "user": "U1",
    "network": "x",
    "author": "U2",
    "same": "U1",
    "kind": "message",
    "count": 3,
    "texted": "3",
    "bot": False,
    "yes": "yes",
    "empty": "",
    "labels": ["blog", "hiring"],
    "topics": "blog, hiring",
    "text": "shared linkedin",
    "issue": {"labels": [{"name": "blog"}, {"name": "bug"}]},
}


def is_wanted(lines: str) -> bool:
    mapped = read(MESSAGE, SHARED + lines, x_kind="Note Hook")
    assert mapped.unreadable == ()
    return [type(each) for each in mapped.made] == [Event]


@pytest.mark.parametrize(
    "line",
    [
        'if.kind = "message"',
        'if.kind = ["message", "post"]',
        'if.header.x-kind = "Note Hook"',
        'if.body.kind = "message"',
        "if.count = 3",
        "if.texted = 3",
        'if.count = "3"',
        "if.count.at_least = 3",
        "if.texted.at_most = 3",
        "if.bot = false",
        "if.yes = true",
        "if.empty.present = false",
        "if.missing.deep.present = false",
        "if.labels.present = true",
        'if.labels.has_any = ["hiring", "products"]',
        'if.labels.has_all = ["hiring", "blog"]',
        'if.topics.has_all = ["hiring", "blog"]',
        'if.issue.labels."*".name.has_any = ["blog"]',
        'if.text.begins = "shared "',
        'if.text.begins = ["told", "shared"]',
        'if.text.0 = "shared"',
        'if.user = "{same}"',
        'unless.user = "{author}"',
        'unless.user = "{nobody}"',
        'if_any = [{ kind = "post" }, { count = 3, bot = false }]',
    ],
)
def test_a_line_that_holds_lets_the_message_in(line: str) -> None:
    assert is_wanted(line)


@pytest.mark.parametrize(
    "line",
    [
        'if.kind = "post"',
        'if.kind = "Message"',
        'if.header.x-kind = "note hook"',
        'if.header.x-other = "Note Hook"',
        "if.count = 4",
        "if.count = true",
        "if.count.at_least = 4",
        "if.kind.at_least = 0",
        "if.labels.at_most = 9",
        "if.bot = true",
        "if.missing = false",
        'if.empty = ["a"]',
        "if.kind.present = false",
        'if.labels = "blog"',
        'if.labels.has_any = ["products"]',
        'if.labels.has_all = ["blog", "products"]',
        'if.labels.begins = "blog"',
        'if.text.begins = "linkedin"',
        'if.user = "{author}"',
        'if.user = "{nobody}"',
        'unless.kind = "message"',
        'if.kind = "message"\nif.count = 4',
        'if_any = [{ kind = "post" }, { count = 3, bot = true }]',
    ],
)
def test_a_line_that_does_not_hold_keeps_the_message_out(line: str) -> None:
    assert not is_wanted(line)
