"""`sulka members` as somebody at a terminal meets it, over real files."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from redis import Redis

from tests.journeys.serving import PROGRAM, Serving, serving
from tests.store.conftest import REDIS_URL
from tests.terminal import REPOSITORY, sulka

WHY = ("--reason", "She asked what we hold about her")

PEOPLE = """name;email;alias:employee;team;country;started_on
Aada Esimerkki;aada@example.org;4711;sales;FI;2024-03
Otso Esimerkki;otso@example.org;4712;sales;FI;15.3.2024
"""


def table(folder: Path, text: str = PEOPLE, encoding: str = "utf-8-sig") -> Path:
    path = folder / "people.csv"
    path.write_text(text, encoding=encoding, newline="")
    return path


def files(data: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file())


def add(data: Path, name: str, *more: str) -> str:
    return sulka(data, "members", "add", name, *more).stdout.splitlines()[-1]


def test_every_row_has_its_fate_and_importing_twice_is_importing_once(tmp_path: Path) -> None:
    file = table(tmp_path)

    dry = sulka(tmp_path / "data", "members", "import", str(file), "--dry-run")
    first = sulka(tmp_path / "data", "members", "import", str(file))
    again = sulka(tmp_path / "data", "members", "import", str(file))

    assert (dry.returncode, first.returncode, again.returncode) == (0, 0, 0), first.stdout + first.stderr
    assert dry.stdout.splitlines()[-1] == "A dry run: nothing was changed."
    assert first.stdout.splitlines() == [
        "people.csv:2  new",
        "people.csv:3  new",
        "2 rows: 2 new, 0 changed, 0 unchanged, 0 refused.",
    ]
    assert again.stdout.splitlines()[-1] == "2 rows: 0 new, 0 changed, 2 unchanged, 0 refused."


def test_refused_rows_say_where_and_what_and_the_report_has_every_row(tmp_path: Path) -> None:
    report = tmp_path / "fates.csv"
    file = table(tmp_path, PEOPLE.replace("sales;FI;15.3.2024", "sales;Finland;15.3.2024"))

    done = sulka(tmp_path / "data", "members", "import", str(file), "--report", str(report))

    assert done.returncode == 1
    assert "people.csv:3  refused: country is “Finland”; expected two letters of ISO 3166, such as FI" in done.stdout
    rows = report.read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(";")[:2] for row in rows[1:]] == [["2", "new"], ["3", "refused"]]


def test_a_file_in_another_encoding_is_refused_with_a_clear_sentence_and_no_traceback(tmp_path: Path) -> None:
    file = table(tmp_path, PEOPLE.replace("Aada", "Ääni"), encoding="latin-1")

    refused = sulka(tmp_path / "data", "members", "import", str(file))

    assert refused.returncode == 1
    words = " ".join(refused.stderr.replace("│", " ").split())
    assert "people.csv: Line 2: the letters are not UTF-8" in words
    assert "CSV UTF-8" in words


def test_an_import_that_is_killed_half_way_is_finished_by_the_next_run(tmp_path: Path) -> None:
    people = [f"Person {number};p{number}@example.org;{number};team {number % 90};FI;" for number in range(5_000)]
    file = table(tmp_path, "\r\n".join((PEOPLE.splitlines()[0], *people)))
    with serving(tmp_path / "data") as service:
        begun = subprocess.Popen(
            [*PROGRAM, "members", "import", str(file)], cwd=REPOSITORY, env=service.environment, stdout=subprocess.PIPE
        )
        while (service.ready() or {"position": 0})["position"] < 500:
            assert begun.poll() is None
        begun.kill()
        begun.communicate()

        finished = service.run("members", "import", str(file)).splitlines()[-1]
        again = service.run("members", "import", str(file)).splitlines()[-1]

        assert begun.returncode == -signal.SIGKILL
        assert finished.startswith("5,000 rows: ")
        assert not finished.startswith("5,000 rows: 5,000 new")
        assert again == "5,000 rows: 0 new, 0 changed, 5,000 unchanged, 0 refused."
        assert service.wait_until_judged() == 5_001


def test_a_member_who_is_added_by_hand_is_checked_as_a_row_is(tmp_path: Path) -> None:
    made = add(tmp_path, "Aada Esimerkki", "--email", "Aada@Example.org")

    taken = sulka(tmp_path, "members", "add", "Another", "--email", "aada@example.org")
    wrong = sulka(tmp_path, "members", "add", "Another", "--country", "Finland")

    assert len(made) == 12
    assert (taken.returncode, wrong.returncode) == (1, 1)
    assert "belongs to another member" in " ".join(taken.stderr.split())
    assert "two letters of ISO 3166" in wrong.stderr


def act(service: Serving, source: str, subject: str, id_: str = "one") -> None:
    body = {
        "id": id_,
        "type": "content.shared",
        "subject": subject,
        "data": {"channel": "linkedin", "own_words": True},
    }
    answer = httpx.post(f"{service.address}/v1/events", json=body, headers={"Authorization": f"Bearer {source}"})
    assert answer.is_success, answer.text


def test_everything_about_a_person_is_written_into_one_file_that_they_can_read(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        member = service.last_line("members", "add", "Aada Esimerkki", "--email", "aada@example.org", "--trial")
        colleague = service.last_line("members", "add", "Otso Esimerkki", "--trial")
        own = service.last_line("token", "create", "--role", "member", "--member", member)
        act(service, service.last_line("source", "add", "hub"), "email:aada@example.org")
        mine = {"Authorization": f"Bearer {own}"}
        for path, body in (
            ("visibility", {"boards": "shown"}),
            ("membership", {"change": "away", "first_day": "2027-01-04", "last_day": "2027-01-08"}),
        ):
            httpx.post(f"{service.address}/v1/me/{path}", json=body, headers=mine).raise_for_status()
        thanks = {"to": colleague, "text": "Thank you for the careful review"}
        httpx.post(f"{service.address}/v1/thanks", json=thanks, headers=mine).raise_for_status()

        record = json.loads(service.run("members", "export", member, "-", *WHY, "--language", "fi"))
        service.run("members", "export", member, str(tmp_path / "aada.json"), *WHY)
        looks = httpx.get(f"{service.address}/v1/me/looks", headers=mine).json()["looks"]

    on_disk = json.loads((tmp_path / "aada.json").read_text())
    assert (tmp_path / "aada.json").stat().st_mode & 0o777 == 0o600
    assert record["name"] == "Aada Esimerkki"
    assert record["aliases"] == ["email:aada@example.org"]
    # Ten for the share, two for the thanks.
    assert record["balances"]["points"] == 12
    assert record["choices"]["status"] == "joined"
    assert record["choices"]["away"] == ["2027-01-04", "2027-01-08"]
    assert record["choices"]["shown_on_boards"] is True
    assert {text["text"] for text in record["texts"]} == {"Thank you for the careful review", WHY[1]}
    assert {row["board"] for row in record["boards"]} >= {"advocates"}
    assert {row["rank"] for row in record["boards"]} == {1}
    assert [token["name"] for token in record["tokens"]] == [member]
    assert own not in json.dumps(record)
    types = [receipt["held"]["type"] for receipt in record["receipts"]]
    assert {"sulka.thanks", "content.shared", "sulka.member.join", "sulka.member.away"} <= set(types)
    shared = types.index("content.shared")
    assert record["receipts"][shared]["points"] == on_disk["receipts"][shared]["points"] == 10
    assert record["receipts"][shared]["sentences"] != on_disk["receipts"][shared]["sentences"]
    assert record["not_judged_yet"] == 0
    assert [(look["role"], look["token"], look["opened"], look["reason"]) for look in looks] == [
        ("admin", "sulka members export", "export", WHY[1])
    ]


@pytest.mark.parametrize("said", [(), ("--reason", ""), ("--reason", "because"), ("--reason", "x" * 501)])
def test_nobody_s_record_is_written_without_a_reason(tmp_path: Path, said: tuple[str, ...]) -> None:
    member = add(tmp_path, "Aada Esimerkki", "--trial")

    refused = sulka(tmp_path, "members", "export", member, str(tmp_path / "aada.json"), *said)

    assert refused.returncode != 0
    assert "reason" in refused.stderr
    assert not (tmp_path / "aada.json").exists()


def test_a_record_is_whole_without_a_running_service_too(tmp_path: Path) -> None:
    sulka(tmp_path, "publish")
    member = add(tmp_path, "Aada Esimerkki", "--trial")

    record = json.loads(sulka(tmp_path, "members", "export", member, "-", *WHY).stdout)
    unknown = sulka(tmp_path, "members", "export", "nobody", "-", *WHY)

    assert record["choices"]["status"] == "joined"
    assert [receipt["held"]["type"] for receipt in record["receipts"]] == ["sulka.member.join", "sulka.member.set"]
    assert record["not_judged_yet"] == 0
    assert unknown.returncode == 1
    assert "No member has the id" in unknown.stderr


def test_somebody_is_erased_down_to_the_files_beside_a_running_service_and_verify_agrees(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as service:
        member = service.last_line("members", "add", "Aada Esimerkki", "--email", "aada@example.org", "--trial")
        own = service.last_line("token", "create", "--role", "member", "--member", member)
        act(service, service.last_line("source", "add", "hub"), "email:aada@example.org")
        before = files(data)

        proof = service.run("members", "erase", member, "--yes")
        proven = service.run("members", "prove-erased", member, "--word", "Aada Esimerkki")

        mine = httpx.get(f"{service.address}/v1/me", headers={"Authorization": f"Bearer {own}"})
        assert "Nothing remains" in proof
        assert "Nothing remains" in proven
        assert mine.status_code == httpx.codes.UNAUTHORIZED
        assert b"Aada Esimerkki" in before
        assert b"Aada Esimerkki" not in files(data)
        assert b"aada@example.org" not in files(data)
        assert "no difference" in service.run("verify")


def test_erasing_asks_first_and_a_no_changes_nothing(tmp_path: Path) -> None:
    member = add(tmp_path, "Aada Esimerkki")

    asked = sulka(tmp_path, "members", "erase", member, answers="n\n")

    assert "Erase Aada Esimerkki" in asked.stdout
    assert "Nothing was changed." in asked.stdout
    assert not (tmp_path / "erasing").exists()
    assert sulka(tmp_path, "members", "prove-erased", member).returncode == 1


@pytest.fixture
def stubborn(tmp_path: Path) -> Iterator[list[Path]]:
    """A data folder whose append-only file can't be written anew, while these folders stand in its way."""
    add(tmp_path, "Somebody Else")
    folder = tmp_path / "store" / "appendonlydir"
    in_the_way = [folder / f"appendonly.aof.{number}.base.rdb" for number in range(2, 12)]
    for path in in_the_way:
        path.mkdir()
    yield in_the_way
    for path in in_the_way:
        if path.is_dir():
            path.rmdir()


