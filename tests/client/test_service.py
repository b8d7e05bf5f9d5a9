"""The client against a running service, as those use it whom docs/client.md speaks to."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import httpx
import msgspec
import pytest

from sulka_client import AsyncSulka, Patience, Problem, Sulka, forms
from tests.journeys.serving import Serving, free_port, serving
from tests.terminal import REPOSITORY

WHY = "She asked me to look into it"


class People(msgspec.Struct, frozen=True, kw_only=True):
    """A running service, and tokens by whose they are."""

    service: Serving
    tokens: dict[str, str]

    def sulka(self, name: str) -> Sulka:
        return Sulka(self.service.address, self.tokens[name])

    def awaited(self, name: str) -> AsyncSulka:
        return AsyncSulka(self.service.address, self.tokens[name])


def peopled(service: Serving) -> People:
    """A sender, HR, and two members who take part and are shown."""
    tokens = {"admin": service.last_line("token", "create", "--role", "admin")}
    with Sulka(service.address, tokens["admin"]) as admin:
        admin.add_source(forms.SourceBody(name="hub", title="The hub"))
        tokens["hub"] = admin.create_token(forms.TokenBody(role="source", name="hub", source="hub")).token
        tokens["hr"] = admin.create_token(forms.TokenBody(role="hr", name="HR")).token
        for name in ("anna", "bea"):
            known = admin.add_member(forms.NewMember(name=name.title(), email=f"{name}@example.org", country="FI"))
            tokens[name] = admin.create_token(forms.TokenBody(role="member", name=name, member=known.id)).token
            with Sulka(service.address, tokens[name]) as member:
                member.choose_membership(forms.MembershipBody(change="join"))
                member.choose_visibility(forms.VisibilityBody(boards="shown", wall="shown", badges="shown"))
    service.wait_until_judged()
    return People(service=service, tokens=tokens)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with serving(tmp_path_factory.mktemp("client") / "data") as service:
        yield peopled(service)


def share(id: str, who: str = "anna", channel: str = "linkedin") -> forms.PlainEvent:
    data = {"channel": channel, "own_words": True}
    return forms.PlainEvent(id=id, type="content.shared", subject=f"email:{who}@example.org", data=data)


def test_events_are_posted_one_many_and_in_cloudevents_form_and_again(people: People) -> None:
    cloud = forms.CloudEvent(
        specversion="1.0",
        id="cloud-1",
        source="hub",
        type="content.shared",
        subject="email:bea@example.org",
        data={"channel": "x", "own_words": False},
    )

    with people.sulka("hub") as hub:
        first = hub.post_events(share("one"))
        many = list(hub.post_all([share(f"many-{number}") for number in range(5)], size=2))
        clouds = [hub.post_events(cloud), hub.post_events([cloud])]
        again = hub.post_events([share("one"), share("many-0")])
        people.service.wait_until_judged()
        fate = hub.event_fate("hub", "one")

    assert (first.accepted, first.results[0].status) == (1, "accepted")
    assert [answer.accepted for answer in many] == [2, 2, 1]
    assert [(answer.accepted, answer.duplicates) for answer in clouds] == [(1, 0), (0, 1)]
    assert again.duplicates == 2
    assert (fate.status, fate.position) == ("judged", first.results[0].position)


def test_an_event_is_tried_and_a_wrong_one_says_all_that_is_wrong(people: People) -> None:
    wrong = forms.PlainEvent(
        id="wrong", type="content.shared", subject="email:anna@example.org", data={"channel": "linkedn"}
    )

    with people.sulka("hub") as hub:
        tried = hub.try_events([share("tried")])
        with pytest.raises(Problem) as alone:
            hub.post_events(wrong)
        with pytest.raises(Problem) as among:
            hub.post_events([share("good"), wrong])

    assert tried.tried[0].points > 0
    assert alone.value.type == "does-not-fit"
    assert "linkedin" in {fault.did_you_mean for fault in alone.value.faults}
    assert [result.status for result in among.value.results] == ["accepted", "refused"]


def test_a_member_reads_what_is_theirs_page_by_page(people: People) -> None:
    with people.sulka("anna") as anna:
        act = anna.say_act(
            forms.ActBody(type="content.shared", data={"channel": "blog", "own_words": True}), prefer="wait"
        )
        me = anna.me(language="fi")
        receipts = list(anna.walk_ledger(limit=2))
        rows = list(anna.walk_leaderboard(anna.leaderboards()[0].id, limit=1))
        badges, looks = anna.badges(), list(anna.walk_looks())

    assert act.receipt is not None
    assert me.name == "Anna"
    assert act.receipt.position in [receipt.position for receipt in receipts]
    assert sum(receipt.points for receipt in receipts) == me.points > 0
    assert "Anna" in [row.name for row in rows]
    assert badges.badges
    assert looks == []


def test_thanks_come_to_the_wall_and_hr_does_what_hr_may(people: People) -> None:
    with people.sulka("bea") as bea, people.sulka("hr") as hr:
        bea.thank(forms.ThanksBody(to="email:anna@example.org", text="For the careful review"))
        awarded = hr.award(forms.AwardBody(member="email:bea@example.org", points=7, reason="Spoke at the fair"))
        people.service.wait_until_judged()
        wall = list(bea.walk_recognitions(kind="thanks", limit=1))
        story = hr.member_receipt("email:bea@example.org", awarded.position, reason=WHY)
        seen = list(bea.walk_looks())
        checked = hr.check_rulebook(forms.RulebookBody(files=dict(hr.rulebook().files)))

    assert [row.words for row in wall] == ["For the careful review"]
    assert story.points == 7
    assert [look.reason for look in seen] == [WHY]
    assert checked.mistakes == []


def test_what_was_posted_is_taken_back(people: People) -> None:
    keyed = forms.PlainEvent(
        id="keyed", key="k1", type="content.shared", subject="email:bea@example.org", data={"channel": "bluesky"}
    )

    with people.sulka("hub") as hub, people.sulka("bea") as bea:
        people.service.wait_until_judged()
        before = bea.me().points
        hub.post_events(keyed)
        hub.retract(forms.RetractionBody(key="k1"))
        people.service.wait_until_judged()
        after = bea.me().points

    assert after == before


def test_a_token_that_nobody_has_is_a_problem_with_a_name(people: People) -> None:
    with Sulka(people.service.address, "nobody") as nobody, pytest.raises(Problem) as refused:
        nobody.me()

    assert (refused.value.type, refused.value.status) == ("no-token", 401)


def test_the_examples_of_the_page_run(people: People) -> None:
    page = (REPOSITORY / "docs" / "client.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    for shown, real in (
        ("http://127.0.0.1:8710", people.service.address),
        ("the hub's token", people.tokens["hub"]),
        ("Anna's token", people.tokens["anna"]),
    ):
        code = code.replace(shown, real)

    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(code, "docs/client.md", "exec"), {})  # noqa: S102 - our own page

    said = printed.getvalue()
    assert "1 new, 0 known before" in said
    assert "Anna has" in said
    assert "which makes" in said
    assert "does-not-fit 422" in said


async def test_a_stream_goes_on_where_it_was_over_the_death_of_the_api(people: People) -> None:
    start, changes, balance, begun = 0, 0, 0, 0
    async with (
        people.awaited("bea") as bea,
        AsyncSulka(
            people.service.address,
            people.tokens["hub"],
            patience=Patience(tries=60, first_seconds=0.05, most_seconds=0.2),
        ) as hub,
    ):
        async for event in bea.stream():
            match event:
                case forms.StandingTold(points=points) if not begun:
                    begun = 1
                    start = balance = points
                    await hub.post_events(share("before", "bea", "linkedin"))
                case forms.PointsTold(change=change, balance=now) if begun == 1:
                    begun, changes, balance = 2, changes + change, now
                    os.kill(people.service.worker("api"), signal.SIGKILL)
                    await hub.post_events(share("after", "bea", "blog"))
                case forms.PointsTold(change=change, balance=now):
                    changes, balance = changes + change, now
                    break
                case _:
                    pass
        me = await bea.me()

    assert changes == balance - start
    assert balance == me.points


def test_an_open_stream_does_not_keep_the_service_from_ending(tmp_path: Path) -> None:
    service = Serving(tmp_path / "data", free_port(), starts=False)
    # Longer than `end` waits: nothing but the stream's own end lets it pass.
    service.environment["SULKA_SHUTDOWN_SECONDS"] = "120"
    service.start()
    try:
        service.wait_until_ready()
        token = peopled(service).tokens["anna"]
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.stream("GET", f"{service.address}/v1/stream", headers=headers, timeout=30) as answer:
            received = answer.iter_raw()
            assert b"retry" in next(received)
            ended = service.end()
            rest = b"".join(received)
    finally:
        service.end()

    assert ended == 0
    assert b"standing" in rest or rest == b""


def test_a_table_of_people_and_a_code_are_sent_like_anything_else(people: People) -> None:
    with people.sulka("hr") as hr:
        imported = hr.import_members("name;email\nOtso Esimerkki;otso@example.org\n")
    with people.sulka("anna") as anna, people.sulka("hub") as hub:
        hub.say_code(forms.LinkBody(alias="chat:team/anna", code=anna.ask_for_code().code))
        linked = [link.alias for link in anna.my_links().links]
        anna.unlink("chat:team/anna")
        left = [link.alias for link in anna.my_links().links]

    assert (imported.new, imported.refused) == (1, 0)
    assert (linked, left) == (["email:anna@example.org", "chat:team/anna"], ["email:anna@example.org"])
