"""What every call needs: the parts of its organization, who is calling, when, and the body as a typed value."""

from typing import Any, TypeVar

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from api.all_parts import AllParts
from api.misfits import faults_of, form_of
from api.parts import Parts
from api.problems import Call, Fault, Problem
from engine.core.faults import shown
from engine.core.receipts.words import LANGUAGES, Language
from engine.run.outcomes import When
from engine.sources.json_guard import decode
from engine.sources.times import parse_time
from engine.store.directory import Role, token_digest
from engine.store.organizations import MAIN

RECORDED_AT = "sulka-recorded-at"
CLOSED = "The organization of this token is closed. Nothing of it is lost; whoever runs the installation can open it."
PRINCIPAL = "principal"
PARTS = "parts"
TOKEN_DIGITS = 16

Body = TypeVar("Body", bound=msgspec.Struct)


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls: of which organization, by a token's role, with the member or source that it speaks for."""

    organization: str
    role: Role
    name: str
    member: str | None = None
    source: str | None = None
    token: str = ""
    """The token itself, by the first digits of its digest: enough to tell it from others, not to call with."""


class Allowed:
    """A guard that lets in tokens of these roles; use `allow`. Each is looked for in its own organization alone."""

    def __init__(self, roles: frozenset[Role], *, of_main: bool = False) -> None:
        """`of_main`: only those of the first organization, whose administrators are those of the installation."""
        self.roles, self.of_main = roles, of_main

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:  # noqa: ARG002 - of every guard
        """Note who calls.

        Raises:
            Problem: There is no token, nobody has it, its organization is closed, or it is of another role.
        """
        secret = bearer(connection.headers.get("authorization", ""))
        if secret is None:
            raise Problem("no-token", "Send it as a header: Authorization: Bearer <token>.")
        called, digest = await all_parts_of(connection).called(secret), token_digest(secret)
        opened = None if called is None else called[0]
        record = None if opened is None else await opened.parts.arrivals.token(digest)
        if opened is None or record is None:
            raise Problem("no-token", "Nobody has this token. An administrator can create one.")
        if opened.closed:
            raise Problem("no-token", CLOSED)
        if record.role not in self.roles:
            needed = " or ".join(sorted(self.roles))
            raise Problem("not-allowed", f"This is a token for {record.role}; this call needs one for {needed}.")
        organization = opened.parts.organization
        if self.of_main and organization != MAIN:
            raise Problem("not-allowed", "Only an administrator of the whole installation may do that.")
        connection.scope["state"][PARTS] = opened.parts
        connection.scope["state"][PRINCIPAL] = Principal(
            organization=organization,
            role=record.role,
            name=record.name,
            member=record.member,
            source=record.source,
            token=digest[:TOKEN_DIGITS],
        )


def allow(*roles: Role) -> Allowed:
    """A guard that lets in these roles; an administrator may do all that HR may."""
    also: tuple[Role, ...] = ("admin",) if "hr" in roles else ()
    return Allowed(frozenset({*roles, *also}))


def allow_installation() -> Allowed:
    """A guard that lets in administrators of the whole installation: those of its first organization."""
    return Allowed(frozenset({"admin"}), of_main=True)


def bearer(authorization: str) -> str | None:
    """The token of an Authorization header."""
    scheme, _, secret = authorization.partition(" ")
    return (secret.strip() or None) if scheme.lower() == "bearer" else None


def parts_of(call: Call) -> Parts:
    """The parts of the caller's organization, as the guard found; of the first one where no token is asked for."""
    parts: Parts | None = call.scope["state"].get(PARTS)
    return all_parts_of(call).main if parts is None else parts


def all_parts_of(call: ASGIConnection[Any, Any, Any, Any]) -> AllParts:
    """The parts of every organization, that were handed in."""
    parts: AllParts = call.app.state.all_parts
    return parts


async def addressed(call: Call, said: str) -> tuple[Parts, str] | None:
    """Whose a part of an address is that no token comes with, and what its owner calls it.

    `acme~hub` is the `hub` of the organization `acme`, and `hub` that of the first one. None where there is no such
    organization, or where it is closed: answer that as if its owner did not know the rest.
    """
    called = await all_parts_of(call).called(said)
    return None if called is None or called[0].closed else (called[0].parts, called[1])


def principal_of(call: Call) -> Principal:
    """Who calls, as the guard found."""
    principal: Principal = call.scope["state"][PRINCIPAL]
    return principal


def member_of(call: Call) -> str:
    """The member who calls."""
    member = principal_of(call).member
    if member is None:
        raise Problem("not-allowed", "This token speaks for no member.")
    return member


def when_of(call: Call) -> When:
    """The door's clock, or in history mode what the caller says."""
    return when_said(parts_of(call), call.headers.get(RECORDED_AT))


def when_said(parts: Parts, said: str | None) -> When:
    """The same by the header alone."""
    if said is None:
        return When(parts.now_ms())
    time = parse_time(said)
    if time is None:
        expected = "an RFC 3339 time such as 2026-11-23T09:12:00+02:00"
        raise Problem("not-understood", f'Sulka-Recorded-At is "{said[:60]}"; expected {expected}.')
    return When(time.utc_ms, said=True)


def language_for(call: Call, *others: str | None) -> Language:
    """What the request asks for (`Accept-Language`), else the first of the others that we speak, else English."""
    asked = (each.partition(";")[0].strip()[:2] for each in call.headers.get("accept-language", "").split(","))
    for word in (*asked, *others):
        for language in LANGUAGES:
            if word == language:
                return language
    return "en"


async def body_of(call: Call, kind: type[Body]) -> Body:
    """The body, converted, or a problem with everything that is wrong with it.

    Raises:
        SourcesError: It is no JSON, too deep, says a key twice and so on.
    """
    content_type = call.headers.get("content-type")
    if (content_type or "").partition(";")[0].strip().lower() != "application/json":
        found = "missing" if content_type is None else f'"{content_type[:100]}"'
        raise Problem(
            "wrong-content-type", f"Content-Type is {found}; expected application/json. With curl: curl --json"
        )
    value = decode(await call.body())
    if not isinstance(value, dict):
        fault = Fault("", "wrong-type", shown(value), f"an object with {', '.join(form_of(kind))}")
        raise Problem("does-not-fit", "The body is no object.", faults=(fault,))
    faults = faults_of(value, kind)
    if faults:
        raise Problem("does-not-fit", f"{len(faults)} fault(s); nothing was changed.", faults=faults)
    return msgspec.convert(value, kind)