def test_an_erasing_that_was_stopped_goes_on_and_still_knows_what_to_look_for(
    tmp_path: Path, stubborn: list[Path]
) -> None:
    member = add(tmp_path, "Aada Esimerkki", "--email", "aada@example.org")
    stopped = sulka(tmp_path, "members", "erase", member, "--yes")
    left = sulka(tmp_path, "members", "prove-erased", member)
    for path in stubborn:
        path.rmdir()

    finished = sulka(tmp_path, "members", "erase", member)

    assert stopped.returncode == 1
    assert "was not written anew" in " ".join(stopped.stderr.split())
    assert left.returncode == 1
    assert "appendonly.aof.1.incr.aof" in left.stdout
    assert "the name" in left.stdout
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "Nothing remains" in finished.stdout
    assert b"Aada Esimerkki" not in files(tmp_path)
    assert not (tmp_path / "erasing").exists()


def test_an_erasing_that_is_killed_is_named_at_the_next_start_and_goes_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as service:
        member = service.last_line("members", "add", "Aada Esimerkki", "--email", "aada@example.org", "--trial")
        begun = subprocess.Popen(
            [*PROGRAM, "members", "erase", member, "--yes"],
            cwd=REPOSITORY,
            env=service.environment,
            stdout=subprocess.DEVNULL,
        )
        while not (data / "erasing" / f"{member}.note").exists():
            assert begun.poll() is None
        begun.kill()
        begun.wait()

    with serving(data) as again:
        again.wait_until_printed(f"Erasing {member} was begun and not finished")
        proof = again.run("members", "erase", member, "--yes")

        assert "Nothing remains" in proof
        assert b"Aada Esimerkki" not in files(data)


