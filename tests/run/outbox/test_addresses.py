"""Where nothing may be sent: addresses inside the house, however they are spelled, and names that lead there."""

from collections.abc import Sequence

import pytest

from engine.run.outbox.addresses import MOST_URL, AddressRefused, addresses_for, is_public, resolve_by_system, target_of
from engine.run.outbox.post import Poster

INSIDE = (
    "127.0.0.1",
    "127.1.2.3",
    "127.255.255.255",
    "0.0.0.0",  # noqa: S104 - an address that must be refused
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.0.192",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::808:808",
    "64:ff9b:1::7f00:1",
    "100::1",
    "100:0:0:1::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2002:808:808::",
    "2620:4f:8000::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "fec0::1",
    "feff::1",
    "ff02::1",
    "ff0e::1",
    "2606:4700::1%eth0",
)
OUTSIDE = (
    "1.1.1.1",
    "8.8.8.8",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "192.0.1.1",
    "198.17.0.1",
    "198.20.0.1",
    "223.255.255.255",
    "168.63.129.17",
    "2606:4700::1111",
    "2001:4860:4860::8888",
    "2a01:4f8::1",
    "2400:cb00::1",
    "2003::1",
)

MISSPELLED = (
    "127.1",
    "127.0.1",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "0177.1",
    "2130706433",
    "017700000001",
    "0",
    "0.0",
    "0x0",
    "127.0.0.1.",
    "10.1",
    "192.168.257",
    "3232235777",
    "0xa9fea9fe",
    "169.254.43518",
    "1.1.1.0x1",
    "example.1",
    "hooks.example.0x7f",
    "localhost",
    "localhost.",
    "intranet",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[fe80::1%25eth0]",
    "[64:ff9b::7f00:1]",
)


async def leads_to(*addresses: str) -> Sequence[str]:
    return addresses


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_the_house_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", MISSPELLED)
def test_a_number_in_another_spelling_and_a_name_without_a_dot_are_refused_as_they_are_written(host: str) -> None:
    with pytest.raises(AddressRefused):
        target_of(f"https://{host}/hook")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "https://hooks.example.org:8443/",
        "https://hooks.example.org:22/",
        "https://anna:secret@hooks.example.org/",
        "https://hooks.example.org@127.0.0.1/",
        "ftp://hooks.example.org/",
        "file:///etc/passwd",
        "hooks.example.org",
        "https://",
        "https:///hook",
        "https://hooks.example.org:99999/",
        "https://hooks.example.org/a b",
        "https://hooks.example.org/a\r\nX-Injected: 1",
        "https://hööks.example.org/",
        "https://hooks.example.org\\@127.0.0.1/",
        "https://[::1",
        "https://[2a00:1450::1%25eth0]/",
        "https://hooks..example.org/",
        f"https://{'a' * 64}.example.org/",
        f"https://{'.'.join(['a' * 60] * 5)}/",
        f"https://hooks.example.org/{'a' * MOST_URL}",
    ],
)
def test_what_is_no_public_https_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        target_of(url)


def test_a_public_address_keeps_its_name_its_path_and_its_query() -> None:
    target = target_of("https://Hooks.Example.org:443/a/b?c=d#e")

    assert (target.host, target.port, target.path) == ("hooks.example.org", 443, "/a/b?c=d")
    assert (target.origin, target.is_tls, target.is_allowed) == ("https://hooks.example.org", True, False)


def test_what_the_operator_names_is_allowed_to_the_letter() -> None:
    allowed = ("http://127.0.0.1:9000",)

    assert target_of("http://127.0.0.1:9000/hook", allowed).is_allowed
    for other in (
        "http://127.0.0.1:9001/",
        "https://127.0.0.1:9000/",
        "http://127.0.0.2:9000/",
        "http://localhost:9000",
    ):
        with pytest.raises(AddressRefused):
            target_of(other, allowed)


async def test_a_name_is_refused_when_one_of_its_answers_lies_inside() -> None:
    target = target_of("https://hooks.example.org/")

    with pytest.raises(AddressRefused):
        await addresses_for(target, lambda _host, _port: leads_to("1.1.1.1", "10.0.0.1"))
    with pytest.raises(AddressRefused):
        await addresses_for(target, lambda _host, _port: leads_to())
    assert await addresses_for(target, lambda _host, _port: leads_to("1.1.1.1", "1.0.0.1")) == ("1.1.1.1", "1.0.0.1")


async def test_a_name_that_can_not_be_asked_for_leads_nowhere() -> None:
    named = "https://hooks..example.org"

    with pytest.raises(AddressRefused):
        await addresses_for(target_of(named, [named]), resolve_by_system)


async def test_a_name_that_changes_its_mind_is_asked_once_for_each_request() -> None:
    asked: list[str] = []

    async def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    answer = await Poster(resolve=rebinding).post(target_of("https://hooks.example.org/"), {}, b"{}")

    assert asked == ["hooks.example.org"]
    assert (answer.status, answer.why) == (0, "address refused")
