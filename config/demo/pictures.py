"""Photos in the demonstration: drawn, because everybody in it is invented."""

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from communities.photos import clean_photo

#: What the pictures show, as the description beside each.
BUNTING = "Bunting between two lamp posts above a long table"
SIZE = (1200, 675)
SKY, GROUND, WOOD, FLAGS = "#cfe0e8", "#7d9b6a", "#8a5a33", ("#b5450b", "#1d5a83", "#2f6b2f", "#e8c25a")


def bunting() -> ContentFile:
    """Return a drawing of BUNTING, as an uploaded photo."""
    wide, high = SIZE
    picture = Image.new("RGB", SIZE, SKY)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, high * 0.7, wide, high), fill=GROUND)
    for post in (90, wide - 110):
        draw.rectangle((post, 90, post + 20, high * 0.75), fill="#3b4248")
    draw.line([(100, 110), (wide * 0.5, 200), (wide - 100, 110)], fill="#3b4248", width=4, joint="curve")
    for number in range(14):
        x = 130 + number * 68
        y = 110 + 90 * (1 - abs(x - wide / 2) / (wide / 2 - 100))
        draw.polygon([(x, y), (x + 52, y), (x + 26, y + 74)], fill=FLAGS[number % len(FLAGS)])
    draw.rectangle((180, high * 0.66, wide - 180, high * 0.71), fill=WOOD)
    for leg in (220, wide - 250):
        draw.rectangle((leg, high * 0.7, leg + 30, high * 0.9), fill=WOOD)
    for number in range(7):
        x = 240 + number * 110
        draw.ellipse((x, high * 0.6, x + 60, high * 0.665), fill=FLAGS[number % len(FLAGS)])
    out = BytesIO()
    picture.save(out, "JPEG", quality=85)
    return clean_photo(ContentFile(out.getvalue(), name="bunting.jpg"))
