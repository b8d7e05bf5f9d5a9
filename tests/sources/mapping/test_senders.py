"""What senders really send, read by the mappings that are shipped."""

from pathlib import Path

import pytest

from engine.rulebook.book import mappings_of, read_folder
from engine.rulebook.mappings.files import Payload
from engine.sources.events import JsonValue
from engine.sources.json_guard import decode
from engine.sources.mapping.delivery import Delivery
from engine.sources.mapping.mapped import Event, Link, Mapped, Undone

BOOK, EVENT_TYPES = mappings_of(read_folder(Path(__file__).parents[3] / "rules"))
SHIPPED = ("discourse", "generic", "github", "gitlab", "linkedin", "slack", "zapier")
GITHUB_EVENTS = {"star": "star", "discussion": "discussion", "discussion_comment": "discussion_comment"}


def delivered(payload: Payload) -> Delivery:
    """The message of a case, as it comes in."""
    return Delivery(headers=payload.headers, body=payload.body, is_form=payload.is_form, id="d", received_ms=0)


def test_these_senders_have_a_mapping_each() -> None:
    assert tuple(BOOK.mappings) == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_map_and_link_is_shown_by_a_case_of_its_file(name: str) -> None:
    mapping = BOOK.mappings[name]
    read = [mapping.read(delivered(each.payload), EVENT_TYPES) for each in BOOK.examples[name]]

    made = [each for mapped in read for each in mapped.made]
    shown = {each.id.rpartition("/")[2] for each in made if isinstance(each, Event)}

    assert shown == {each.id for each in mapping.maps}
    assert {each.id for each in mapping.maps if each.undone is not None} == {
        each.id.rpartition("/")[2] for each in made if isinstance(each, Undone)
    }
    assert any(isinstance(each, Link) for each in made) is bool(mapping.links)


def test_likes_and_comments_are_all_that_a_click_can_make() -> None:
    """Nothing that costs a click may be worth points: a programme that pays for it gets nothing else."""
    free = {"content.liked", "content.commented"}

    for mapping in BOOK.mappings.values():
        for each in mapping.maps:
            if each.id in {"star", "emoji", "reaction", "like", "reply", "comment", "discussion-comment"}:
                assert [part for part in each.makes.parts if isinstance(part, str) and part in free] != []


def members(value: JsonValue) -> dict[str, JsonValue]:
    assert isinstance(value, dict)
    return value


def parts(value: JsonValue) -> tuple[dict[str, str], JsonValue]:
    """Headers and body of a captured request, or a body by itself."""
    if not isinstance(value, dict) or not isinstance(headers := value.get("headers"), dict):
        return {}, value
    return {name.lower(): str(each) for name, each in headers.items()}, value["body"]


def read(name: str, value: JsonValue, **more: str) -> Mapped:
    headers, body = parts(value)
    named = {**headers, **{key.replace("_", "-"): each for key, each in more.items()}}
    delivery = Delivery(headers=named, body=body, is_form=False, id="d", received_ms=0)
    return BOOK.mappings[name].read(delivery, EVENT_TYPES)


def test_whatever_was_captured_of_any_sender_is_read_by_every_mapping(vectors: Path) -> None:
    payloads = sorted((vectors / "webhooks").rglob("*.json"))

    for path in payloads:
        for name in SHIPPED:
            read(name, decode(path.read_bytes()))
    assert len(payloads) > 20


@pytest.mark.parametrize(
    ("file", "made"),
    [
        (
            "star.created",
            Event(
                id="d/star",
                type="content.liked",
                subject="github:21031067",
                time=1_557_933_640_000,
                data={"content": "github:186853002"},
                key="star:186853002:21031067",
            ),
        ),
        ("star.deleted", Undone(key="star:186853002:21031067", id="d/star")),
        (
            "discussion.answered",
            Event(
                id="d/answer",
                type="answer.accepted",
                subject="github:1253226",
                time=1_617_146_238_000,
                data={"content": "github:discussion:3299614"},
                key="answer:550561",
            ),
        ),
        (
            "discussion_comment.created",
            Event(
                id="d/discussion-comment",
                type="content.commented",
                subject="github:21031067",
                time=1_617_135_690_000,
                data={"content": "github:discussion:3299614"},
                key="discussion-comment:550062",
            ),
        ),
        (
            "discussion_comment.deleted",
            Undone(key="discussion-comment:550062", id="d/discussion-comment"),
        ),
    ],
)
def test_a_payload_of_github_is_read_as_promised(vectors: Path, file: str, made: Event | Undone) -> None:
    value = decode((vectors / "webhooks/github" / f"{file}.payload.json").read_bytes())

    assert read("github", value, x_github_event=file.partition(".")[0]) == Mapped(made=(made,))


def test_a_star_that_was_captured_with_its_headers_is_read(vectors: Path) -> None:
    mapped = read("github", decode((vectors / "webhooks/hookdeck/github.2022-11-28.star.json").read_bytes()))

    assert [type(each) for each in mapped.made] == [Event]
    assert mapped.unreadable == ()


@pytest.mark.parametrize("file", ["push.1", "fork", "ping", "release.created"])
def test_what_github_sends_beside_is_nothing(vectors: Path, file: str) -> None:
    value = decode((vectors / "webhooks/github" / f"{file}.payload.json").read_bytes())

    assert read("github", value, x_github_event=file.partition(".")[0]) == Mapped()


def test_a_comment_of_gitlab_is_read(vectors: Path) -> None:
    mapped = read("gitlab", decode((vectors / "webhooks/hookdeck/gitlab.current.note-hook.json").read_bytes()))

    assert mapped == Mapped(
        made=(
            Event(
                id="1301562881/comment",
                type="content.commented",
                subject="gitlab:13576927",
                time=1_678_077_496_000,
                data={"content": "gitlab:Commit:6752dd8e9b70a034e36b495d26626dafef42c53c"},
                key="comment:1301562881",
            ),
        )
    )


@pytest.mark.parametrize(("file", "kind"), [("ReactionAdded", Event), ("ReactionRemoved", Undone)])
def test_the_shape_of_slack_filled_with_values_is_read(vectors: Path, file: str, kind: type) -> None:
    shape = members(decode((vectors / f"webhooks/slack/{file}Payload.json").read_bytes()))
    event = members(shape["event"])
    item = members(event["item"])
    filled: JsonValue = {
        **shape,
        "event_id": "Ev1",
        "event": {**event, "user": "U1", "item_user": "U2", "reaction": "tada", "item": {**item, "channel": "C1"}},
    }

    assert [type(each) for each in read("slack", filled).made] == [kind]
    assert [each.map for each in read("slack", shape).unreadable] == ["reaction"]


def test_the_shape_of_a_slash_command_filled_with_values_links_an_account(vectors: Path) -> None:
    shape = members(decode((vectors / "webhooks/slack/SlashCommandPayload.json").read_bytes()))

    assert read("slack", shape) == Mapped()
    filled: JsonValue = {**shape, "command": "/sulka", "text": "123456", "user_id": "U1"}
    assert read("slack", filled).made == (Link(alias="slack:U1", code="123456"),)


def test_the_text_of_a_form_in_a_payload_file_is_taken_apart() -> None:
    example = next(each for each in BOOK.examples["zapier"] if each.case.payload is not None)

    assert example.payload.is_form
    assert isinstance(example.payload.body, dict)
    assert example.payload.body["member"] == "slack:U00000001"
