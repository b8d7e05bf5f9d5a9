"""Where messages may go: https to a public address, found once and connected to as it was found.

A name that leads into the house itself (loopback, private networks, a cloud's own services) is refused when it is
connected to, so that a name which changes its mind between two questions gets nowhere. The list is our own: Python's
`is_global` lets translated and mapped addresses pass. What the operator names as an exact origin is allowed anyway.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

import msgspec

from engine.run.errors import RunError

MOST_URL: Final = 2_000
MOST_HOST: Final = 253
HTTPS_PORT: Final = 443

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a name, as text."""

PRIVATE_V4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # between a provider and its customers
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's own services, at an address that looks public
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # documentation, as are 198.51.100 and 203.0.113
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, class E, broadcast
    )
)
PUBLIC_V6: Final = IPv6Network("2000::/3")
"""All that is given out to the internet. So nothing mapped, translated (64:ff9b::), link-local or private is in it."""

PRIVATE_V6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, benchmarking, ORCHID and others
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)

_NUMBER: Final = re.compile(r"(0[xX][0-9a-fA-F]*|[0-9]+)")
_LABEL: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_UNPRINTABLE: Final = re.compile(r"[^\x21-\x7e]")


class AddressRefused(RunError):
    """Nothing is sent there. `expected` says what may stand in its place."""

    def __init__(self, *, found: str, expected: str) -> None:
        self.found, self.expected = found, expected
        super().__init__(f"{found}; expected {expected}")


class Target(msgspec.Struct, frozen=True):
    """Where a request goes. `origin` is scheme, host and, where it is not the usual one, port."""

    host: str
    port: int
    path: str
    is_tls: bool
    origin: str
    is_allowed: bool
    """Whether the operator has named this origin: then it may be inside the house."""


def target_of(url: str, allowed: Sequence[str] = ()) -> Target:
    """Where this address leads, by its letters alone.

    Raises:
        AddressRefused: It is no https address on the usual port, nor one that the operator has named.
    """
    if len(url) > MOST_URL:
        raise AddressRefused(found=f"an address of {len(url)} characters", expected=f"at most {MOST_URL}")
    if _UNPRINTABLE.search(url):
        raise AddressRefused(
            found="an address with spaces or letters outside ASCII", expected="one that is percent-encoded"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused(found="something that is no address", expected=_AN_ADDRESS) from None
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not host:
        raise AddressRefused(found="something that is no web address", expected=_AN_ADDRESS)
    if "@" in parts.netloc:
        raise AddressRefused(found="a name or password in the address", expected=_AN_ADDRESS)
    is_tls = parts.scheme == "https"
    usual = HTTPS_PORT if is_tls else 80
    named = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{named}" + ("" if port in {None, usual} else f":{port}")
    is_allowed = origin in allowed
    if not is_allowed:
        _check_public(parts.scheme, host, port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, usual if port is None else port, path, is_tls, origin, is_allowed)


async def addresses_for(target: Target, resolve: Resolve) -> Sequence[str]:
    """The addresses to connect to, the best first, asked for once; every one of them must be public.

    Raises:
        AddressRefused: The name leads into the house, or nowhere.
    """
    try:
        found = await resolve(target.host, target.port)
    except (OSError, UnicodeError):  # a name can't be asked for whose parts are empty or too long
        found = ()
    if not found:
        raise AddressRefused(found=f"the name {target.host}, which leads nowhere", expected="a name that is known")
    inside = [] if target.is_allowed else [each for each in found if not is_public(each)]
    if inside:
        raise AddressRefused(
            found=f"{target.host}, which leads to an address that is not public", expected="a public address"
        )
    return found


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, whatever it translates to."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    match found:
        case IPv4Address():
            return not any(found in network for network in PRIVATE_V4)
        case IPv6Address():
            public = found in PUBLIC_V6 and found.scope_id is None
            return public and not any(found in network for network in PRIVATE_V6)


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """The addresses that this machine finds."""
    rows = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


def _check_public(scheme: str, host: str, port: int | None) -> None:
    if scheme != "https":
        raise AddressRefused(found="an address without encryption", expected=_AN_ADDRESS)
    if port not in {None, HTTPS_PORT}:
        raise AddressRefused(
            found=f"port {port}", expected=f"port {HTTPS_PORT}, or an origin that the operator has allowed"
        )
    if ":" in host or _is_number(host):
        if not is_public(host):
            raise AddressRefused(found=f"{host}, which is not a public address", expected=_AN_ADDRESS)
    elif not _is_name(host):
        raise AddressRefused(found=f"the host {host}", expected="a name with a dot, such as hooks.example.org")


def _is_name(host: str) -> bool:
    """Whether it can be asked for: parts of 63 characters at most, two of them at least."""
    parts = host.removesuffix(".").split(".")
    return len(parts) > 1 and len(host) <= MOST_HOST and all(_LABEL.fullmatch(part) for part in parts)


def _is_number(host: str) -> bool:
    """Whether its end would be read as a part of a number: 127.1, 0x7f000001, 2130706433."""
    return _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) is not None


_AN_ADDRESS: Final = "an address such as https://hooks.example.org/sulka"
