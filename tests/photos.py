"""Photos for tests: ordinary ones, and files that claim to be larger than they are."""

import struct
import zlib
from io import BytesIO

from PIL import Image


def picture(mode: str, size: tuple[int, int]) -> Image.Image:
    """Return an image with some content: a gradient from dark to light, transparent if the mode allows it."""
    image = Image.linear_gradient("L").resize(size)
    if mode in {"RGBA", "LA"}:
        image = image.convert(mode)
        image.putalpha(100)
        return image
    return image.convert("RGB").convert("L" if mode == "I;16" else mode).convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return the image as the bytes of a file."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo_bytes(size: tuple[int, int] = (64, 48)) -> bytes:
    """Return the bytes of an ordinary JPEG."""
    return encoded(picture("RGB", size), "JPEG")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_bomb(width: int, height: int) -> bytes:
    """Return a valid PNG of one colour: a fifth of a megabyte for 169 megapixels; the largest have one row only."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = b"\x00" * (1 + 3 * width)
    rows = height if width * height <= 169_000_000 else 1
    pixels = b"".join([*(packer.compress(row) for _ in range(rows)), packer.flush()])
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def webp_claiming(width: int, height: int, kind: bytes = b"VP8X") -> bytes:
    """Return the start of a WebP whose header claims a canvas size, without any image data."""
    if kind == b"VP8X":
        body = b"\x00" * 4 + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    elif kind == b"VP8L":
        body = b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little") + b"\x00" * 8
    else:
        body = b"\x10\x00\x00\x9d\x01\x2a" + struct.pack("<HH", width, height) + b"\x00" * 6
    chunk = kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk
