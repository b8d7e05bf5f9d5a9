"""The API as callers see it: tokens for every role, requests, answers. Every answer is held against the document."""

import json
from collections.abc import Mapping
from copy import copy
from functools import lru_cache
from types import TracebackType
from typing import Any, Self, cast

import httpx
from litestar import Litestar
from litestar.datastructures import State

from api.all_parts import AllParts
from api.app import create_app
from api.fast_lane import FastLane
from api.measured import Measured
from engine.run.organizations import of_organization
from engine.store.directory import Role, SourceRecord, TokenRecord, token_digest
from tests.api.house import House
from tests.api.promised import keep


@lru_cache(maxsize=1)
def _app_over_nothing() -> Litestar:
    return create_app(cast("AllParts", None))


def app_over(all_parts: AllParts) -> Litestar:
    """What `create_app` makes.

    Its routes, which no request changes, are made once: that takes longer than most tests.
    All that an application knows is in its state, and each has its own.
    """
    app = copy(_app_over_nothing())
    app.state = State({**app.state.dict(), "all_parts": all_parts}, deep_copy=False)
    return app


class Desk:
    """See the module. Tokens are called like their roles; a member's token is made with `as_member`."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.use(app_over(house.all_parts))

    def use(self, app: Litestar) -> None:
        """Send requests to this application from now on."""
        self.app = app
        self.use_lane(FastLane(app))

    def use_lane(self, lane: FastLane) -> None:
        """Send them to an application behind this lane."""
        application = cast("Any", Measured(lane, self.house.parts.measures))  # two spellings of one protocol
        transport = httpx.ASGITransport(application, raise_app_exceptions=True)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://sulka", event_hooks={"response": [keep]})

    async def __aenter__(self) -> Self:
        await self.house.parts.directory.add_source(SourceRecord("hub", "The hub", self.house.now))
        for role in ("admin", "hr"):
            await self.token(role, role)
        await self.token("source", "source", source="hub")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()

    async def token(self, secret: str, role: str, *, member: str | None = None, source: str | None = None) -> None:
        record = TokenRecord(_role(role), secret, self.house.now, member, source)
        await self.house.parts.directory.put_token(token_digest(self.secret(secret)), record)

    def secret(self, name: str) -> str:
        """Tokens of one organization open no other."""
        return of_organization(self.house.parts.organization, f"{name}-{self.house.keys.organization}")

    async def as_member(self, name: str, *, joined: bool = True, invited_by: str | None = None) -> str:
        """A new member with a token called like them; the member's id."""
        member = await self.house.member(name, joined=joined, invited_by=invited_by)
        await self.token(name, "member", member=member)
        return member

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        by: str | None = "source",
        content: bytes | None = None,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One request; `content` are raw bytes in place of a `body`."""
        sent = dict(headers or {})
        if by is not None:
            sent["authorization"] = f"Bearer {self.secret(by)}"
        if body is not None or content is not None:
            sent["content-type"] = kind
        data = content if content is not None else None if body is None else json.dumps(body).encode()
        return await self.client.request(method, path, content=data, headers=sent)

    async def post(
        self, path: str, body: object, *, by: str = "source", headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        return await self.call("POST", path, body, by=by, headers=headers)

    async def get(self, path: str, *, by: str = "source", headers: Mapping[str, str] | None = None) -> httpx.Response:
        return await self.call("GET", path, by=by, headers=headers)

    async def right(
        self, method: str, path: str, body: object = None, *, by: str, headers: Mapping[str, str] | None = None
    ) -> Any:  # noqa: ANN401 - decoded JSON
        """The answer's body of a request that must succeed."""
        answer = await self.call(method, path, body, by=by, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()


def problem(answer: httpx.Response) -> str:
    """The type of a problem, after its form was checked."""
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert body["status"] == answer.status_code
    return str(body["type"]).partition("#")[2]


def _role(name: str) -> Role:
    match name:
        case "admin" | "hr" | "source" | "member":
            return name
        case _:
            raise ValueError(name)
