"""Sealing and opening: the content survives, and any invalid envelope is refused with the same error."""

import base64
import json
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from connectors.capture import sealing
from tests.factories.connectors_capture import key_pair

NUMBER = UUID("0a1b2c3d-0000-4000-8000-00000000000a")


def find(kid: str):
    """Return the private half of the first key pair."""
    pair = key_pair()
    return serialization.load_der_private_key(pair.private, None) if kid == pair.kid else None


def sealed(plain: bytes, *, kind: str = "conversation", uuid: UUID = NUMBER, pair: int = 0) -> bytes:
    """Return an envelope."""
    return sealing.seal(plain, kind=kind, uuid=uuid, kid=key_pair(pair).kid, spki=key_pair(pair).spki)


def words(**changes: object) -> dict:
    """Return the content of an item, as a phone writes it."""
    return {"v": 1, "uuid": str(NUMBER), "kind": "conversation", "fields": [["people", "Rose"]], **changes}


def opened(envelope: bytes, *, kind: str = "conversation", uuid: UUID = NUMBER) -> sealing.Opened:
    """Return the content of an envelope."""
    return sealing.open_envelope(envelope, kind=kind, uuid=uuid, find_key=find)


@tries(max_examples=30)
@given(fields=st.lists(st.tuples(st.text(), st.text()), max_size=6), uuid=st.uuids())
def test_opening_returns_what_was_sealed(fields: list[tuple[str, str]], uuid: UUID) -> None:
    plain = json.dumps(words(uuid=str(uuid), fields=fields)).encode()
    found = opened(sealed(plain, uuid=uuid), uuid=uuid).fields
    assert found == [(name.replace("\0", ""), value.replace("\0", "")) for name, value in fields]


@given(envelope=st.binary(max_size=600))
def test_random_bytes_are_refused(envelope: bytes) -> None:
    with pytest.raises(sealing.SealError):
        opened(envelope)


@given(rest=st.binary(max_size=900))
def test_random_bytes_after_an_envelopes_header_are_refused(rest: bytes) -> None:
    with pytest.raises(sealing.SealError):
        opened(sealing.MAGIC + bytes([16]) + key_pair().kid.encode() + rest)


@tries(max_examples=60)
@given(at=st.integers(0, 500), bit=st.integers(0, 7))
def test_one_changed_bit_is_noticed(at: int, bit: int) -> None:
    envelope = bytearray(sealed(json.dumps(words()).encode()))
    envelope[at % len(envelope)] ^= 1 << bit
    with pytest.raises(sealing.SealError):
        opened(bytes(envelope))


@given(plain=st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode), st.just(b"[" * 100_000)))
@tries(max_examples=30)
def test_opening_any_sealed_bytes_raises_no_other_error(plain: bytes) -> None:
    for kind in ("conversation", "photo"):
        with pytest.raises(sealing.SealError):
            opened(sealed(plain, kind=kind), kind=kind)


@pytest.mark.parametrize("size", range(0, 60, 7))
def test_an_envelope_cut_short_is_refused(size: int) -> None:
    whole = sealed(json.dumps(words()).encode())
    for cut in (whole[:size], whole[: len(whole) - size - 1]):
        with pytest.raises(sealing.SealError) as refused:
            opened(cut)
        assert refused.value.reason in {"seal", "key"}


def test_an_item_cannot_be_passed_off_as_another() -> None:
    envelope = sealed(json.dumps(words()).encode())
    for kind, uuid in (("draft", NUMBER), ("conversation", uuid4())):
        with pytest.raises(sealing.SealError):
            opened(envelope, kind=kind, uuid=uuid)


@pytest.mark.parametrize(
    "inside",
    [
        words(v=2), words(uuid=str(uuid4())), words(kind="draft"), words(uuid=None), [], "text", None,
    ],
)  # fmt: skip
def test_the_contents_must_name_the_same_item(inside: object) -> None:
    with pytest.raises(sealing.SealError):
        opened(sealed(json.dumps(inside).encode()))


@pytest.mark.parametrize("fields", [None, {}, "x", [["a"]], [["a", 1]], [["a", "b", "c"]], [None]])
def test_fields_must_be_pairs_of_texts(fields: object) -> None:
    with pytest.raises(sealing.SealError):
        _ = opened(sealed(json.dumps(words(fields=fields)).encode())).fields


def test_characters_that_databases_refuse_are_left_out() -> None:
    plain = (
        b'{"v":1,"uuid":"%s","kind":"conversation","fields":[["summary","a\\u0000b\\ud800c"]]}' % str(NUMBER).encode()
    )
    assert opened(sealed(plain)).fields == [("summary", "ab\ufffdc")]


def test_an_unknown_key_is_reported_as_such() -> None:
    with pytest.raises(sealing.SealError) as refused:
        opened(sealed(json.dumps(words()).encode(), pair=1))
    assert refused.value.reason == "key"


def test_a_photo_follows_its_line() -> None:
    plain = json.dumps(words(kind="photo", alt="The brook")).encode() + b"\n\xff\xd8\n\x00"
    found = opened(sealed(plain, kind="photo"), kind="photo")
    assert (found.words["alt"], found.body) == ("The brook", b"\xff\xd8\n\x00")


def test_the_wrapped_key_is_raw_and_the_public_key_is_spki() -> None:
    parts = sealing.read_envelope(sealed(b"{}"))
    from connectors.capture.sealing import _OAEP

    assert len(find(parts.kid).decrypt(parts.wrapped, _OAEP)) == 32
    public = serialization.load_der_public_key(base64.b64decode(key_pair().spki))
    assert public.key_size == sealing.RSA_BITS == 3072
    assert len(parts.wrapped) == 384


def test_a_private_key_is_decrypted_only_with_its_own_secret() -> None:
    locked = sealing.lock_private(key_pair().private, secret="first" * 10)
    assert key_pair().private not in base64.b64decode(locked)
    found = sealing.unlock_private(locked, secrets=["second" * 10, "first" * 10])
    assert found.private_numbers() == find(key_pair().kid).private_numbers()
    assert sealing.unlock_private(locked, secrets=["second" * 10]) is None


def test_a_key_of_another_kind_neither_seals_nor_opens() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    spki = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with pytest.raises(sealing.SealError, match="RSA") as refused:
        sealing.seal(b"{}", kind="talk", uuid=uuid4(), kid="a" * 16, spki=base64.b64encode(spki).decode())
    assert refused.value.reason == "key"
    der = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    assert sealing.unlock_private(sealing.lock_private(der, secret="s" * 50), secrets=["s" * 50]) is None
