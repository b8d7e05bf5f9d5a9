"""A delivery counts when it is the sender's own, to the letter; whatever else is sent is refused and never raises."""

import ast
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from engine.sources.signatures.profiles import GITHUB, PROFILES, TOLERANCE_MS, Profile
from engine.sources.signatures.sign import sign
from engine.sources.signatures.verify import (
    MOST_ID_CHARACTERS,
    MOST_SIGNATURES,
    Authentic,
    NotAuthentic,
    verify,
)
from tests.sources.signatures.deliveries import (
    BODY,
    NAMES,
    NOW_MS,
    OVER_THE_BODY,
    SECOND_MS,
    WITH_TIME,
    code,
    delivered,
    secret_for,
    verdict,
)

FOLDER = Path(__file__).parents[3] / "engine" / "sources" / "signatures"


@pytest.mark.parametrize("name", NAMES)
def test_what_a_sender_signs_is_authentic_and_says_its_id_and_type_where_it_has_headers_for_them(name: str) -> None:
    found = verdict(name, dict(delivered(name).headers))

    profile = PROFILES[name]
    assert isinstance(found, Authentic)
    assert found.id == ("delivery-1" if profile.id_header else None)
    assert found.type == ("post.shared" if profile.type_header else None)


@pytest.mark.parametrize("name", NAMES)
def test_any_secret_in_use_counts_and_is_named_and_one_that_was_taken_away_does_not(name: str) -> None:
    old, new = dict(delivered(name, number=1).headers), dict(delivered(name, number=2).headers)

    both = [verdict(name, headers, numbers=(2, 1)) for headers in (old, new)]
    after = [verdict(name, headers, numbers=(2,)) for headers in (old, new)]

    assert [each.secret for each in both if isinstance(each, Authentic)] == [1, 0]
    assert [code(each) for each in after] == ["wrong-signature", "authentic"]


@pytest.mark.parametrize("name", NAMES)
def test_without_any_secret_nothing_is_authentic(name: str) -> None:
    assert code(verdict(name, dict(delivered(name).headers), numbers=())) == "wrong-signature"


@pytest.mark.parametrize("name", NAMES)
def test_every_header_that_the_verdict_needs_is_missed(name: str) -> None:
    profile, headers = PROFILES[name], dict(delivered(name).headers)
    needed = {profile.header, *([profile.time_header] if profile.time_header else [])}
    needed |= {"webhook-id"} if profile.scheme == "standard" else set()

    for value in (None, ""):
        for missing in needed:
            rest = {key: each for key, each in headers.items() if key != missing}
            sent = rest if value is None else {**rest, missing: value}
            assert code(verdict(name, sent)) in {"no-signature", "no-timestamp", "no-id"}


@pytest.mark.parametrize("name", OVER_THE_BODY)
def test_each_single_bit_that_changes_in_a_signed_delivery_is_refused(name: str) -> None:
    signed, profile = delivered(name), PROFILES[name]
    headers = dict(signed.headers)
    needed = {profile.header, *([profile.time_header] if profile.time_header else [])}
    needed |= {"webhook-id"} if profile.scheme == "standard" else set()

    taken = [("", bit) for bit, body in flipped(signed.body) if code(verdict(name, headers, body)) == "authentic"]
    for header in needed:
        for bit, value in flipped(headers[header].encode()):
            if code(verdict(name, {**headers, header: value.decode("latin-1")})) == "authentic":
                taken.append((header, bit))

    assert taken == []


