"""The search for words on a phone reads each format in which a browser may hide one from a plain search."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.thief import LOG_BLOCK, TABLE_END, TABLE_FOOTER, found_in

WORD = "Quillwort"
#: Snappy: 14 bytes; "Quillwor ", then a copy of eight letters from nine back, then "t".
SNAPPY = b"\x12" + bytes([8 << 2]) + b"Quillwor " + bytes([(8 - 4) << 2 | 1, 9]) + bytes([0 << 2]) + b"t"
#: Zstandard: nine bytes, in two uncompressed blocks.
ZSTANDARD = b"\x28\xb5\x2f\xfd\x20\x09" + bytes([5 << 3, 0, 0]) + b"Quill" + bytes([4 << 3 | 1, 0, 0]) + b"wort"


def record(kind: int, part: bytes) -> bytes:
    """Return a record of a LevelDB log, or a part of one; the checksum is not read."""
    return b"\0\0\0\0" + len(part).to_bytes(2, "little") + bytes([kind]) + part


def log() -> bytes:
    """Return a log in which the word is divided between two blocks."""
    first = record(2, bytes(LOG_BLOCK - 7 - 5) + b"Quill")
    return first + record(4, b"wort") + record(1, b"other")


def entry(shared: int, key: bytes, value: bytes) -> bytes:
    """Return an entry of a block in a LevelDB table."""
    return bytes([shared, len(key), len(value)]) + key + value


def block(*entries: bytes) -> bytes:
    """Return a block of a table, with a single restart point, and its type."""
    return b"".join(entries) + b"\0\0\0\0" + b"\1\0\0\0" + b"\0" * 5


def table() -> bytes:
    """Return a table in whose second key only the "t" of the word is written."""
    data = block(entry(0, b"Quillwor", b"1"), entry(8, b"t", b"2"))
    index = block(entry(0, b"z", bytes([0, len(data) - 5])))
    footer = bytes([0, 0, len(data), len(index) - 5])
    return data + index + footer.ljust(TABLE_FOOTER - len(TABLE_END), b"\0") + TABLE_END


def packed_table() -> bytes:
    """Return a table of one compressed block with one entry, whose value holds the word."""
    plain = block(entry(0, b"k", b"Quillwor Quillwort"))[:-5]
    at = plain.index(b"Quillwort")
    snappy = bytes([len(plain), (at - 1) << 2]) + plain[:at] + bytes([(8 - 4) << 2 | 1, 9])
    snappy += bytes([(len(plain) - at - 8 - 1) << 2]) + plain[at + 8 :]
    data = snappy + b"\1\0\0\0\0"
    index = block(entry(0, b"z", bytes([0, len(snappy)])))
    footer = bytes([0, 0, len(data), len(index) - 5])
    return data + index + footer.ljust(TABLE_FOOTER - len(TABLE_END), b"\0") + TABLE_END


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plain", b"a Quillwort grew"),
        ("utf-16-le", WORD.encode("utf-16-le")),
        ("utf-16-be", WORD.encode("utf-16-be")),
        ("key", bytes(letter + 1 for letter in WORD.encode())),
        ("gzip", b"heading" + gzip.compress(WORD.encode(), mtime=0) + b"trailing"),
        ("zstandard", b"heading" + ZSTANDARD + b"trailing"),
        ("value", b"heading\xff\x11\x02" + SNAPPY + b"trailing"),
        ("000003.log", log()),
        ("000005.ldb", table()),
        ("000006.ldb", packed_table()),
    ],
)
def test_a_word_is_found(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    assert found_in(tmp_path, WORD) == [name]
    assert (WORD.encode() in data) == (name == "plain"), "a plain look would do"


def test_a_word_is_found_in_a_database(tmp_path: Path) -> None:
    """Across two pages, in a value compressed by Snappy, and while it is in the write-ahead log only."""
    path = tmp_path / "LocalStorage"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript("PRAGMA page_size = 512; PRAGMA synchronous = off; PRAGMA secure_delete = on")
        database.execute("CREATE TABLE kept (value)")
        for before in range(508):
            database.execute("DELETE FROM kept")
            database.execute("INSERT INTO kept VALUES (?)", ["x" * before + WORD + "x" * 1000])
            if WORD.encode() not in path.read_bytes():
                break
        assert found_in(tmp_path, WORD) == ["LocalStorage"]
        database.execute("DELETE FROM kept")
        assert found_in(tmp_path, WORD) == []
        database.execute("PRAGMA journal_mode = wal")
        database.execute("INSERT INTO kept VALUES (?)", [SNAPPY])
        assert WORD.encode() not in path.read_bytes()
        assert found_in(tmp_path, WORD) == ["LocalStorage"]
