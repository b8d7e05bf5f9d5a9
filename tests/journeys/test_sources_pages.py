"""What docs/sources says about connecting each tool, typed into a shell as it stands, at a running service."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from engine.sources.signatures.profiles import PROFILES
from tests.journeys.serving import PROGRAM, Serving, ends_in_a_moment, serving
from tests.journeys.test_readme import is_as_shown
from tests.terminal import REPOSITORY

PAGES = sorted(path for path in (REPOSITORY / "docs" / "sources").glob("*.md") if path.name != "README.md")
QUIET = 'curl() { command curl --silent --show-error "$@"; echo; }'


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("connected") / "data") as service:
        yield service


def session(page: Path) -> tuple[list[str], list[str]]:
    """The lines that are typed, and those that are shown."""
    (block,) = re.findall(r"^```console session\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    lines = block.splitlines()
    return [line[2:] for line in lines if line.startswith("$ ")], [line for line in lines if not line.startswith("$ ")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_session_of_a_page_is_answered_as_it_shows(service: Serving, page: Path, tmp_path: Path) -> None:
    if shutil.which("curl") is None or shutil.which("openssl") is None:
        pytest.skip("there is no curl or no openssl")
    typed, shown = session(page)
    before = [line for line in typed if line.startswith("printf ") and ">" in line]
    (adding,) = (line for line in typed if line.startswith("sulka "))
    subprocess.run(["sh", "-ec", "\n".join(before)], cwd=tmp_path, check=True)

    words = adding.replace("slack.secret", f"{tmp_path}/slack.secret").replace(
        "linkedin.secret", f"{tmp_path}/linkedin.secret"
    )
    secret = service.last_line(*words.split()[1:])
    rest = [line for line in typed if line not in {adding, *before}]
    done = subprocess.run(
        ["sh", "-ec", "\n".join([QUIET, *rest])],
        cwd=tmp_path,
        env={**os.environ, "SULKA": service.address, "SECRET": secret},
        capture_output=True,
        text=True,
        check=True,
    )

    said = [line for line in done.stdout.splitlines() if line]
    assert len(said) == len(shown)
    assert [(found, line) for found, line in zip(said, shown, strict=True) if not is_as_shown(found, line)] == []


def test_every_kind_of_sender_stands_on_a_page() -> None:
    pages = "\n".join(page.read_text("utf-8") for page in PAGES)
    told = set(re.findall(r"(?:source add |--profile |`)([a-z0-9]+)", pages))

    assert PROFILES.keys() - told == set()


def test_who_connects_a_tool_sees_its_first_delivery(service: Serving, tmp_path: Path) -> None:
    out = tmp_path / "out"
    environment = {**service.environment, "FORCE_COLOR": "1", "COLUMNS": "120"}
    command = [*PROGRAM, "source", "add", "watched", "--profile", "bearer"]
    with out.open("wb") as file:
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=file)
    try:
        while "Waiting for its first delivery" not in (said := out.read_text("utf-8")):
            assert not ends_in_a_moment(process), said
        secret = re.findall(r"^[\w-]{43}$", said, re.MULTILINE)[-1]

        answer = httpx.post(
            f"{service.address}/v1/webhooks/watched", json={}, headers={"Authorization": f"Bearer {secret}"}
        )
        ended = process.wait(30)
    finally:
        process.kill()

    assert answer.json()["ignored"] == 1
    assert ended == 0
    assert "It works." in out.read_text("utf-8")
