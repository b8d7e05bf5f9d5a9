"""A token that got into wrong hands, and how an operator takes it back while everything runs."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import httpx

from tests.journeys.serving import Serving, serving
from tests.terminal import sulka

UNAUTHORIZED = httpx.codes.UNAUTHORIZED


def status_of_a_post(service: Serving, token: str, client: httpx.Client) -> int:
    """What a sender's own event is answered; whom it is about is unknown, so that it waits."""
    body = [{"id": "1", "type": "content.shared", "subject": "email:a@example.org", "data": {"channel": "x"}}]
    answer = client.post(f"{service.address}/v1/events", json=body, headers={"Authorization": f"Bearer {token}"})
    return answer.status_code


def status_of_a_look(service: Serving, token: str, client: httpx.Client) -> int:
    return client.get(f"{service.address}/v1/whoami", headers={"Authorization": f"Bearer {token}"}).status_code


@contextmanager
def posting_on(service: Serving, token: str) -> Iterator[None]:
    """Somebody posts with this token as fast as they can, so that the API has just seen it at every moment."""
    done = Event()

    def post_on() -> None:
        with httpx.Client(timeout=10) as client:
            while not done.is_set():
                status_of_a_post(service, token, client)

    with ThreadPoolExecutor(1) as pool:
        posted = pool.submit(post_on)
        try:
            yield
        finally:
            done.set()
        posted.result()


def test_a_token_that_is_taken_back_lets_nobody_in_once_the_command_has_ended(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service, httpx.Client(timeout=10) as client:
        leaked, other = service.last_line("source", "add", "hub"), service.last_line("source", "add", "crm")
        second = service.last_line("token", "create", "--role", "source", "--source", "hub")
        member = service.last_line("members", "add", "Aada Esimerkki", "--trial")
        own = service.last_line("token", "create", "--role", "member", "--member", member)
        hr = service.last_line("token", "create", "--role", "hr")
        for token in (leaked, second, other):
            assert status_of_a_post(service, token, client) == httpx.codes.ACCEPTED
        assert {status_of_a_look(service, token, client) for token in (own, hr)} == {httpx.codes.OK}
        (id_,) = (line.split()[0] for line in service.run("token", "list", "--role", "hr").splitlines()[1:])

        with posting_on(service, leaked):
            by_source = service.run("token", "revoke", "--source", "hub")
            after_source = [status_of_a_post(service, token, client) for token in (leaked, second, other)]
        service.run("token", "revoke", "--member", member)
        after_member = status_of_a_look(service, own, client)
        service.run("token", "revoke", id_)
        after_id = status_of_a_look(service, hr, client)
        again = service.run("token", "revoke", "--source", "hub")

        assert by_source.count("(source, hub) lets nobody in any more") == 2
        assert after_source == [UNAUTHORIZED, UNAUTHORIZED, httpx.codes.ACCEPTED]
        assert (after_member, after_id) == (UNAUTHORIZED, UNAUTHORIZED)
        assert "hub has no token; nothing was changed" in again


def test_the_list_of_tokens_says_whose_each_is_and_never_the_token(tmp_path: Path) -> None:
    token = sulka(tmp_path, "source", "add", "hub").stdout.splitlines()[-1]

    listed = sulka(tmp_path, "token", "list").stdout
    of_hub = sulka(tmp_path, "token", "list", "--source", "hub").stdout.splitlines()
    of_nobody = sulka(tmp_path, "token", "list", "--role", "admin").stdout
    newest = sulka(tmp_path, "token", "list", "--most", "1").stdout

    assert token not in listed
    assert len(listed.splitlines()) == 3, "the source's, and that of its trial member"
    assert of_hub[1].split()[1:3] == ["source", "hub"]
    assert "There is no such token." in of_nobody
    assert "1 older ones are not shown" in newest


def test_what_names_no_token_takes_none_back(tmp_path: Path) -> None:
    token = sulka(tmp_path, "source", "add", "hub").stdout.splitlines()[-1]
    before = sulka(tmp_path, "token", "list").stdout

    refused = [
        sulka(tmp_path, "token", "revoke", *words)
        for words in ((), (token,), ("9f86d081884c",), ("9f",), ("--source", "hbu"))
    ]

    assert [each.returncode for each in refused] == [1] * 5
    assert "--source NAME" in refused[0].stderr
    assert all("Nothing was changed." in " ".join(each.stderr.replace("│", " ").split()) for each in refused[1:])
    assert sulka(tmp_path, "token", "list").stdout == before