def test_a_file_that_holds_the_name_is_named_by_the_proof(tmp_path: Path) -> None:
    member = add(tmp_path, "Aada Esimerkki")
    (tmp_path / "store" / "temp-rewriteaof-77.aof").write_bytes(b"..Aada Esimerkki..")

    erased = sulka(tmp_path, "members", "erase", member, "--yes")

    assert erased.returncode == 1
    assert "store/temp-rewriteaof-77.aof, byte 2: the name" in erased.stdout
    assert f"sulka members prove-erased {member}" in erased.stdout


def test_with_a_server_elsewhere_the_proof_says_what_it_can_not_see(tmp_path: Path) -> None:
    if REDIS_URL not in os.environ:
        pytest.skip(f"{REDIS_URL} names no server")
    url = f"{os.environ[REDIS_URL].rstrip('/')}/7"
    with Redis.from_url(url) as client:
        client.flushdb()
        made = sulka(tmp_path, "members", "add", "Aada Esimerkki", SULKA_STORE_URL=url)

        erased = sulka(tmp_path, "members", "erase", made.stdout.splitlines()[-1], "--yes", SULKA_STORE_URL=url)

        client.flushdb()
    assert erased.returncode == 0, erased.stdout + erased.stderr
    assert "Not looked for: the files of the server at store.url" in " ".join(erased.stdout.split())