def flipped(sent: bytes) -> Iterator[tuple[int, bytes]]:
    """The same with one bit changed, for each of its bits."""
    for bit in range(len(sent) * 8):
        changed = bytearray(sent)
        changed[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(changed)


@pytest.mark.parametrize("name", ["gitlab", "bearer", "basic"])
def test_each_single_bit_that_changes_in_a_sent_secret_is_refused(name: str) -> None:
    profile, headers = PROFILES[name], dict(delivered(name).headers)

    for bit, value in flipped(headers[profile.header].encode()):
        if bit >= len(profile.prefix) * 8:
            found = verdict(name, {**headers, profile.header: value.decode("latin-1")})
            assert isinstance(found, NotAuthentic), bit


@pytest.mark.parametrize("name", NAMES)
@given(
    values=st.lists(st.one_of(st.text(max_size=80), st.sampled_from(["v1,", "v1,,", "  ", "1795000000", "v0=é"]))),
    body=st.binary(max_size=80),
)
def test_any_headers_and_any_bytes_are_refused_and_never_raise(name: str, values: list[str], body: bytes) -> None:
    profile = PROFILES[name]
    names = [profile.header, profile.time_header, profile.id_header, profile.type_header, "svix-id", "webhook-id"]
    headers = {key: value for key, value in zip(names, values, strict=False) if key}

    assert isinstance(verdict(name, headers, body), NotAuthentic)


@pytest.mark.parametrize("name", WITH_TIME)
@pytest.mark.parametrize(
    ("away_ms", "expected"),
    [
        (-TOLERANCE_MS, "authentic"),
        (TOLERANCE_MS, "authentic"),
        (-TOLERANCE_MS - 1, "too-new"),
        (TOLERANCE_MS + 1, "too-old"),
    ],
)
def test_a_delivery_counts_within_five_minutes_on_both_sides(name: str, away_ms: int, expected: str) -> None:
    headers = dict(delivered(name).headers)

    assert code(verdict(name, headers, now_ms=NOW_MS + away_ms)) == expected


@pytest.mark.parametrize("name", WITH_TIME)
@pytest.mark.parametrize(
    "time",
    [
        "1795000000.0",
        " 1795000000",
        "1795000000 ",
        "+1795000000",
        "1_795_000_000",
        "١٧٩٥٠٠٠٠٠٠",
        "²",
        "-1",
        "1e9",
        "9" * 13,
    ],
)
def test_a_time_is_digits_and_nothing_else(name: str, time: str) -> None:
    profile = PROFILES[name]
    headers = {**delivered(name).headers, str(profile.time_header): time}

    assert code(verdict(name, headers)) == "malformed-timestamp"


@pytest.mark.parametrize(
    "made_of",
    [
        "{}",
        "v1{}",
        "v1,,{}",
        "v2,{}",
        "v1a,{}",
        "V1,{}",
        "v1, {}",
        "v1,{}\n",
        "v1,{}=",
        "v1,é{}",
        "v1;{}",
    ],
)
def test_a_list_of_signatures_has_one_form(made_of: str) -> None:
    headers = dict(delivered("standard").headers)
    signature = headers["webhook-signature"].removeprefix("v1,")

    found = verdict("standard", {**headers, "webhook-signature": made_of.format(signature)})

    assert code(found) == (
        "authentic" if made_of == "v1,{} " else found.code if isinstance(found, NotAuthentic) else ""
    )


@pytest.mark.parametrize("before", ["v1,AAAA", "v2,x", "nothing", "v1,", ",", "", "v1,%%%%", "v1a,AAAA", "v1,é"])
def test_entries_that_nobody_understands_are_skipped(before: str) -> None:
    headers = dict(delivered("standard").headers)

    found = verdict("standard", {**headers, "webhook-signature": f"{before} {headers['webhook-signature']}"})

    assert code(found) == "authentic"


def test_so_many_signatures_are_looked_at_and_no_more() -> None:
    headers = dict(delivered("standard").headers)
    signature = headers["webhook-signature"]

    last = verdict("standard", {**headers, "webhook-signature": "v1,AAAA " * (MOST_SIGNATURES - 1) + signature})
    beyond = verdict("standard", {**headers, "webhook-signature": "v1,AAAA " * MOST_SIGNATURES + signature})

    assert (code(last), code(beyond)) == ("authentic", "wrong-signature")


def test_the_older_names_of_the_headers_count_and_a_mix_of_both_does_not() -> None:
    headers = dict(delivered("standard").headers)
    older = {name.replace("webhook-", "svix-"): value for name, value in headers.items()}

    found = verdict("standard", older)
    mixes = [
        {name if name == kept else name.replace("webhook-", "svix-"): value for name, value in headers.items()}
        for kept in ("webhook-id", "webhook-timestamp", "webhook-signature")
    ]

    assert isinstance(found, Authentic)
    assert found.id == "delivery-1"
    assert {code(verdict("standard", mix)) for mix in (*mixes, {**headers, **older})} == {"mixed-headers"}


@pytest.mark.parametrize("id", ["a" * (MOST_ID_CHARACTERS + 1), "ä", "a\x7f", "a\nb"])
def test_an_id_is_short_and_visible(id: str) -> None:
    assert code(verdict("standard", {**delivered("standard").headers, "webhook-id": id})) == "malformed-id"


def asymmetric(body: bytes = BODY) -> tuple[str, dict[str, str]]:
    """A public key of a made-up sender, and a delivery signed with its other half."""
    private = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    time = str(NOW_MS // SECOND_MS)
    signature = private.sign(f"m1.{time}.".encode() + body)
    headers = {
        "webhook-id": "m1",
        "webhook-timestamp": time,
        "webhook-signature": f"v1a,{b64encode(signature).decode()}",
    }
    return f"whpk_{b64encode(public).decode()}", headers


def test_a_public_key_checks_what_its_other_half_has_signed() -> None:
    public, headers = asymmetric()
    standard = PROFILES["standard"]

    right = verify(standard, [public], headers, BODY, NOW_MS)
    beside = verify(standard, [secret_for(standard), public], headers, BODY, NOW_MS)
    others = [verify(standard, [public], headers, body, NOW_MS) for _, body in flipped(BODY)]

    assert [code(each) for each in (right, beside)] == ["authentic", "authentic"]
    assert {code(each) for each in others} == {"wrong-signature"}


def test_a_signature_of_a_key_has_one_spelling() -> None:
    public, headers = asymmetric()
    text = headers["webhook-signature"].removeprefix("v1a,")
    assert text.endswith("==")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = text[:-3] + letters[letters.index(text[-3]) + 1] + "=="
    assert b64decode(other) == b64decode(text)

    spellings = [other, text[:-2], text + "=", text[:10] + "\n" + text[10:], text[:-4]]

    for each in spellings:
        sent = {**headers, "webhook-signature": f"v1a,{each}"}
        assert code(verify(PROFILES["standard"], [public], sent, BODY, NOW_MS)) == "wrong-signature", each


@pytest.mark.parametrize("spelling", ["bearer", "BEARER", "bEaReR"])
def test_the_word_before_a_token_counts_in_any_case(spelling: str) -> None:
    headers = dict(delivered("bearer").headers)

    assert (
        code(verdict("bearer", {"authorization": headers["authorization"].replace("Bearer", spelling)})) == "authentic"
    )


@pytest.mark.parametrize("sent", ["Bearer", "Bearer ", "Token x", "Bearer  x", "Bearer x y", "Basic x", "ж"])
def test_a_token_that_is_none_is_refused(sent: str) -> None:
    assert code(verdict("bearer", {"authorization": sent})) in {"malformed-signature", "wrong-signature"}


def test_a_further_sender_is_one_more_row() -> None:
    shop = Profile(
        name="shop",
        title="A shop",
        mapping="generic",
        scheme="digest",
        header="x-shop-hmac",
        hash="sha512",
        encoding="base64",
        signed="{time}.{body}.shop",
        time_header="x-shop-time",
        id_header="x-shop-id",
        chosen_by="us",
    )
    signed = sign(shop, "a-secret-of-the-shop", BODY, id="s1", now_ms=NOW_MS)
    assert signed is not None

    right = verify(shop, ["a-secret-of-the-shop"], signed.headers, BODY, NOW_MS)
    wrong = verify(shop, ["a-secret-of-the-shop"], signed.headers, BODY + b"\n", NOW_MS)

    assert right == Authentic(secret=0, id="s1", type=None)
    assert code(wrong) == "wrong-signature"


def test_a_body_is_signed_as_it_was_sent_also_where_it_looks_like_our_own_template() -> None:
    odd = msgspec.structs.replace(GITHUB, signed="v0:{time}:{body}", time_header="x-time")
    body = b"{body}{time}\xff"
    signed = sign(odd, "a-secret-of-ours-001", body, id="1", now_ms=NOW_MS)
    assert signed is not None

    assert code(verify(odd, ["a-secret-of-ours-001"], signed.headers, body, NOW_MS)) == "authentic"


def test_secrets_are_compared_in_constant_time_only() -> None:
    """Every comparison of what was sent goes through hmac; `==` is left for lengths, closed words and spellings."""
    tree = ast.parse((FOLDER / "verify.py").read_text("utf-8"))
    compared = {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops)
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]

    assert compared == {
        "profile.header == 'authorization'",
        "sent[:length].lower() == profile.prefix.lower()",
        "version == key.version",
        "key.version == 'v1'",
        "profile.encoding == 'base64'",
        "b64encode(raw) != signature",
    }
    assert sum(ast.unparse(call.func) == "hmac.compare_digest" for call in calls) == 2
