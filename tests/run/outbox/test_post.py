"""One request: to the address that was checked, under the name that the certificate is for, with bounded patience."""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from engine.run.outbox.addresses import Target, target_of
from engine.run.outbox.post import MOST_ADDRESSES, Poster
from tests.run.outbox.receiving import Receiver, answering

NAME = "hooks.example.org"


def certificate(folder: Path) -> Path:
    """One for that name alone, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


async def on_loopback(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def leads_to(*addresses: str) -> Sequence[str]:
    return addresses


def target(receiver: Receiver, host: str = NAME) -> Target:
    origin = f"https://{host}:{receiver.port}"
    return target_of(f"{origin}/hook", [origin])


async def test_the_name_is_kept_for_certificate_and_host_while_the_address_is_the_one_that_was_found(
    tmp_path: Path,
) -> None:
    path = certificate(tmp_path)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(path)
    trusting = ssl.create_default_context(cafile=str(path))

    async with Receiver(context=serving) as receiver:
        poster = Poster(resolve=on_loopback, context=trusting)
        right = await poster.post(target(receiver), {"webhook-id": "msg_1"}, b"{}")
        other_name = await poster.post(target(receiver, "other.example.org"), {}, b"{}")
        not_trusted = await Poster(resolve=on_loopback).post(target(receiver), {}, b"{}")

    assert (right.status, right.ok) == (204, True)
    assert [each.headers["host"] for each in receiver.received] == [f"{NAME}:{receiver.port}"]
    assert (other_name.why, not_trusted.why) == ("no trusted connection", "no trusted connection")


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("120", 120_000, 120_000),
        ("0", 0, 0),
        ("-5", 0, 0),
        ("soon", 0, 0),
        ("", 0, 0),
        ("99999999999999", 999_999_999_000, 999_999_999_000),
        pytest.param(
            format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True), 3_000_000, 3_600_000, id="in an hour"
        ),
        ("Mon, 23 Nov 2020 10:00:00 GMT", 0, 0),
        ("Mon, 23 Nov 2026 10:00:00 +99999999999999", 0, 0),
        ("Mon, 23 Nov 999999999999 10:00:00 GMT", 0, 0),
    ],
)
async def test_how_long_to_wait_is_said_in_seconds_or_as_a_date(said: str, least: int, most: int) -> None:
    async with Receiver() as receiver:
        receiver.behave = lambda _: answering(503, f"Retry-After: {said}")
        answer = await Poster().post(target_of(receiver.url, [receiver.origin]), {}, b"{}")

    assert least <= answer.retry_after_ms <= most


async def test_an_answer_that_says_another_follows_is_not_the_answer() -> None:
    async with Receiver() as receiver:
        receiver.behave = lambda _: b"HTTP/1.1 102 Processing\r\n\r\n" + answering(500)
        late = await Poster().post(target_of(receiver.url, [receiver.origin]), {}, b"{}")
        receiver.behave = lambda _: b"HTTP/1.1 100 Continue\r\n\r\n"
        never = await Poster().post(target_of(receiver.url, [receiver.origin]), {}, b"{}")

    assert (late.status, never.status) == (500, 0)


async def test_who_wants_to_speak_another_protocol_has_not_answered() -> None:
    async with Receiver() as receiver:
        receiver.behave = lambda _: answering(101, "Connection: Upgrade", "Upgrade: websocket")
        answer = await Poster().post(target_of(receiver.url, [receiver.origin]), {}, b"{}")

    assert (answer.status, answer.why) == (0, "not an HTTP answer")


async def test_where_one_address_takes_no_connection_the_next_one_is_tried() -> None:
    async with Receiver() as receiver:
        target = target_of(receiver.url, [receiver.origin])

        answers = [
            await Poster(resolve=lambda _host, _port, found=found: leads_to(*found)).post(target, {}, b"{}")  # type: ignore[misc]
            for found in (("127.0.0.2", "127.0.0.1"), ("127.0.0.2",) * MOST_ADDRESSES + ("127.0.0.1",))
        ]

    assert [(answer.status, answer.why) for answer in answers] == [(204, ""), (0, "no connection")]


async def test_where_nobody_listens_there_is_no_connection() -> None:
    async with Receiver() as receiver:
        gone = target_of(receiver.url, [receiver.origin])

    answer = await Poster().post(gone, {}, b"{}")

    assert (answer.status, answer.why) == (0, "no connection")


async def test_no_proxy_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async with Receiver() as receiver:
        answer = await Poster().post(target_of(receiver.url, [receiver.origin]), {}, b"{}")

    assert answer.ok
