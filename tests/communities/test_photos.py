"""Uploaded photos, friendly and hostile."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from PIL import Image, PngImagePlugin

from communities.photos import MAX_BYTES, MAX_SIDE, PhotoField, clean_photo, photo_response
from tests.photos import encoded, picture, png_bomb, webp_claiming

GPS = 0x8825


def cleaned(data: bytes) -> tuple[bytes, Image.Image]:
    """Return the bytes that would be stored, and what is in them."""
    stored = clean_photo(ContentFile(data, name="whatever.exe")).read()
    return stored, Image.open(BytesIO(stored))


def code_of(data: bytes) -> str:
    """Return the error code with which a file is refused."""
    with pytest.raises(ValidationError) as refused:
        clean_photo(ContentFile(data, name="photo.jpg"))
    return refused.value.code


@pytest.mark.parametrize(
    ("kind", "mode", "stored_as"),
    [
        ("JPEG", "RGB", "JPEG"),
        ("JPEG", "L", "JPEG"),
        ("JPEG", "CMYK", "JPEG"),
        ("PNG", "RGB", "JPEG"),
        ("PNG", "P", "JPEG"),
        ("PNG", "1", "JPEG"),
        ("PNG", "I;16", "JPEG"),
        ("PNG", "RGBA", "WEBP"),
        ("PNG", "LA", "WEBP"),
        ("WEBP", "RGB", "JPEG"),
        ("WEBP", "RGBA", "WEBP"),
    ],
)
def test_every_kind_of_photo_is_re_encoded(kind, mode, stored_as):
    _, image = cleaned(encoded(picture(mode, (64, 48)), kind))

    assert image.format == stored_as
    assert image.size == (64, 48)
    assert image.mode == ("RGBA" if stored_as == "WEBP" else "RGB")


def test_an_opaque_image_with_an_alpha_channel_becomes_a_jpeg():
    _, image = cleaned(encoded(picture("RGB", (64, 48)).convert("RGBA"), "PNG"))

    assert image.format == "JPEG"


def test_sixteen_bit_greyscale_keeps_its_brightness():
    _, image = cleaned(encoded(Image.new("I;16", (40, 40), 32768), "PNG"))

    assert abs(image.getpixel((20, 20))[0] - 128) <= 2


def test_a_large_photo_is_made_smaller_and_keeps_its_shape():
    _, image = cleaned(encoded(picture("RGB", (4000, 3000)), "JPEG"))

    assert image.size == (MAX_SIDE, 1200)


def test_a_small_photo_is_not_made_larger():
    _, image = cleaned(encoded(picture("RGB", (30, 20)), "JPEG"))

    assert image.size == (30, 20)


def test_orientation_is_applied():
    sideways = picture("RGB", (80, 40))
    sideways.paste((255, 0, 0), (0, 0, 40, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    _, image = cleaned(encoded(sideways, "JPEG", exif=exif))

    assert image.size == (40, 80)
    assert image.getpixel((20, 10))[0] > 200, "the red half comes to the top"
    assert not image.getexif()


def test_location_device_comment_and_profile_are_removed():
    exif = Image.Exif()
    exif[0x010F] = "SECRETPHONE"
    exif.get_ifd(GPS)[2] = (51.0, 51.0, 50.0)
    exif.get_ifd(GPS)[1] = "N"
    data = encoded(
        picture("RGB", (64, 48)), "JPEG", exif=exif, comment=b"SECRETCOMMENT", icc_profile=b"SECRETPROFILE" * 20
    )
    assert b"SECRETPHONE" in data
    assert b"SECRETCOMMENT" in data
    stored, image = cleaned(data)

    assert b"SECRET" not in stored
    assert not image.getexif()
    assert not image.getexif().get_ifd(GPS)
    assert "icc_profile" not in image.info
    assert "comment" not in image.info


def test_texts_in_a_transparent_image_are_removed():
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "SECRETAUTHOR")
    words.add_itxt("XML:com.adobe.xmp", "SECRETXMP")
    stored, image = cleaned(encoded(picture("RGBA", (64, 48)), "PNG", pnginfo=words, icc_profile=b"SECRETPROFILE"))

    assert b"SECRET" not in stored
    assert not {"icc_profile", "xmp", "exif"} & set(image.info)


def test_bytes_appended_to_a_photo_are_removed():
    stored, _ = cleaned(encoded(picture("RGB", (64, 48)), "JPEG") + b"PK\x03\x04<script>alert(1)</script>" * 50)

    assert b"<script>" not in stored
    assert b"PK\x03\x04" not in stored


def test_the_original_file_name_is_not_stored():
    stored = clean_photo(ContentFile(encoded(picture("RGB", (8, 8)), "JPEG"), name="../../rose-at-home.php"))

    assert "rose" not in stored.name
    assert stored.name.endswith(".jpg")
    assert len(stored.name) == 36


def test_a_multi_picture_file_is_read_as_its_first_image():
    pictures = picture("RGB", (64, 48)), picture("RGB", (16, 12))
    out = BytesIO()
    pictures[0].save(out, "MPO", save_all=True, append_images=[pictures[1]])
    assert Image.open(BytesIO(out.getvalue())).format == "MPO"

    _, image = cleaned(out.getvalue())

    assert image.size == (64, 48)
    assert getattr(image, "n_frames", 1) == 1


def moving(kind: str) -> bytes:
    """Return two frames in one file."""
    first, second = picture("RGB", (32, 32)), Image.new("RGB", (32, 32), "red")
    out = BytesIO()
    first.save(out, kind, save_all=True, append_images=[second], duration=100)
    return out.getvalue()


def truncated() -> bytes:
    """Return the first half of a photo."""
    whole = encoded(picture("RGB", (600, 400)), "JPEG")
    return whole[: len(whole) // 2]


def text_bomb() -> bytes:
    """Return a small PNG whose compressed text unpacks to 64 MB."""
    plain = encoded(picture("RGB", (8, 8)), "PNG")
    body = b"Comment\x00\x00" + zlib.compress(b"a" * (64 * 1024 * 1024), 9)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    return plain[:33] + chunk + plain[33:]


HOSTILE = {
    "a file over 10 MB": (lambda: b"\xff\xd8" + b"\x00" * MAX_BYTES, "too_large"),
    "a 169-megapixel PNG": (lambda: png_bomb(13_000, 13_000), "too_many_pixels"),
    "a 24.01-megapixel PNG": (lambda: png_bomb(4_900, 4_900), "too_many_pixels"),
    "a PNG of two thousand million pixels": (lambda: png_bomb(50_000, 40_000), "too_many_pixels"),
    "a WebP that claims 268 megapixels": (lambda: webp_claiming(16_383, 16_383), "too_many_pixels"),
    "a lossless WebP that claims 268 megapixels": (
        lambda: webp_claiming(16_383, 16_383, kind=b"VP8L"),
        "too_many_pixels",
    ),
    "a plain WebP that claims 268 megapixels": (lambda: webp_claiming(16_383, 16_383, kind=b"VP8 "), "too_many_pixels"),
    "compressed words of 64 MB": (text_bomb, "unreadable"),
    "an SVG": (lambda: b'<?xml version="1.0"?><SVG xmlns="http://www.w3.org/2000/svg"></SVG>', "svg"),
    "a moving PNG": (lambda: moving("PNG"), "animated"),
    "a moving WebP": (lambda: moving("WEBP"), "animated"),
    "a GIF": (lambda: moving("GIF"), "unreadable"),
    "a TIFF": (lambda: encoded(picture("RGB", (8, 8)), "TIFF"), "unreadable"),
    "half a photo": (truncated, "unreadable"),
    "a web page": (lambda: b"<!doctype html><script>alert(1)</script>", "unreadable"),
    "a PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "unreadable"),
    "a HEIC": (lambda: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic"),
    "nothing": (lambda: b"", "unreadable"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name):
    make, code = HOSTILE[name]

    assert code_of(make()) == code


def test_the_error_says_how_large_the_photo_is():
    with pytest.raises(ValidationError) as refused:
        clean_photo(ContentFile(png_bomb(13_000, 13_000)))
    assert refused.value.messages == ["This picture has 169 megapixels. The limit is 24. Choose a smaller copy of it."]
    with pytest.raises(ValidationError) as refused:
        clean_photo(ContentFile(b"x" * 20 * 1024 * 1024))
    assert refused.value.messages == ["This photo is 20 MB. The limit is 10 MB. Choose a smaller copy of it."]


MEASURE = """
import resource, sys, warnings
import django
from django.conf import settings
settings.configure(USE_I18N=False)
django.setup()
from django.core.files.base import ContentFile
from django.core.exceptions import ValidationError
from communities.photos import clean_photo
from tests.photos import png_bomb, webp_claiming
import PIL.PngImagePlugin, PIL.WebPImagePlugin, PIL.JpegImagePlugin
bombs = [png_bomb(13_000, 13_000), webp_claiming(16_383, 16_383)]
warnings.simplefilter("ignore")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for bomb in bombs:
    try:
        clean_photo(ContentFile(bomb))
    except ValidationError:
        continue
    sys.exit("a bomb got through")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, max(map(len, bombs)))
