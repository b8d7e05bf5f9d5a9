"""`sulka source add` of a tool that sends its own format."""

import asyncio
from pathlib import Path

import pytest

from api.v1.sources import address_of
from cli.connecting import WHERE, first_delivery
from engine.sources.signatures.profiles import PROFILES
from engine.store.deliveries import Noted
from tests.api.connected import connect, deliver, share
from tests.api.desk import Desk
from tests.terminal import sulka

SLACK_SECRET = "8f00b204e9800998ecf8427e0000abcd"


def test_every_profile_says_where_what_is_entered() -> None:
    assert WHERE.keys() == PROFILES.keys()


def test_a_tool_gets_an_address_what_to_tick_and_a_secret_on_the_last_line(tmp_path: Path) -> None:
    done = sulka(tmp_path / "data", "source", "add", "github", "--address", "https://sulka.example.org/")
    again = sulka(tmp_path / "data", "source", "add", "github")

    assert done.returncode == 0, done.stdout
    assert f"https://sulka.example.org{address_of('main', 'github')}\n" in done.stdout
    assert "Stars, Discussions" in done.stdout
    assert len(done.stdout.splitlines()[-1]) == 43
    assert (again.returncode, "already" in again.stderr) == (1, True)


def test_a_secret_of_the_senders_own_comes_from_a_file_or_the_environment_and_is_not_printed(tmp_path: Path) -> None:
    file = tmp_path / "slack.secret"
    file.write_text(f"{SLACK_SECRET}\n", encoding="utf-8")

    from_file = sulka(tmp_path / "data", "source", "add", "slack", "--secret-file", str(file))
    from_stdin = sulka(
        tmp_path / "data", "source", "add", "two", "--profile", "slack", "--secret-file", "-", answers=SLACK_SECRET
    )
    from_variable = sulka(
        tmp_path / "data", "source", "add", "three", "--profile", "slack", SULKA_SOURCE_SECRET=SLACK_SECRET
    )

    for done in (from_file, from_stdin, from_variable):
        assert done.returncode == 0, done.stderr
        assert "reaction_added" in done.stdout
        assert SLACK_SECRET not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "secret", "said"),
    [
        (("slack",), None, "Signing Secret"),
        (("slack",), "short", "at least 16 characters"),
        (("standard",), "whsec_c2hvcnQ=", "24 to 64 bytes"),
        (("GitHub", "--profile", "github"), None, "lower-case"),
        (("hub", "--mapping", "generic"), None, "--profile"),
        (("slack", "--secret-file", "/nowhere"), None, "does not exist"),
        (("slack", "--profile", "token", "--title", "x"), None, "--profile"),
    ],
)
def test_what_can_not_be_a_sender_is_refused_and_nothing_is_started(
    tmp_path: Path, arguments: tuple[str, ...], secret: str | None, said: str
) -> None:
    variables = {} if secret is None else {"SULKA_SOURCE_SECRET": secret}

    done = sulka(tmp_path / "data", "source", "add", *arguments, **variables)

    assert done.returncode in {1, 2}
    assert said in " ".join(done.stderr.split())
    assert not (tmp_path / "data" / "store").exists()


def test_a_mapping_that_there_is_not_is_refused(tmp_path: Path) -> None:
    unknown = sulka(tmp_path / "data", "source", "add", "tool", "--profile", "bearer", "--mapping", "nothing")
    known = sulka(tmp_path / "data", "source", "add", "tool", "--profile", "bearer", "--mapping", "github")

    assert (unknown.returncode, known.returncode) == (1, 0)
    assert "sources/nothing.toml" in unknown.stderr


async def test_the_first_authentic_delivery_ends_the_waiting_and_refused_ones_are_told(desk: Desk) -> None:
    await connect(desk)
    told: list[Noted] = []
    waiting = asyncio.create_task(first_delivery(desk.house.parts.deliveries, "tool", told.append))
    await deliver(desk, share(), secret="another-secret-of-nobody")
    desk.house.now += 1

    await deliver(desk, share())
    verdict = await waiting

    assert verdict == "accepted"
    assert [noted.row.verdict for noted in told] == ["not-authentic", "accepted"]


async def test_the_waiting_has_an_end(desk: Desk) -> None:
    await connect(desk)

    assert await first_delivery(desk.house.parts.deliveries, "tool", print, seconds=0.0) is None
