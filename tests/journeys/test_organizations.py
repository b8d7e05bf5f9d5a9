"""A second organization in a running installation: made by its administrator, used, closed, opened, proved."""

from pathlib import Path

import httpx

from tests.journeys.serving import Serving, serving
from tests.journeys.test_serve import event, post


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_an_organization_is_made_while_all_runs_and_is_judged_beside_the_first(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as service:
        admin = service.last_line("token", "create", "--role", "admin")
        body = {"name": "acme", "title": "Acme"}
        made = httpx.post(f"{service.address}/v1/organizations", json=body, headers=bearing(admin)).json()
        service.run("publish", "rules", "--organization", "acme")
        senders = {name: sender(service, name) for name in ("main", "acme")}
        for name, (token, member) in senders.items():
            assert post(service, token, [event(1, member), event(2, member)])["accepted"] == 2, name
        service.wait_until_judged()

        boards = httpx.get(f"{service.address}/v1/leaderboards", headers=bearing(made["token"]))
        foreign = httpx.get(f"{service.address}/v1/leaderboards", headers=bearing(f"acme~{admin}"))
        verified = [service.run("verify"), service.run("verify", "--organization", "acme")]
        closed = service.run("organization", "close", "acme")
        after = httpx.get(f"{service.address}/v1/whoami", headers=bearing(made["token"]))
        printed = service.printed.read_text(encoding="utf-8")

    assert boards.is_success
    assert foreign.status_code == httpx.codes.UNAUTHORIZED
    assert all("no difference" in said for said in verified)
    assert "nobody gets in" in closed
    assert after.status_code == httpx.codes.UNAUTHORIZED
    assert made["token"] not in printed
    assert admin not in printed


def sender(service: Serving, organization: str) -> tuple[str, str]:
    """A token and a member of this organization."""
    about = ("--organization", organization)
    return service.last_line("source", "add", "hub", *about), service.last_line(
        "members", "add", "Member", "--trial", "--email", "one@example.org", *about
    )
