"""What the phone seals can be opened by the server only, and not if one bit has changed."""

import base64
import json
from uuid import UUID

import pytest

from connectors.capture import sealing
from tests.node import Node, ScriptError

UUID_ = "0190a0b0-1111-7222-8333-0123456789AB"
WORDS = {
    "kind": "conversation",
    "uuid": UUID_,
    "fields": [["summary", "Rose bakes – “for everybody” 🎈"], ["kind", ""]],
}
SEAL = """async ({ key, kind, uuid, header, photo }) => {
  const plain = photo ? kithSealing.plainPhoto(header, Uint8Array.from(photo)) : kithSealing.plainWords(header);
  const { sealed, sha256 } = await kithSealing.seal({ key, kind, uuid, plain });
  return { sealed: btoa(String.fromCharCode(...new Uint8Array(sealed))), sha256 };
}"""


@pytest.fixture(scope="module")
def pair() -> sealing.KeyPair:
    return sealing.make_key_pair()


@pytest.fixture(scope="module")
def private(pair: sealing.KeyPair) -> object:
    """Return the private key, as the server unlocks it."""
    return sealing.unlock_private(sealing.lock_private(pair.private, secret="a"), secrets=["a"])


@pytest.fixture
def seal(node: Node, pair: sealing.KeyPair):
    """Return a function that seals as the phone does and returns (envelope, digest)."""

    def call(header: dict = WORDS, *, kind: str = "conversation", photo: list[int] | None = None) -> tuple[bytes, str]:
        given = {"key": {"kid": pair.kid, "spki": pair.spki}, "kind": kind, "uuid": UUID_, "header": header}
        made = node.run("sealing", SEAL, given | {"photo": photo})
        return base64.b64decode(made["sealed"]), made["sha256"]

    return call


def opened(envelope: bytes, private: object, *, kind: str = "conversation", uuid: str = UUID_) -> sealing.Opened:
    return sealing.open_envelope(envelope, kind=kind, uuid=UUID(uuid), find_key=lambda _kid: private)


def test_the_server_opens_what_the_phone_sealed(seal, pair, private) -> None:
    envelope, sha256 = seal()
    found = opened(envelope, private)
    assert found.words == {"v": 1, **WORDS}
    assert found.fields == [tuple(pair) for pair in WORDS["fields"]]
    assert sealing.read_envelope(envelope).kid == pair.kid
    assert sha256 == sealing.digest(envelope)


def test_a_photos_bytes_are_unchanged(seal, private) -> None:
    header = {"kind": "photo", "uuid": UUID_, "name": "line\nbreak.jpg"}
    photo = [10, 0, 255, 10, 123, 125]
    found = opened(seal(header, kind="photo", photo=photo)[0], private, kind="photo")
    assert (found.words, found.body) == ({"v": 1, **header}, bytes(photo))


def test_page_and_server_make_the_same_envelope(seal, pair) -> None:
    plain = json.dumps({"v": 1, **WORDS}, ensure_ascii=False, separators=(",", ":")).encode()
    ours = sealing.seal(plain, kind="conversation", uuid=UUID(UUID_), kid=pair.kid, spki=pair.spki)
    theirs, _sha256 = seal()
    head = len(sealing.MAGIC) + 1 + len(pair.kid) + 2
    assert len(theirs) == len(ours)
    assert theirs[:head] == ours[:head]


def test_every_envelope_is_different(seal) -> None:
    one, other = (sealing.read_envelope(seal()[0]) for _ in range(2))
    assert one.iv != other.iv
    assert one.wrapped != other.wrapped
    assert one.locked != other.locked


@pytest.mark.parametrize("part", ["wrapped", "iv", "locked", "tag"])
@pytest.mark.parametrize("bit", [0, 7])
def test_one_changed_bit_is_refused(seal, private, part: str, bit: int) -> None:
    envelope, _sha256 = seal()
    parts = sealing.read_envelope(envelope)
    locked = len(envelope) - len(parts.locked)
    place = {"wrapped": locked - 12 - 9, "iv": locked - 5, "locked": locked + 3, "tag": len(envelope) - 1}[part]
    changed = bytearray(envelope)
    changed[place] ^= 1 << bit
    with pytest.raises(sealing.SealError):
        opened(bytes(changed), private)


def test_an_item_cannot_be_passed_off_as_another(seal, private) -> None:
    envelope, _sha256 = seal()
    with pytest.raises(sealing.SealError, match="sealed for another"):
        opened(envelope, private, kind="light")
    with pytest.raises(sealing.SealError, match="sealed for another"):
        opened(envelope, private, uuid=UUID_.replace("0190", "0191"))


def test_an_invalid_key_seals_nothing(node: Node, pair) -> None:
    given = {"kind": "light", "uuid": UUID_, "header": WORDS}
    with pytest.raises(ScriptError, match="Error"):
        node.run("sealing", SEAL, given | {"key": {"kid": pair.kid, "spki": pair.spki[:40]}})


def test_sealing_needs_web_crypto_and_a_store(node: Node) -> None:
    without = """(name) => {
      const { [name]: kept } = self;
      delete self[name];
      try { return kithSealing.isPossible(); } finally { self[name] = kept; }
    }"""
    assert node.run("sealing", "kithSealing.isPossible") is True
    assert [node.run("sealing", without, name) for name in ("crypto", "indexedDB")] == [False, False]
