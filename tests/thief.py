"""What somebody with a phone can read in a browser's profile: every file, including what its format hides.

Chromium stores localStorage and IndexedDB in LevelDB or, more recently, in SQLite, and compresses part of both. A word
can then be in a file and not be found by a plain search: in a compressed block, in a key that shares a prefix with
another, or across two records.
"""

import shutil
import sqlite3
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

CODINGS = ("utf-8", "utf-16-le", "utf-16-be")
GZIP, ZSTANDARD, SQLITE = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"SQLite format 3\x00"
#: What IndexedDB writes before a value that it compressed with Snappy.
PACKED_VALUE = b"\xff\x11\x02"
#: LevelDB: the size of a block of a log and of the header of a record; the last bytes of a table; the type of a
#: compressed block.
LOG_BLOCK, LOG_HEADING = 32_768, 7
TABLE_FOOTER, TABLE_END = 48, bytes.fromhex("57fb808b247547db")
SNAPPY_BLOCK, BLOCK_TRAILER = 1, 5


def found_in(folder: Path, word: str) -> list[str]:
    """Return the files of a folder in which a word can be read, in any encoding that browsers use."""
    return files_with(folder, [word])[word]


def files_with(folder: Path, words: list[str]) -> dict[str, list[str]]:
    """Return, for each word, the files of a folder in which it can be read."""
    ways = {word: written(word) for word in words}
    found: dict[str, list[str]] = {word: [] for word in words}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            texts = list(readable(path))
            for word, forms in ways.items():
                if any(form in text for text in texts for form in forms):
                    found[word].append(str(path.relative_to(folder)))
    return found


def written(word: str) -> list[bytes]:
    """Return the bytes of a word in each encoding; in a key of IndexedDB in SQLite, each letter is shifted by one."""
    return [*(word.encode(coding) for coding in CODINGS), bytes(letter + 1 for letter in word.encode("ascii"))]


def readable(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes as they are, and again as a reader of its format finds them."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:  # A running browser can delete files.
        return
    yield raw
    if path.suffix == ".log":
        parts = log_records(raw)
    elif raw.endswith(TABLE_END):
        parts = table_blocks(raw)
    elif raw.startswith(SQLITE):
        parts = database_values(path)
    else:
        parts = iter(())
    for part in (raw, *parts):
        if part is not raw:
            yield part
        yield from unpacked(part)


def unpacked(data: bytes) -> Iterator[bytes]:
    """Yield the decompressed content of the data: streams of gzip and of Zstandard, and values of IndexedDB."""
    for at in places(data, GZIP):
        with suppress(zlib.error):
            yield zlib.decompressobj(wbits=31).decompress(data[at:])
    for at in places(data, PACKED_VALUE):
        yield unsnapped(data[at + len(PACKED_VALUE) :])
    for at in places(data, ZSTANDARD):
        yield inflated(data[at:])


def places(data: bytes, mark: bytes) -> Iterator[int]:
    """Yield each position at which the mark begins."""
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a varint (seven bits per byte, the lowest first), and the position after it."""
    number = shift = 0
    while True:
        number |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 0x80:
            return number, at


def unsnapped(data: bytes) -> bytes:
    """Return what Snappy compressed, as far as it can be read; what follows it is ignored.

    Source: https://github.com/google/snappy/blob/main/format_description.txt
    """
    out = bytearray()
    with suppress(IndexError):  # Truncated data, or data that is not Snappy at all, ends somewhere.
        size, at = varint(data, 0)
        while len(out) < size:
            tag, at = data[at], at + 1
            kind, length = tag & 3, (tag >> 2) + 1
            if kind == 0:
                if (more := length - 60) > 0:
                    length, at = int.from_bytes(data[at : at + more], "little") + 1, at + more
                out += data[at : at + length]
                at += length
                if at > len(data):
                    break
                continue
            width = (1, 2, 4)[kind - 1]
            back = int.from_bytes(data[at : at + width], "little")
            at += width
            if kind == 1:
                length, back = (tag >> 2 & 7) + 4, back | (tag >> 5) << 8
            if not 0 < back <= len(out):
                break
            for _byte in range(length):
                out.append(out[-back])
    return bytes(out)


#: Reads a stream of Zstandard, with whatever follows it, and writes what could be decompressed.
INFLATE = """
const stream = require('zlib').createZstdDecompress();
stream.on('error', () => {});
process.stdin.pipe(stream).pipe(process.stdout);
"""


def inflated(data: bytes) -> bytes:
    """Return what Zstandard compressed. Python supports it from 3.14; the Node that comes with Playwright does already."""
    node = compute_driver_executable()[0]
    return subprocess.run([node, "-e", INFLATE], input=data, stdout=subprocess.PIPE, check=False).stdout


def log_records(raw: bytes) -> Iterator[bytes]:
    """Yield the records of a LevelDB log, each assembled from its parts.

    Source: https://github.com/google/leveldb/blob/main/doc/log_format.md
    """
    record = b""
    for block in range(0, len(raw), LOG_BLOCK):
        at, end = block, min(block + LOG_BLOCK, len(raw))
        while at + LOG_HEADING <= end:
            length, kind = int.from_bytes(raw[at + 4 : at + 6], "little"), raw[at + 6]
            if not 1 <= kind <= 4:
                break
            part = raw[at + LOG_HEADING : at + LOG_HEADING + length]
            record = part if kind in (1, 2) else record + part
            if kind in (1, 4):
                yield record
            at += LOG_HEADING + length
    yield record


def table_blocks(raw: bytes) -> Iterator[bytes]:
    """Yield the keys and values of each block of a LevelDB table, decompressed.

    Source: https://github.com/google/leveldb/blob/main/doc/table_format.md
    """
    footer = raw[-TABLE_FOOTER:]
    _metaindex, at = varint(footer, 0)
    _size, at = varint(footer, at)
    for _key, handle in entries(block_at(raw, footer[at:])):
        yield b"\n".join(part for entry in entries(block_at(raw, handle)) for part in entry)


def block_at(raw: bytes, handle: bytes) -> bytes:
    """Return the block of a table that a handle refers to."""
    begin, at = varint(handle, 0)
    size, _at = varint(handle, at)
    block = raw[begin : begin + size]
    return unsnapped(block) if raw[begin + size] == SNAPPY_BLOCK else block


def entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each key, of which a block stores only the difference from the one before, and its value."""
    restarts = int.from_bytes(block[-4:], "little")
    at, end, key = 0, len(block) - 4 * (restarts + 1), b""
    while at < end:
        shared, at = varint(block, at)
        own, at = varint(block, at)
        size, at = varint(block, at)
        key = key[:shared] + block[at : at + own]
        yield key, block[at + own : at + own + size]
        at += own + size


def database_values(path: Path) -> Iterator[bytes]:
    """Yield the values of every row of a SQLite database, including its write-ahead log.

    A copy is opened, because the browser may be using the database, and opening it can change it.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        for end in ("", "-wal", "-journal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{path}{end}", f"{copy}{end}")
        with closing(sqlite3.connect(copy)) as database:
            database.text_factory = bytes
            # It was copied during a write, or this SQLite does not support its format.
            with suppress(sqlite3.DatabaseError):
                names = [
                    name.decode() for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
                ]
                for name in names:
                    with suppress(sqlite3.DatabaseError):
                        for row in database.execute(f'SELECT * FROM "{name}"'):
                            for value in row:
                                if isinstance(value, bytes):
                                    yield value
                                    yield unsnapped(value)