"""


def test_a_decompression_bomb_takes_hardly_any_memory():
    """A picture of 169 megapixels needs 507 MB once decoded; refusing it may use 20 MB."""
    out = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True, timeout=120)
    kilobytes, file_bytes = map(int, out.stdout.split())

    assert file_bytes < MAX_BYTES, "the bomb is small enough to be taken for a photo"
    assert kilobytes < 20 * 1024


def test_the_form_field_returns_a_cleaned_photo():
    data = encoded(picture("RGB", (64, 48)), "JPEG")

    assert PhotoField().clean(SimpleUploadedFile("p.jpg", data, "image/jpeg")).name.endswith(".jpg")
    assert PhotoField(required=False).clean(None) is None
    with pytest.raises(ValidationError, match="may not be downloaded"):
        PhotoField().clean(SimpleUploadedFile("p.jpg", b"", "image/jpeg"))
    with pytest.raises(ValidationError, match="cannot be read as a photo"):
        PhotoField().clean(SimpleUploadedFile("p.jpg", b"words", "image/jpeg"))


class Stored:
    """A stored file, as a model field returns it."""

    def __init__(self, storage, name):
        self.storage, self.name = storage, name


@pytest.fixture
def storage(media):
    """Return a storage with one photo and one file that is not a photo."""
    from django.core.files.storage import FileSystemStorage

    storage = FileSystemStorage(location=media)
    storage.save("a.jpg", ContentFile(encoded(picture("RGB", (8, 8)), "JPEG")))
    storage.save("a.html", ContentFile(b"<script>alert(1)</script>"))
    return storage


@pytest.mark.django_db  # Closing a response lets Django close its connections.
def test_a_stored_photo_is_streamed_with_a_fixed_content_type(storage):
    response = photo_response(Stored(storage, "a.jpg"))

    assert b"".join(response.streaming_content).startswith(b"\xff\xd8")
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-store"
    response.close()


@pytest.mark.parametrize("name", ["gone.jpg", "a.html", "", None])
def test_a_deleted_or_foreign_file_is_not_found(storage, name):
    with pytest.raises(Http404):
        photo_response(Stored(storage, name))
