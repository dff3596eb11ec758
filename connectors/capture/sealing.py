"""Seal and open the items of phones: a new AES key for each item, itself encrypted with the server's public key.

Pure: no Django. The phone's half is static/js/sealing.js; both write the same envelope:

    "KITH1" | length of kid (1 byte) | kid | length of the wrapped key (2 bytes, big-endian) | wrapped key | 12-byte iv | ciphertext and tag

The wrapped key is the raw 256-bit AES key under RSA-OAEP with SHA-256; the text under AES-GCM has
"kith:1:<kind>:<uuid>" as additional authenticated data, so that an item cannot be passed off as another.

Source: RSA-OAEP, RFC 8017 section 7.1; AES-GCM, NIST SP 800-38D (96-bit iv, 128-bit tag); the order of ciphertext and
tag, W3C "Web Cryptography API", section 29.4; RSA 3072 for 128 bits of strength, NIST SP 800-57 part 1 rev. 5, table 2.
"""

import base64
import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"KITH1"
RSA_BITS = 3072
IV_BYTES, TAG_BYTES, AES_BYTES = 12, 16, 32
KID_LETTERS = 16
_OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
_LOCK = b"kith sealing key 1"


class SealError(ValueError):
    """An envelope that cannot be opened; `reason` is "key" when the key is unknown or destroyed, otherwise "seal"."""

    def __init__(self, words: str, *, reason: str = "seal") -> None:
        super().__init__(words)
        self.reason = reason


@dataclass(frozen=True)
class KeyPair:
    """A new key pair: its short name, the public half as base64 SPKI DER, the private half as PKCS #8 DER."""

    kid: str
    spki: str
    private: bytes


@dataclass(frozen=True)
class Envelope:
    """The parts of an envelope, parsed and not yet decrypted."""

    kid: str
    wrapped: bytes
    iv: bytes
    locked: bytes


@dataclass(frozen=True)
class Opened:
    """The contents of an envelope: the JSON object, and for a photo the bytes that follow it."""

    words: dict[str, object]
    body: bytes = b""

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Return the form's controls as (name, value), in their order.

        Raises: SealError when they are not a list of pairs.
        """
        fields = self.words.get("fields")
        if not isinstance(fields, list) or not all(map(_is_control, fields)):
            raise SealError("the fields are not pairs of texts")
        return [(writable(name), writable(value)) for name, value in fields]


def writable(text: str) -> str:
    """Return the text without characters that a database rejects: NUL is removed, lone surrogates become U+FFFD."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_control(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)


def make_key_pair() -> KeyPair:
    """Return a new key pair. Takes a few tenths of a second."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    spki = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    der = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return KeyPair(hashlib.sha256(spki).hexdigest()[:KID_LETTERS], base64.b64encode(spki).decode(), der)


def digest(envelope: bytes) -> str:
    """Return the SHA-256 of an envelope in lower-case hexadecimal, by which phone and server identify an item."""
    return hashlib.sha256(envelope).hexdigest()


def seal(plaintext: bytes, *, kind: str, uuid: UUID, kid: str, spki: str) -> bytes:
    """Return an envelope that only the private key opens, as a phone would make it. Raises: SealError without an RSA key."""
    public = serialization.load_der_public_key(base64.b64decode(spki))
    if not isinstance(public, rsa.RSAPublicKey):
        raise SealError("this key is not an RSA key", reason="key")
    key, iv = AESGCM.generate_key(AES_BYTES * 8), os.urandom(IV_BYTES)
    wrapped = public.encrypt(key, _OAEP)
    name = kid.encode("ascii")
    head = MAGIC + bytes([len(name)]) + name + len(wrapped).to_bytes(2, "big") + wrapped + iv
    return head + AESGCM(key).encrypt(iv, plaintext, _bound_to(kind, uuid))


def open_envelope(
    envelope: bytes, *, kind: str, uuid: UUID, find_key: Callable[[str], rsa.RSAPrivateKey | None]
) -> Opened:
    """Return the contents of an envelope that was sealed with this kind and UUID.

    find_key: from a kid to the private key, None when it is unknown or destroyed.
    Raises: SealError, and nothing else, for anything wrong with it.
    """
    return _read(reveal(envelope, kind=kind, uuid=uuid, find_key=find_key), kind=kind, uuid=uuid)


def reveal(envelope: bytes, *, kind: str, uuid: UUID, find_key: Callable[[str], rsa.RSAPrivateKey | None]) -> bytes:
    """Return the decrypted text of an envelope without parsing it. Raises: SealError, and nothing else."""
    parts = read_envelope(envelope)
    private = find_key(parts.kid)
    if private is None:
        raise SealError("no such key", reason="key")
    try:
        key = private.decrypt(parts.wrapped, _OAEP)
        return AESGCM(key).decrypt(parts.iv, parts.locked, _bound_to(kind, uuid))
    except (ValueError, InvalidTag) as error:
        raise SealError("it was sealed for another key, kind or UUID, or changed since") from error


def read_envelope(envelope: bytes) -> Envelope:
    """Return the parts of an envelope without opening it. Raises: SealError when it is not an envelope."""
    view, at = memoryview(envelope), len(MAGIC)

    def take(count: int) -> bytes:
        nonlocal at
        if at + count > len(view):
            raise SealError("it is cut short")
        at += count
        return bytes(view[at - count : at])

    if bytes(view[:at]) != MAGIC:
        raise SealError("it is not a sealed item")
    kid = take(take(1)[0])
    wrapped = take(int.from_bytes(take(2), "big"))
    iv = take(IV_BYTES)
    locked = bytes(view[at:])
    if len(locked) < TAG_BYTES:
        raise SealError("it is cut short")
    if not kid.isascii():
        raise SealError("the identifier of its key is not ASCII")
    return Envelope(kid.decode("ascii"), wrapped, iv, locked)


def _bound_to(kind: str, uuid: UUID) -> bytes:
    return f"kith:1:{kind}:{uuid}".encode()


def _read(plaintext: bytes, *, kind: str, uuid: UUID) -> Opened:
    """Return the parsed contents, whose kind and UUID must match; the bytes of a photo follow a line with the JSON."""
    head, body = plaintext, b""
    if kind in ("photo", "form"):
        head, _line, body = plaintext.partition(b"\n")
    try:
        words = json.loads(head)
    except (ValueError, RecursionError) as error:
        raise SealError("the contents are not JSON") from error
    if not isinstance(words, dict) or words.get("v") != 1:
        raise SealError("the contents are of another version")
    if words.get("kind") != kind or str(words.get("uuid")).lower() != str(uuid):
        raise SealError("the contents are of another kind or have another UUID")
    return Opened(words, body)


def lock_private(private: bytes, *, secret: str) -> str:
    """Return a private key (PKCS #8 DER) encrypted with the site's secret, as base64 text for a database.

    The secret is long and random, so one HKDF step derives a key from it. Source: RFC 5869.
    """
    iv = os.urandom(IV_BYTES)
    return base64.b64encode(iv + AESGCM(_lock_key(secret)).encrypt(iv, private, _LOCK)).decode()


def unlock_private(locked: str, *, secrets: Iterable[str]) -> rsa.RSAPrivateKey | None:
    """Return the private key, trying each secret in turn; None if none of them decrypts an RSA key."""
    raw = base64.b64decode(locked)
    for secret in secrets:
        try:
            der = AESGCM(_lock_key(secret)).decrypt(raw[:IV_BYTES], raw[IV_BYTES:], _LOCK)
        except InvalidTag:
            continue
        # The tag proves that these are the bytes that were encrypted, so checking the primes again is unnecessary.
        key = serialization.load_der_private_key(der, password=None, unsafe_skip_rsa_key_validation=True)
        return key if isinstance(key, rsa.RSAPrivateKey) else None
    return None


def _lock_key(secret: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=AES_BYTES, salt=None, info=_LOCK).derive(secret.encode())
